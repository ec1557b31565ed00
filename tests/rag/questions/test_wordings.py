"""Lead-ins, topics before a colon, and things that are asked for in other words than their name."""

import datetime

import pytest

from rag.questions.understanding import understand
from rag.questions.understood import Understood

AS_OF = datetime.date(2020, 5, 17)


def one(question: str, names: tuple[str, ...] = ()) -> Understood:
    found = understand(question, as_of=AS_OF, names=names)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("For the insurance form - has Mr. Ito ever been in alcohol withdrawal?", "presence", "alcohol withdrawal"),
        ("How has the protein/creatinine ratio moved over time?", "trend", "protein/creatinine ratio"),
        ("What did she weigh the morning she phoned the clinic on 3 March 2019?", "values", "weight"),
        ("MRI low back - bottom line?", "report", "mri low back"),
        ("CRP: from what to what?", "change", "crp"),
        ("Sulfa: what kind of reaction did she have?", "list", "sulfa"),
        ("What bug grew in the urine?", "report", "urine culture"),
        ("Why did the blood thinner come off?", "why", "blood thinner"),
        ("What made the potassium shoot up to 6.2?", "why", "potassium"),
        ("How wide was the QRS?", "latest", "qrs"),
        ("How big was the aneurysm?", "latest", "aneurysm size"),
        ("Year she gave up alcohol?", "stopped", "alcohol"),
        ("What trade did Mr. Ito work in?", "latest", "occupation"),
        ("Does he hear voices?", "presence", "hallucinations"),
        ("Was she ever hospitalized for her asthma?", "presence", "hospitalized for asthma"),
        ("What bedtime glargine dose does she take?", "dose", "glargine"),
        ("What weekly warfarin total was he put on?", "dose", "warfarin"),
        ("Which antibiotics has Mrs. Ito been given?", "list", "antibiotics"),
        ("Does the metformin dose fit our diabetes policy?", "dose", "metformin"),
        ("How much prednisone did they give Haruki?", "dose", "prednisone"),
        ("Echo from May 2019: what was the EF?", "values", "ef"),
        ("When was her gallbladder taken out?", "last_done", "gallbladder removal"),
        ("Has he had his tonsils removed?", "presence", "tonsils removal"),
        ("Hi, could you please tell me: when did lisinopril stop? Thanks!", "stopped", "lisinopril"),
        ("HOW MUCH ALCOHOL DOES MR. ITO DRINK?", "latest", "alcohol"),
        ("Nodule size by the clinic note vs the CT?", "values", "nodule size"),
        ("Pain scores over time?", "trend", "pain scores"),
    ],
)
def test_thing_is_named(question: str, intent: str, phrase: str) -> None:
    found = one(question)
    assert (found.intent.value, found.phrase) == (intent, phrase)


def test_lead_in_keeps_its_window() -> None:
    found = one("Before March 2019, had she ever had a seizure?")
    assert (found.phrase, found.windows[0].end) == ("seizure", "2019-02-28")


def test_topic_is_said_of_every_part() -> None:
    found = understand("Tylenol - how much and how often?", as_of=AS_OF)
    assert [(part.intent.value, part.phrase) for part in found] == [("dose", "tylenol"), ("dose", "tylenol")]


def test_second_sentence_refers_to_the_first() -> None:
    found = understand("Did the ferritin settle? Give the newest figure.", as_of=AS_OF)
    assert [(part.intent.value, part.phrase) for part in found] == [("trend", "ferritin"), ("latest", "ferritin")]


def test_what_took_its_place_is_asked_too() -> None:
    found = understand("When did lisinopril stop, and what replaced it?", as_of=AS_OF)
    assert [(part.intent.value, part.phrase) for part in found] == [("stopped", "lisinopril"), ("unknown", "lisinopril replaced")]


def test_whose_family_is_asked_about() -> None:
    assert one("Did anyone else in the family have gout?").phrase == "gout"
    assert one("Did her daughter report any falls?").experiencer == "patient"
    assert one("Does her daughter have asthma?").experiencer == "daughter"
    assert one("How many children does she have?").experiencer == "patient"


def test_clinic_is_not_a_kind() -> None:
    assert one("What did the allergy clinic decide on 3/12/19?").kinds == frozenset()


