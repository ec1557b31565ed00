"""Questions with two parts, names that mean several things, spelling, follow-ups, and what no fact answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answering.typed.chart import Chart
from rag.questions.understood import Intent
from rag.threads import ThreadState
from tests.rag.answering.typed.charting import Told, ask_chart, coded, drug, lab, told

Ask = Callable[..., Told]
LINES = (
    lab("2018-02-01", "9.1"),
    lab("2019-05-01", "7.4"),
    lab("2020-03-01", "8.2"),
    lab("2018-06-01", "4.4", "mmol/L", "Potassium"),
    lab("2020-01-01", "4.0", "mmol/L", "Potassium"),
    drug("2018-02-03", "metformin 500 MG Oral Tablet", "stopped"),
    told("medication", "{action|Stopped} {name|metformin} {reason|because of diarrhea}.", "2020-02-20", status="stopped"),
)


def test_both_parts_are_answered_in_order_each_with_its_citation(ask: Ask) -> None:
    answer = ask("What was the last A1c and when was metformin stopped?", *LINES)
    assert answer.texts == ("Hemoglobin A1c was 8.2 % on 2020-03-01.", "2020-02-20: Stopped metformin because of diarrhea.")
    assert [statement.citations for statement in answer.statements] == [(1,), (2,)]


def test_each_part_keeps_its_own_yes_or_no(ask: Ask) -> None:
    denied = told("finding", "She denies {name|chest pain}.", "2020-01-05", assertion="negated")
    answer = ask("Does she have chest pain and is she on lisinopril?", denied, drug("2020-02-03", "lisinopril 10 MG Oral Tablet"))
    assert answer.texts[0] == "No: 2020-01-05: She denies chest pain."
    assert answer.texts[1].startswith("Yes: lisinopril") and answer.lead == ""


def test_a_part_that_is_not_documented_is_named(ask: Ask) -> None:
    answer = ask("What was the last sodium and what was the last A1c?", *LINES)
    assert answer.texts == ("Hemoglobin A1c was 8.2 % on 2020-03-01.",) and answer.notices == ("part_not_documented",)
    (notice,) = answer.found.composed.notices
    assert notice.text.startswith("Part 1 of the question") and "sodium" in notice.text


def test_two_parts_without_an_answer_are_not_documented(ask: Ask) -> None:
    assert ask("What was the last sodium and what was the last magnesium?", *LINES).texts == ()


def test_a_misspelled_name_is_read_and_said(ask: Ask) -> None:
    answer = ask("When was metfromin stopped?", *LINES)
    assert answer.texts and answer.notices == ("spelling",)


def test_a_name_that_means_several_things_says_which_were_taken(ask: Ask) -> None:
    lines = (
        lab("2020-01-01", "126", "mg/dL", "LDL cholesterol"),
        lab("2020-01-01", "50", "mg/dL", "HDL cholesterol"),
    )
    answer = ask("What was the last cholesterol?", *lines)
    taken = dict(answer.found.interpretation).get("taken_as", "")
    assert not answer.texts or ("LDL cholesterol" in taken and "HDL cholesterol" in taken and "ambiguous_concept" in answer.notices)


def test_the_interpretation_tells_how_the_question_was_read(ask: Ask) -> None:
    read = dict(ask("What was the A1c in 2019?", *LINES).found.interpretation)
    assert (read["intent"], read["taken_as"], read["as_of"]) == ("values", "Hemoglobin A1c", "2020-03-01")
    assert "2019" in read["window"] and read["concept"]


def test_what_no_intent_fits_is_left_to_passages(ask: Ask) -> None:
    answer = ask("Who won the cup?", *LINES)
    assert answer.found.asked[0].intent is Intent.UNKNOWN and answer.texts == ()
    assert answer.reader.selected == ["Who won the cup?"]


def test_what_a_fact_answers_is_not_looked_for_in_passages(ask: Ask) -> None:
    assert ask("What was the last A1c?", *LINES).reader.selected == []


def test_a_value_that_is_not_on_record_is_not_guessed_from_passages(ask: Ask) -> None:
    assert ask("What was the last sodium?", *LINES).reader.selected == []


def follow(chart: Chart, *questions: str) -> Told:
    """The answer to the last of a thread of questions."""
    state = ThreadState("p-1", None)
    for question in questions:
        answer = ask_chart(chart, question, state)
        state = ThreadState("p-1", answer.found.asked[-1], answer.found.rested_on)
    return answer


@pytest.mark.parametrize(
    ("questions", "text"),
    [
        (("What was the last A1c?", "And before that?"), "Hemoglobin A1c was 7.4 % on 2019-05-01"),
        (("What was the last A1c?", "And before that?", "And before that?"), "Hemoglobin A1c was 9.1 % on 2018-02-01"),
        (("What was the first A1c?", "And after that?"), "Hemoglobin A1c was 7.4 % on 2019-05-01"),
        (("What was the last A1c?", "And in 2018?"), "Hemoglobin A1c was 9.1 % on 2018-02-01"),
        (("What was the last A1c?", "What about potassium?"), "Potassium was 4.0 mmol/L on 2020-01-01"),
        (("What was the A1c in 2018?", "What about potassium?"), "Potassium was 4.4 mmol/L on 2018-06-01"),
        (("When was metformin stopped?", "Why?"), "2020-02-20: Stopped metformin because of diarrhea."),
    ],
)
def test_a_follow_up_keeps_the_thing_and_the_window(chart: Callable[..., Chart], questions: tuple[str, ...], text: str) -> None:
    assert follow(chart(*LINES), *questions).text.startswith(text)


def test_before_the_earliest_value_nothing_is_documented(chart: Callable[..., Chart]) -> None:
    answer = follow(chart(*LINES), "What was the first A1c?", "And before that?")
    assert answer.texts == () and answer.near[0][0] == "outside_window"


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("What was the potassium at the last admission?", ["5.9", "4.1"]),
        ("What was the potassium before the last admission?", ["3.3"]),
        ("What was the potassium after the last admission?", ["4.0"]),
        ("What was the potassium after the colonoscopy?", ["5.9", "4.1", "4.0"]),
        ("What was the potassium before the appendectomy?", []),
    ],
)
def test_windows_hang_on_events_that_are_on_record(ask: Ask, question: str, values: list[str]) -> None:
    def potassium(date: str, value: str) -> object:
        return lab(date, value, "mmol/L", "Potassium")

    answer = ask(
        question,
        potassium("2018-06-01", "3.3"),
        potassium("2019-03-04", "5.9"),
        potassium("2019-03-08", "4.1"),
        potassium("2019-12-08", "4.0"),
        coded("encounter", "{date|2019-03-03} to {stop|2019-03-09}: {name|Hospital admission}, {category|inpatient}", code="enc"),
        coded("procedure", "{date|2018-07-07}: {name|Colonoscopy}, {status|completed}", code="col"),
    )
    assert [text.split(" was ")[1].split()[0] for text in answer.texts] == values


def test_a_receipt_says_that_the_event_is_not_on_record(ask: Ask) -> None:
    answer = ask("What was the last A1c before the colectomy?", *LINES)
    assert answer.texts == () and answer.found.terms == ("a1c", "colectomy: event not on record")
    assert [kind for kind, _ in answer.near] == ["outside_window"] and "8.2" in answer.near[0][1]


def test_a_part_that_hangs_on_an_event_not_on_record_says_so(ask: Ask) -> None:
    answer = ask("What was the last potassium and when was metformin stopped after the colectomy?", *LINES)
    assert answer.texts == ("Potassium was 4.0 mmol/L on 2020-01-01, 2 months before the record's last date.",)
    assert "colectomy: event not on record" in answer.found.composed.notices[0].text
