"""Goals and care plans: what is aimed for, what a plan says of a thing, and questions that only sound like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Told, coded, lab

Ask = Callable[..., Told]
A1C_GOAL = coded("goal", "{date|2020-01-01}: {name|Hemoglobin A1c below 7 %}, {status|active}", code="g1")
WALKING = coded("goal", "{date|2020-01-01}: {name|Walk 30 minutes a day}, {status|active}", code="g2")
DROPPED = coded("goal", "{date|2019-01-01}: {name|Hemoglobin A1c below 8 %}, {status|cancelled}", code="g3")
PLAN = coded(
    "careplan",
    "{date|2020-01-01}: {name|Asthma action plan}, {status|active}. {text|Yellow zone: albuterol every 4 hours}. {text|Flu shot each fall}",
    code="p",
)
CHART = (A1C_GOAL, WALKING, DROPPED, PLAN, lab("2020-03-01", "8.2"))


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What is her A1c goal?", ["Goal: Hemoglobin A1c below 7 %, active, 2020-01-01."]),
        (
            "What are her goals?",
            ["Goal: Hemoglobin A1c below 7 %, active, 2020-01-01.", "Goal: Walk 30 minutes a day, active, 2020-01-01."],
        ),
        (
            "What does her asthma action plan say about the yellow zone?",
            ["Care plan: Asthma action plan: Yellow zone: albuterol every 4 hours."],
        ),
        (
            "What does her asthma action plan say?",
            ["Care plan: Asthma action plan: Yellow zone: albuterol every 4 hours; Flu shot each fall."],
        ),
    ],
)
def test_what_is_aimed_for_and_planned_is_told(ask: Ask, question: str, texts: list[str]) -> None:
    answer = ask(question, *CHART)
    assert list(answer.texts) == texts and not answer.cited.withheld


def test_whether_a_goal_was_reached_is_no_question_for_the_goal(ask: Ask) -> None:
    assert all("Goal" not in text for text in ask("Is her A1c at goal?", *CHART).texts)


def test_a_plan_that_does_not_name_the_thing_is_silent(ask: Ask) -> None:
    assert ask("What does her care plan say about dialysis?", *CHART).texts == ()
