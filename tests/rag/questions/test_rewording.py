"""Turns of phrase that mean what plainer words say."""

import datetime

import pytest

from rag.questions.rewording import reworded
from rag.questions.understanding import understand
from rag.questions.understood import Relation, Understood

AS_OF = datetime.date(2020, 5, 17)


def asked(question: str) -> tuple[Understood, ...]:
    return understand(question, as_of=AS_OF)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("weights, 3 to 9 February 2019", "weights, from 3 February 2019 to 9 February 2019"),
        ("sodium Feb 3-9, 2019", "sodium from Feb 3, 2019 to Feb 9, 2019"),
        ("pulse the first time cardiology saw her", "pulse at the first cardiology visit"),
        ("weight between the admission and the last visit", "weight at the admission and at the last visit"),
        ("kilos gained from the 2-year to the 3-year check", "kilos gained at the 2-year check and at the 3-year check"),
        ("HbA1c between 7 and 9", "HbA1c between 7 and 9"),
        ("pre-op visit note", "pre-op visit note"),
    ],
)
def test_plain_words_are_read_instead(written: str, plain: str) -> None:
    assert reworded(written) == plain


def test_film_before_an_operation_hangs_on_the_surgery() -> None:
    (found,) = asked("pre-op hip film result")
    assert found.phrase == "hip film" and found.anchor is not None
    assert (found.anchor.relation, found.anchor.kind) == (Relation.BEFORE, "procedure")


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("How much taller did he get between the two checkups?", "change", "height"),
        ("Has she put on weight since 2018?", "change", "weight"),
        ("weight loss over the past year?", "values", "weight"),
        ("when did Farxiga come on board?", "started", "farxiga"),
        ("most suppressed TSH", "lowest", "tsh"),
        ("LOS for the appendectomy?", "duration", "hospitalized for appendectomy"),
        ("is her lupus in remission?", "stopped", "lupus"),
        ("Bad cholesterol, how has it run since the stroke?", "trend", "bad cholesterol"),
        ("Blood thinners she was on before the present one?", "list", "blood thinners"),
        ("How old was her father when he had his stroke?", "list", "stroke"),
    ],
)
def test_thing_and_intent_are_found(question: str, intent: str, phrase: str) -> None:
    (found,) = asked(question)
    assert (found.intent.value, found.phrase) == (intent, phrase)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("weights between March and October 2018", "2018-03-01", "2018-10-31"),
        ("weights from November to February 2018", "2017-11-01", "2018-02-28"),
        ("weights from 8 March to 2 April 2018", "2018-03-08", "2018-04-02"),
        ("weights from March 2018 to October", "2018-03-01", "2018-10-31"),
    ],
)
def test_year_of_one_end_holds_for_both(question: str, first: str, last: str) -> None:
    (found,) = asked(question)
    assert [(window.start, window.end) for window in found.windows] == [(first, last)]


def test_window_before_a_dated_visit_keeps_its_length() -> None:
    (found,) = asked("TSH values in the 12 months before her May 2019 appointment")
    assert found.anchor is not None and (found.phrase, found.anchor.relation, found.anchor.span_days) == ("tsh", Relation.BEFORE, 360)


def test_finished_now_is_past() -> None:
    (found,) = asked("all the antibiotics she got, now finished")
    assert found.status == "past"


def test_allergy_before_a_scan_is_asked_of_now() -> None:
    (found,) = asked("any known allergies before contrast?")
    assert found.kinds == {"allergy"} and found.anchor is None
