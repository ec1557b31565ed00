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
        ("How many kilos did she gain from the 2-year to the 3-year check?", "change", "weight"),
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