def test_unlisted_name_with_commas_is_one_thing() -> None:
    found = one("When was the last Rabies, human diploid, intramuscular injection given?")
    assert found.phrase.startswith("rabies human diploid")
    assert len(understand("sodium, potassium, chloride", as_of=AS_OF)) == 3


def test_words_inside_a_display_set_no_kind() -> None:
    found = one(
        "When was Body mass index 40+ - severely obese (finding) first recorded?", ("Body mass index 40+ - severely obese (finding)",)
    )
    assert (found.intent.value, found.kinds) == ("started", frozenset())
    assert one("When was Chronic sinusitis (disorder) first recorded?").phrase == "chronic sinusitis"


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("pt's meds?", "list", ""),
        ("hx of MI?", "presence", "mi"),
        ("dx w/ DM when?", "started", "dm"),
        ("was pt s/p appendectomy?", "presence", "appendectomy"),
        ("prev surgeries", "list", ""),
        ("last flu vax?", "last_done", "flu vax"),
        ("curr meds thx", "list", ""),
        ("last A1c b4 the surgery pls", "latest", "a1c"),
        ("BP over the past 6 mos", "values", "bp"),
    ],
)
def test_shorthand_is_read(question: str, intent: str, phrase: str) -> None:
    found = one(question)
    assert (found.intent.value, found.phrase) == (intent, phrase)


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("How high did her creatinine get?", "highest", "creatinine"),
        ("how low has her sodium gotten", "lowest", "sodium"),
        ("How high did the cat dander IgE get?", "highest", "cat dander ige"),
        ("Until when was she on metformin?", "stopped", "metformin"),
        ("Until what date did he use the inhaler?", "stopped", "inhaler"),
        ("Is she no longer taking warfarin?", "stopped", "warfarin"),
        ("Has he gone off his statin?", "stopped", "statin"),
        ("For what was the colonoscopy performed?", "why", "colonoscopy"),
        ("For what was prednisone given?", "why", "prednisone"),
        ("What is her highest LDL so far?", "highest", "ldl"),
        ("Has anyone diagnosed her with asthma?", "presence", "asthma"),
        ("Has a prescription for warfarin been written?", "presence", "warfarin"),
        ("BMI over the course of 2019", "trend", "bmi"),
        ("Platelet count for 2016", "values", "platelet count"),
        ("White blood cell count in 2018", "values", "white blood cell count"),
        ("Body weight count for 2016", "count", "body weight"),
        ("Is the sodium going up? That would be a great help.", "trend", "sodium"),
        ("When was the last mammogram? I need it for the discharge summary.", "last_done", "mammogram"),
    ],
)
def test_wording_that_only_people_use_is_read(question: str, intent: str, phrase: str) -> None:
    found = one(question)
    assert (found.intent.value, found.phrase) == (intent, phrase)


def test_lead_in_with_back_keeps_its_window() -> None:
    found = one("Back in May 2016, was he on warfarin?")
    assert (found.phrase, found.windows[0].start, found.windows[0].end) == ("warfarin", "2016-05-01", "2016-05-31")


@pytest.mark.parametrize("question", ["FH of breast cancer?", "fhx of breast cancer", "Family history of breast cancer?"])
def test_family_history_is_asked_of_the_family(question: str) -> None:
    found = one(question)
    assert (found.intent.value, found.phrase, found.experiencer, found.kinds) == ("presence", "breast cancer", "family", {"family_history"})


@pytest.mark.parametrize("question", ["Any allergies, and which?", "Does she have any allergies, and if so which ones?"])
def test_which_ones_after_whether_any_is_no_question_of_its_own(question: str) -> None:
    found = one(question)
    assert (found.intent.value, found.kinds) == ("presence", {"allergy"})


@pytest.mark.parametrize(
    "question",
    [
        "Sodium and potassium on 3 May 2019?",
        "What were sodium as well as potassium on 3 May 2019?",
        "Show sodium together with potassium on 3 May 2019",
    ],
)
def test_two_values_at_once_are_two_parts(question: str) -> None:
    found = understand(question, as_of=AS_OF)
    assert [(part.phrase, part.at) for part in found] == [("sodium", "2019-05-03"), ("potassium", "2019-05-03")]
