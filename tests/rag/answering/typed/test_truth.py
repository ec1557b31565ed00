"""Random charts, random questions: every answer is what a plain reading of the same values gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from rag.answering.typed.chart import Chart
from tests.rag.answering.typed.charting import Line, Told, ask_chart, lab

THINGS = (("Potassium", "mmol/L", "potassium"), ("Hemoglobin A1c", "%", "A1c"), ("Ferritin", "ng/mL", "ferritin"))
YEARS = (2017, 2018, 2019, 2020)
QUESTIONS_PER_CHART = 40


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement of the made-up chart."""

    thing: str
    unit: str
    day: str
    number: Decimal

    def told(self) -> str:
        """How an answer tells it."""
        return f"{self.thing} was {self.number} {self.unit} on {self.day}"


def made_up(draw: random.Random) -> list[Value]:
    """Up to twelve values of each thing, at most one a day, in time order."""
    values = []
    for thing, unit, _ in THINGS:
        days = {f"{draw.choice(YEARS)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}" for _ in range(draw.randint(0, 12))}
        values += [Value(thing, unit, day, Decimal(draw.randint(10, 120)) / 10) for day in sorted(days)]
    return values


def lines(values: list[Value], draw: random.Random) -> list[Line]:
    shuffled = draw.sample(values, len(values))
    return [lab(value.day, str(value.number), value.unit, value.thing) for value in shuffled]


def check(values: list[Value], asked: str, answer: Told, limit: Decimal) -> None:
    """Compare an answer with what the values inside the window say."""
    assert not answer.cited.withheld
    if not values:
        assert answer.texts == () and answer.found.composed.lead == ""
        return
    first, last = values[0], values[-1]
    numbers = [value.number for value in values]
    if asked == "latest":
        assert answer.text.startswith(last.told())
    elif asked == "first":
        assert answer.text.startswith(first.told())
    elif asked == "count":
        assert answer.text.startswith(f"{len(values)} measurement")
    elif asked in ("highest", "lowest"):
        wanted = (max if asked == "highest" else min)(numbers)
        told = next(value for value in values if value.number == wanted)
        assert told.told() in answer.text and f"of {len(values)} on record" in answer.text
    elif asked == "average":
        mean = sum(numbers, Decimal(0)) / len(numbers)
        shown = Decimal(answer.text.split(" was ")[1].split()[0])
        assert abs(shown - mean) <= Decimal("0.005")
    elif asked == "above":
        assert answer.text.startswith("Yes: " if max(numbers) > limit else "No: ")
        if max(numbers) <= limit:
            assert f"was {max(numbers)} " in answer.text
    elif asked == "values":
        wanted = [value.told() for value in values]
        assert [text.rstrip(".") for text in answer.texts] == wanted


WORDS = {
    "latest": "What was the last {thing}{window}?",
    "first": "What was the first {thing}{window}?",
    "count": "How many times was the {thing} measured{window}?",
    "highest": "What was the highest {thing}{window}?",
    "lowest": "What was the lowest {thing}{window}?",
    "average": "What was the average {thing}{window}?",
    "above": "Was the {thing} above {limit}{window}?",
    "values": "List all {thing} values{window}.",
}


def windowed(values: list[Value], draw: random.Random) -> tuple[str, list[Value]]:
    year = draw.choice(YEARS)
    start, end = f"{year}-01-01", f"{year}-12-31"
    choice = draw.randint(0, 4)
    if choice == 0:
        return f" in {year}", [v for v in values if start <= v.day <= end]
    if choice == 1:
        return f" since {year}", [v for v in values if v.day >= start]
    if choice == 2:
        return f" before {year}", [v for v in values if v.day < start]
    if choice == 3:
        month = draw.randint(1, 12)
        name = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")[
            month - 1
        ]
        return f" in {name} {year}", [v for v in values if v.day.startswith(f"{year}-{month:02}")]
    return "", values


@pytest.mark.parametrize("seed", range(5))
def test_answers_are_what_the_values_say(chart: Callable[..., Chart], seed: int) -> None:
    draw = random.Random(seed)
    values = made_up(draw)
    opened = chart(*lines(values, draw))
    for _ in range(QUESTIONS_PER_CHART):
        thing, _, word = draw.choice(THINGS)
        asked = draw.choice(sorted(WORDS))
        window, inside = windowed([value for value in values if value.thing == thing], draw)
        limit = Decimal(draw.randint(20, 110)) / 10
        question = WORDS[asked].format(thing=word, window=window, limit=limit)
        try:
            check(inside, asked, ask_chart(opened, question), limit)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {question}") from error
