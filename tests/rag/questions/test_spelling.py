"""Typing errors in the words that questions are asked with, and words that are none."""

import datetime

import pytest

from rag.questions.spelling import corrected
from rag.questions.understanding import understand

AS_OF = datetime.date(2020, 5, 17)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mesurements", "measurements"),
        ("reecnt", "recent"),
        ("recroded", "recorded"),
        ("curently", "currently"),
        ("currrently", "currently"),
        ("alergies", "allergies"),
        ("dignosed", "diagnosed"),
        ("immunizatoin", "immunization"),
        ("perfromed", "performed"),
        ("medciations", "medications"),
        ("emdications", "medications"),
        ("septmber", "september"),
        ("higest", "highest"),
        ("ighest", "highest"),
        ("potasium", "potassium"),
        ("wehn", "when"),
        ("sicne", "since"),
        ("lastest", "latest"),
        ("whhat", "what"),
        ("teh", "the"),
        ("evre", "ever"),
        ("jluy", "july"),
        ("seept", "sept"),
        ("alergy", "allergy"),
        ("stoped", "stopped"),
        ("mny", "many"),
    ],
)
def test_one_error_is_forgiven(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        *("meditation", "occlusion", "inhibited", "disposed", "charge", "fasting", "statin", "lesion", "erection", "eosinophilia", "mouse"),
        *("plane", "conclusion", "stable", "staple", "chance", "traction", "rough", "basis", "rather", "document"),
    ],
)
def test_real_word_is_never_changed(word: str) -> None:
    assert corrected(word) == word


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Waht was the last hemoglobin?", "What was the last hemoglobin?"),
        ("hwo many visits in 2019", "how many visits in 2019"),
        ("When was she dignosed with gout?", "When was she diagnosed with gout?"),
        ("List her curent medciations", "List her current medications"),
        ("Sodium resluts in Feburary 2019", "Sodium results in February 2019"),
        ("Potassium beofre the last addmission", "Potassium before the last admission"),
        ("Whihc vaccines were given in 2018?", "Which vaccines were given in 2018?"),
    ],
)
def test_question_with_errors_is_understood_the_same(typed: str, plain: str) -> None:
    left, right = ([(p.intent, p.phrase, p.kinds, p.windows, p.anchor) for p in understand(q, as_of=AS_OF)] for q in (typed, plain))
    assert [row[:3] for row in left] == [row[:3] for row in right]
    assert [[(w.start, w.end) for w in row[3]] for row in left] == [[(w.start, w.end) for w in row[3]] for row in right]
    assert [row[4] for row in left] == [row[4] for row in right]


def test_word_of_a_display_is_never_changed() -> None:
    assert understand("last Higest panel", as_of=AS_OF, names=("Higest panel",))[0].phrase == "higest panel"


def test_kind_of_a_misspelt_thing_is_known_and_its_spelling_left() -> None:
    found = understand("When did she start her warfarn?", as_of=AS_OF)[0]
    assert found.phrase == "warfarn"
    assert understand("how much warfarn does she take", as_of=AS_OF)[0].intent.value == "dose"


@pytest.mark.parametrize(
    "word",
    [
        *("mist", "thee", "stated", "fist", "cake", "pin", "ben", "tend", "marsh", "vales", "worse", "gate", "sigh", "rang", "snore"),
        *("thyroglobulin", "prednisolone", "hydralazine", "hypotension", "lat", "unil", "oit"),
    ],
)
def test_everyday_word_name_and_abbreviation_are_never_changed(word: str) -> None:
    assert corrected(word, frozenset({"most", "pain", "thymoglobulin", "prednisone", "hydroxyzine"})) == word


@pytest.mark.parametrize("word", ["feell", "stas", "cme", "couse", "daye", "thn"])
def test_ambiguous_error_is_left(word: str) -> None:
    assert corrected(word) == word


def test_word_of_the_chart_is_put_right_and_rivals_of_the_lexicon_hold_it_back() -> None:
    chart = frozenset({"verbal", "sinusitis", "swab"})
    assert [corrected(word, chart) for word in ("verrbal", "sinuistis", "sawb", "reative")] == ["verbal", "sinusitis", "swab", "reative"]


def test_name_of_several_words_with_one_error_is_the_name() -> None:
    name = "Pain severity - 0-10 verbal numeric rating [Score] - Reported"
    typed = "When was the last Pain severity - 0-10 verbal numegic rating [Score] - Reported?"
    assert understand(typed, as_of=AS_OF, names=(name,))[0].phrase == name.lower()


def test_acronym_is_left_in_a_question_of_small_letters() -> None:
    assert understand("When did he start OIT?", as_of=AS_OF)[0].phrase == "oit"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Whrn was the last INR?", "When was the last INR?"),
        ("What was the lsat sodium?", "What was the last sodium?"),
        ("Has LDL evr been above 130?", "Has LDL ever been above 130?"),
        ("CRP on 19 Jluy 2019?", "CRP on 19 July 2019?"),
        ("Glucose sicne Agust 2018", "Glucose since August 2018"),
        ("Dtae of the mammogram?", "Date of the mammogram?"),
        ("Pain scores ovre time?", "Pain scores over time?"),
        ("lastest weight", "latest weight"),
    ],
)
def test_error_in_a_question_word_changes_nothing(typed: str, plain: str) -> None:
    left, right = (
        [(p.intent, p.phrase, p.at, [(w.start, w.end) for w in p.windows]) for p in understand(q, as_of=AS_OF)] for q in (typed, plain)
    )
    assert left == right
