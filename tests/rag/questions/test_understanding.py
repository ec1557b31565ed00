"""Parts, follow-ups, displays that hold cue words, and any string at all."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.questions.understanding import understand
from rag.questions.understood import Intent, Relation, Understood, Window
from tests.growth import grows_linearly, repeated

AS_OF = datetime.date(2020, 5, 17)


def one(question: str, names: tuple[str, ...] = (), previous: Understood | None = None) -> Understood:
    found = understand(question, as_of=AS_OF, names=names, previous=previous)
    assert len(found) == 1, found
    return found[0]


def parts(question: str) -> list[tuple[str, str]]:
    return [(part.intent.value, part.phrase) for part in understand(question, as_of=AS_OF)]


def thread(*questions: str) -> Understood:
    """What is understood of the last of several questions asked one after another."""
    previous = None
    for question in questions:
        previous = understand(question, as_of=AS_OF, previous=previous)[-1]
    assert previous is not None
    return previous


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is his A1c and when was it measured?", [("latest", "a1c")]),
        ("Has she had a colonoscopy, and if so when?", [("presence", "colonoscopy")]),
        ("Why was lisinopril stopped, and what was the serum potassium?", [("why", "lisinopril"), ("latest", "serum potassium")]),
        ("What are the weight and height?", [("latest", "weight"), ("latest", "height")]),
        ("A1c and LDL?", [("latest", "a1c"), ("latest", "ldl")]),
        ("Does she have diabetes or hypertension?", [("presence", "diabetes"), ("presence", "hypertension")]),
        ("When did he start metformin and at what dose?", [("started", "metformin"), ("dose", "metformin")]),
        ("Is she on warfarin and why?", [("presence", "warfarin"), ("why", "warfarin")]),
        ("When was prednisone started and when was it stopped?", [("started", "prednisone"), ("stopped", "prednisone")]),
        ("When and why was amlodipine stopped?", [("stopped", "amlodipine"), ("why", "amlodipine")]),
        ("How many visits in 2018 and how many in 2019?", [("count", ""), ("count", "")]),
        ("List the allergies and medications", [("list", ""), ("list", "")]),
        ("sodium, potassium and chloride", [("latest", "sodium"), ("latest", "potassium"), ("latest", "chloride")]),
        ("systolic and diastolic blood pressure", [("latest", "systolic blood pressure"), ("latest", "diastolic blood pressure")]),
        ("highest and lowest potassium in 2019", [("highest", "potassium"), ("lowest", "potassium")]),
        ("first and last weight?", [("first", "weight"), ("latest", "weight")]),
        ("Does she have nausea and vomiting?", [("presence", "nausea and vomiting")]),
        ("What did the CT of the head and neck show?", [("report", "ct of head and neck")]),
        ("last measles, mumps and rubella vaccine", [("last_done", "measles, mumps and rubella vaccine")]),
        ("I am seeing her today for a follow up. What was the last A1c? Thanks!", [("latest", "a1c")]),
        ("What was the last A1c? What is the dose of metformin?", [("latest", "a1c"), ("dose", "metformin")]),
    ],
)
def test_parts_are_each_understood(question: str, expected: list[tuple[str, str]]) -> None:
    assert parts(question) == expected


def test_parts_share_window_and_kinds() -> None:
    found = understand("weight and BMI in 2018", as_of=AS_OF)
    assert [part.windows[0].start for part in found] == ["2018-01-01", "2018-01-01"]
    assert [sorted(part.kinds) for part in understand("allergies and current medications", as_of=AS_OF)] == [["allergy"], ["medication"]]


NAMES = (
    *("White blood cell count", "Total score [AUDIT-C]", "History of appendectomy (situation)", "Documentation of current medications"),
    *("First trimester bleeding", "Level of distress", "Number of pregnancies", "Date of last menstrual period", "Recent head injury"),
    *("Peak expiratory flow rate", "Stopped smoking", "Glucose [Mass/volume] in Blood", "Acetaminophen 325 MG Oral Tablet"),
    *("Medication", "Surgery", "Patient transfer to skilled nursing facility (procedure)", "Reason for visit narrative"),
)


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("What is the last white blood cell count?", "latest", "white blood cell count"),
        ("total score [audit-c] over time", "trend", "total score [audit-c]"),
        ("Does he have a history of appendectomy?", "presence", "history of appendectomy"),
        ("When was the last documentation of current medications?", "last_done", "documentation of current medications"),
        ("Has she had first trimester bleeding?", "presence", "first trimester bleeding"),
        ("What is the highest level of distress?", "highest", "level of distress"),
        ("What is the number of pregnancies?", "latest", "number of pregnancies"),
        ("what was the date of last menstrual period in 2019", "values", "date of last menstrual period"),
        ("Did she have a recent head injury?", "presence", "recent head injury"),
        ("lowest peak expiratory flow rate", "lowest", "peak expiratory flow rate"),
        ("average Glucose [Mass/volume] in Blood", "average", "glucose [mass/volume] in blood"),
        ("Is she on Acetaminophen 325 MG Oral Tablet?", "presence", "acetaminophen 325 mg oral tablet"),
        ("what medications is he on", "list", ""),
        ("past surgery", "list", ""),
        ("When was the patient transfer to skilled nursing facility?", "last_done", "patient transfer to skilled nursing facility"),
    ],
)
def test_words_inside_a_display_are_not_cues(question: str, intent: str, phrase: str) -> None:
    found = one(question, NAMES)
    assert (found.intent.value, found.phrase) == (intent, phrase)


def test_a_name_in_the_chart_changes_what_its_words_mean() -> None:
    assert one("last total number of falls").phrase != one("last total number of falls", ("Total number of falls",)).phrase


def test_follow_up_takes_over_thing_and_intent() -> None:
    found = thread("What was her last A1c?", "and in 2018?")
    assert (found.intent, found.phrase, found.windows[0].start) == (Intent.VALUES, "a1c", "2018-01-01")


def test_before_that_is_tagged_for_the_caller() -> None:
    found = thread("What was her last A1c?", "and before that?")
    assert (found.intent, found.phrase) == (Intent.LATEST, "a1c")
    assert "before_that" in found.tags


def test_what_about_keeps_intent_and_window() -> None:
    found = thread("What was the A1c in 2018?", "what about potassium?")
    assert (found.intent, found.phrase, found.windows[0].start) == (Intent.VALUES, "potassium", "2018-01-01")


def test_and_his_mother_keeps_the_thing() -> None:
    found = thread("Does he have diabetes?", "and his mother?")
    assert (found.intent, found.phrase, found.experiencer, found.kinds) == (
        Intent.PRESENCE,
        "diabetes",
        "mother",
        frozenset({"family_history"}),
    )


@pytest.mark.parametrize(
    ("follow_up", "intent"),
    [
        *(("why?", "why"), ("and the dose?", "dose"), ("when was it started?", "started"), ("since when?", "started")),
        *(("when was that stopped?", "stopped"), ("is it still active?", "presence"), ("how long?", "duration"), ("what dose?", "dose")),
        *(("and when?", "last_done"), ("what is it for?", "why"), ("how much of it does she take?", "dose")),
    ],
)
def test_pronoun_stands_for_the_thing_before(follow_up: str, intent: str) -> None:
    found = thread("Is she on metformin?", follow_up)
    assert (found.intent.value, found.phrase, found.kinds) == (intent, "metformin", frozenset({"medication"}))


def test_what_did_it_show_asks_for_the_report() -> None:
    found = thread("When was the last colonoscopy?", "what did it show?")
    assert (found.intent, found.phrase) == (Intent.REPORT, "colonoscopy")


def test_that_stay_keeps_the_anchor() -> None:
    found = thread("What was the potassium at the last admission?", "and the sodium?")
    assert found.anchor is not None
    assert (found.phrase, found.anchor.words, found.anchor.relation) == ("sodium", "admission", Relation.DURING)


def test_question_that_stands_alone_takes_nothing_over() -> None:
    alone = "Which vaccines has she had?"
    assert thread("What was the A1c in 2018?", alone) == one(alone)
    alone = "Does he have asthma?"
    assert thread("Does his mother have diabetes?", alone) == one(alone)


def test_without_previous_a_bare_follow_up_names_nothing() -> None:
    assert one("and before that?").phrase == ""


def test_guideline_is_asked_beside_the_chart() -> None:
    for question in (
        "Is the dose of metformin within our guideline?",
        "is the metformin dose consistent with the protocol",
        "does the metformin dose follow policy?",
        "Is his metformin dosage according to our guidelines?",
    ):
        found = one(question)
        assert (found.phrase, found.guideline) == ("metformin", True), question


def test_year_of_an_event_narrows_the_anchor_not_the_answer() -> None:
    found = one("What was the weight prior to the 2019 hysterectomy?")
    assert found.anchor is not None
    assert found.windows == ()
    assert found.anchor.words == "hysterectomy"
    assert found.anchor.window == Window("2019-01-01", "2019-12-31", found.anchor.window.words if found.anchor.window else "")


def test_understood_is_the_same_in_capitals_and_with_padding() -> None:
    for question in ("when was lisinopril stopped", "is she on metformin", "last three a1c values", "potassium trend since 2018"):
        plain = one(question)
        for other in (question.upper() + "?", f"Hi, could you please tell me {question}? Thanks!", f"   {question}   "):
            found = one(other)
            assert (found.intent, found.phrase, found.windows[:0], found.limit) == (plain.intent, plain.phrase, (), plain.limit), other


def test_misspelt_cues_are_read() -> None:
    assert one("when was lisinopril stoped").intent is Intent.STOPPED
    assert one("what is the latset hemoglobin").intent is Intent.LATEST
    assert one("hihgest potassium").intent is Intent.HIGHEST
    assert one("list all medciations").kinds == frozenset({"medication"})
    assert one("beffore 2018 what was the A1c").windows[0].end == "2017-12-31"


@pytest.mark.parametrize(
    "question", ["aortic valve", "coarse crackles", "latex", "statin", "toxic shock", "warts", "tissue biopsy", "focal seizure"]
)
def test_clinical_words_are_not_corrected_to_cues(question: str) -> None:
    assert one(question).phrase == question


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_understood_somehow(text: str) -> None:
    assert understand(text, as_of=AS_OF, names=("White blood cell count", "(", " "))


_WORDS = st.sampled_from(
    [
        *(
            "what",
            "when",
            "was",
            "is",
            "the",
            "last",
            "first",
            "and",
            "or",
            ",",
            ".",
            "?",
            "in",
            "2019",
            "since",
            "before",
            "after",
            "A1c",
            "potassium",
        ),
        *(
            "above",
            "7",
            "her",
            "mother's",
            "list",
            "all",
            "why",
            "trend",
            "between",
            "140/90",
            "March",
            "4",
            "ago",
            "two",
            "years",
            "dose",
            "mg",
            "how",
        ),
        *(
            "many",
            "much",
            "long",
            "not",
            "ever",
            "on",
            "at",
            "admission",
            "that",
            "it",
            "metformin",
            "stopped",
            "started",
            "mr",
            "vs",
            "compare",
        ),
    ]
)


@given(st.lists(_WORDS, max_size=14), st.lists(_WORDS, max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_run_of_question_words_is_understood_somehow(words: list[str], before: list[str]) -> None:
    previous = understand(" ".join(before), as_of=AS_OF)[-1]
    for part in understand(" ".join(words), as_of=AS_OF, previous=previous):
        assert part.intent in Intent
        assert all(window.start is None or window.end is None or window.start <= window.end for window in part.windows)
        assert part.intent is not Intent.COMPARE or len(part.windows) in {0, 1, 2}


@pytest.mark.parametrize(
    "unit", ["and ", "the last ", "before the ", "2019 ", "a" * 10, "when was ", "(", "140/90 above 7 ", "'s ", "1-", " ", "\n ", "\t\t"]
)
def test_long_questions_take_linear_time(unit: str) -> None:
    assert grows_linearly(lambda size: understand(repeated(unit, size), as_of=AS_OF), 400)


def test_text_beyond_four_thousand_characters_is_not_read() -> None:
    read = "when was " * 444 + "a1c?"
    assert understand(read + " What is his weight?" * 100_000, as_of=AS_OF) == understand(read, as_of=AS_OF)
