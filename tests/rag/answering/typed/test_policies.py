"""Years alone under Safe Harbor, moved dates under date shift, and nothing true in what may be stored."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.chart import Chart
from rag.deidentification.calendar import policy_date
from rag.errors import QuestionError
from rag.types import Policy
from tests.rag.answering.typed.charting import Told, ask_chart, coded, drug, lab, told
from tests.rag.answering.typed.conftest import OFFSET_DAYS

Ask = Callable[..., Told]
LINES = (
    lab("2018-02-01", "9.1"),
    lab("2019-05-01", "7.4"),
    lab("2020-03-11", "8.2"),
    lab("2019-03-04", "5.9", "mmol/L", "Potassium"),
    lab("2019-12-08", "4.0", "mmol/L", "Potassium"),
    drug("2018-02-03", "metformin 500 MG Oral Tablet", "stopped"),
    coded("condition", "{date|2017-05-05}: {name|Sinusitis}, {status|resolved}, abated {abated|2017-06-01}", code="s"),
    coded("condition", "{date|2016}: {name|Asthma}, {status|active}", code="as"),
    coded("condition", "{date|2019-01}: {name|Eczema}, {status|active}", code="ec"),
    coded("encounter", "{date|2019-03-03} to {stop|2019-03-09}: {name|Hospital admission}, {category|inpatient}", code="enc"),
    told("finding", "She denies {name|chest pain}.", "2020-01-05", assertion="negated"),
)
QUESTIONS = (
    "What was the last A1c?",
    "What was the first A1c?",
    "What was the A1c in 2019?",
    "What was the A1c since 2019?",
    "What is the trend of the A1c?",
    "How did the A1c change?",
    "What was the highest A1c?",
    "How many times was the A1c measured?",
    "When did the sinusitis resolve?",
    "How long did the sinusitis last?",
    "How long has she had asthma?",
    "When was eczema diagnosed?",
    "How long has she had eczema?",
    "Does she have chest pain?",
    "When did she have chest pain?",
    "Is she on metformin?",
    "When was metformin stopped?",
    "What medications did she take in the past?",
    "What was the potassium at the last admission?",
    "What was the potassium after the last admission?",
    "How many times was she admitted?",
    "Compare the A1c in 2018 with 2019",
    "What was the A1c in 2012?",
)
FINE = (
    "What was the A1c in March 2020?",
    "What was the A1c on 2020-03-11?",
    "What was the A1c in the last six months?",
    "Was the potassium above 5 before 2019-03-06?",
    "What medications was she on two weeks ago?",
)
_FINER = re.compile(r"\d{4}-\d\d|\b\d+ (?:day|week|month)s?\b")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("revealed", [False, True])
def test_nothing_finer_than_a_year_stands_in_what_may_be_stored(ask: Ask, question: str, revealed: bool) -> None:
    answer = ask(question, *LINES, policy=Policy.SAFE_HARBOR, revealed=revealed)
    assert answer.texts or answer.near
    assert not _FINER.search(answer.everything), answer.everything
    assert not answer.cited.withheld


@pytest.mark.parametrize("question", [question for question in QUESTIONS if not re.search(r"\b20\d\d\b", question)])
def test_shifted_answers_are_true_answers_moved(chart: Callable[..., Chart], question: str) -> None:
    shifted = ask_chart(chart(*LINES, policy=Policy.DATE_SHIFT), question)
    calendar = Calendar(Policy.DATE_SHIFT, OFFSET_DAYS, False)
    moved = re.sub(r"\d{4}-\d\d-\d\d", lambda m: calendar.true(m[0]), shifted.text)
    assert "2020-03-11" not in shifted.everything and not shifted.cited.withheld
    for day in re.findall(r"\d{4}-\d\d-\d\d", moved):
        assert any(day in line.written or line.time == day for line in LINES)


@pytest.mark.parametrize("question", FINE)
def test_a_window_finer_than_a_year_is_refused_with_its_reason(ask: Ask, question: str) -> None:
    with pytest.raises(QuestionError, match="ask for whole years, or give a reveal purpose"):
        ask(question, *LINES, policy=Policy.SAFE_HARBOR)


@pytest.mark.parametrize("question", FINE)
def test_a_purpose_lets_months_and_days_be_asked_for(ask: Ask, question: str) -> None:
    answer = ask(question, *LINES, policy=Policy.SAFE_HARBOR, revealed=True)
    assert not _FINER.search(" ".join(answer.texts))


def test_windows_of_a_shifted_chart_are_windows_of_what_is_shown(ask: Ask) -> None:
    shown = policy_date("2019-05-01", Policy.DATE_SHIFT, OFFSET_DAYS)
    answer = ask(f"What was the A1c on {shown}?", *LINES, policy=Policy.DATE_SHIFT)
    assert answer.text == f"Hemoglobin A1c was 7.4 % on {shown}."


def test_windows_of_a_revealed_chart_are_true(ask: Ask) -> None:
    answer = ask("What was the A1c in May 2019?", *LINES, policy=Policy.DATE_SHIFT, revealed=True)
    assert [part.time for s in answer.statements for part in s.parts if part.kind == "date"] == [
        policy_date("2019-05-01", Policy.DATE_SHIFT, OFFSET_DAYS)
    ]


def test_a_value_near_the_turn_of_the_year_keeps_its_year(ask: Ask) -> None:
    answer = ask("What was the A1c in 2019?", lab("2019-12-31", "7.0"), lab("2020-01-01", "8.0"), policy=Policy.SAFE_HARBOR)
    assert answer.texts == ("Hemoglobin A1c was 7.0 % in 2019.",)


def test_as_of_is_printed_as_its_policy_allows(ask: Ask) -> None:
    printed = {}
    for policy in Policy:
        answer = ask("What was the last A1c?", lab("2020-03-11", "8.2", doc=f"d-{policy}"), policy=policy, as_of="2024-06-01")
        printed[policy] = dict(answer.found.interpretation)["as_of"]
    assert printed == {Policy.SAFE_HARBOR: "2024", Policy.DATE_SHIFT: "2024-06-01", Policy.NONE: "2024-06-01"}


@pytest.mark.parametrize("policy", list(Policy))
def test_a_note_that_tells_a_value_by_its_year_restates_the_record(ask: Ask, policy: Policy) -> None:
    """Under ``safe_harbor`` every date of a note is a bare year, which no offset moves."""
    lines = (lab("2020-02-01", "8.2"), lab("2021-02-01", "7.4"), told("observation", "{name|A1c} was {value|8.2} in 2020.", "2020"))
    assert ask("How many A1c values are there?", *lines, policy=policy).text.startswith("2 measurements")


def test_a_start_told_by_its_year_is_set_against_true_dates(ask: Ask) -> None:
    """The day was moved from 2020 into 2019."""
    lines = (lab("2020-02-01", "8.2"), lab("2020", "7.4"))
    first, second = (ask("When was the A1c first measured?", *lines, policy=policy) for policy in (Policy.NONE, Policy.SAFE_HARBOR))
    assert "7.4" in first.text and "7.4" in second.text
