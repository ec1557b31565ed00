"""Questions in many wordings with exact gold answers, from charts.

Only what the chart decides is asked: values whose stamp no other of the name shares, extremes that are reached once, names that mean
one thing of the chart. Absent things are absent under every name of the table and share no code or content word with the chart.
"""

from __future__ import annotations

import datetime
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.chart_questions.charts import Chart, Item, plain_display
from benchmarks.chart_questions.names import Name, all_names, names_of, table, words

ILLNESS = frozenset(
    {
        "flu", "influenza", "tetanus", "polio", "measles", "shingles", "chickenpox", "hepatitis B", "hepatitis A", "rotavirus", "covid",
        "COVID-19", "meningitis", "HPV", "whooping cough", "chicken pox", "coronavirus", "hep A", "hep B",
    }
)  # fmt: skip
RELATIVES = ("mother", "father", "brother", "sister")
MOST_LISTED = 5
_STRENGTH = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?(?:MG|UNT|MCG)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what a right answer holds. ``expect`` has the keys that ``judge`` reads."""

    patient: str
    intent: str
    naming: str
    question: str
    expect: dict[str, Any] = field(default_factory=dict)
    thing: str = ""


@cache
def wordings() -> dict[str, list[str]]:
    """The ways to ask for each intent."""
    return yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))


def make_questions(charts: Sequence[Chart], *, seed: int, per_intent: int) -> list[Asked]:
    """For each intent up to ``per_intent`` questions, their namings alike in number, drawn from all charts."""
    rng = random.Random(seed)
    found: dict[tuple[str, str], list[Asked]] = {}
    for chart in charts:
        for asked in _of_chart(chart, charts, rng):
            found.setdefault((asked.intent, asked.naming), []).append(asked)
    chosen = []
    for intent in dict.fromkeys(intent for intent, _ in found):
        namings = [naming for one, naming in found if one == intent]
        for naming in namings:
            pool = found[intent, naming]
            chosen += _varied(pool, per_intent // len(namings), rng)
    return chosen


def _varied(pool: list[Asked], count: int, rng: random.Random) -> list[Asked]:
    """Some of them, each thing once before any is taken twice."""
    turns: Counter[str] = Counter()
    order = []
    for asked in rng.sample(pool, len(pool)):
        order.append((turns[asked.thing], len(order), asked))
        turns[asked.thing] += 1
    return [asked for *_, asked in sorted(order, key=lambda one: one[:2])[:count]]


def _of_chart(chart: Chart, charts: Sequence[Chart], rng: random.Random) -> Iterator[Asked]:
    yield from _values(chart, rng)
    yield from _problems(chart, rng)
    yield from _medications(chart, rng)
    yield from _events(chart, rng)
    yield from _allergies(chart, rng)
    yield from _absent(chart, charts, rng)


def _asked(
    chart: Chart, intent: str, naming: str, rng: random.Random, *, words_of: str = "", slots: dict[str, str] | None = None, **expect: Any
) -> Asked:
    """The question in a wording drawn for it; ``words_of`` names the list of wordings where it is not the intent's own."""
    slots = slots or {}
    lines = [line for line in wordings()[words_of or intent] if not line.endswith("|illness") or slots.get("n") in ILLNESS]
    line = rng.choice(lines)
    line, _, mark = line.partition("|")
    if mark == "inverse":
        expect["starts"] = {"yes": "no", "no": "yes"}[expect["starts"]]
    his = {"he": "his", "she": "her"}.get(chart.he, "the patient's")
    him = {"he": "him", "she": "her"}.get(chart.he, "the patient")
    question = line.format(**{"he": chart.he, "his": his, "him": him, **slots})
    if naming != "short" and rng.random() < 0.5:
        question = question[0].upper() + question[1:]
    return Asked(chart.patient, intent, naming, question, expect, slots.get("n", ""))


def _pick(names: Iterable[Name], rng: random.Random, count: int) -> list[Name]:
    """Some names, as many of each naming as there are to be had."""
    pools: dict[str, list[Name]] = {}
    for name in names:
        pools.setdefault(name.naming, []).append(name)
    return [name for pool in pools.values() for name in rng.sample(pool, min(count, len(pool)))]


def _resources(items: Iterable[Item]) -> list[str]:
    return [item.resource for item in items]


def _values(chart: Chart, rng: random.Random) -> Iterator[Asked]:
    items = [item for item in chart.of("observation") if item.value is not None and item.at]
    clear = [name for name in names_of(chart, "observation", items) if len({i.at for i in name.items}) == len(name.items)]
    days = [name for name in clear if len({i.day for i in name.items}) == len(name.items)]
    for name in _pick(days, rng, 2):
        yield _point(chart, "latest", name, name.items[-1], rng)
    for name in _pick((n for n in days if len(n.items) > 2), rng, 1):
        yield _point(chart, "first", name, name.items[0], rng)
    for name in _pick((n for n in days if len(n.items) > 1 and n.items[-1].value != n.items[-2].value), rng, 1):
        yield _asked(chart, "change", name.naming, rng, slots={"n": name.text}, **_points(name.items[-2:]))
    for name in _pick(days, rng, 1):
        year = rng.choice(name.items).at[:4]
        hits = [item for item in name.items if item.at.startswith(year)]
        yield _asked(chart, "count", name.naming, rng, slots={"n": name.text, "y": year}, count=len(hits), year=year, some=_resources(hits))
    yield from _extremes(chart, days, rng)
    yield from _dated(chart, days, rng)
    yield from _limits(chart, days, rng)
    for name in _pick((n for n in days if len(n.items) >= 3), rng, 1):
        yield _asked(
            chart, "trend", name.naming, rng, slots={"n": name.text}, numbers=[name.items[-1].value], some=_resources(name.items), most=99
        )
    pairs = _pick(days, rng, 2)
    for one, other in zip(pairs[::2], pairs[1::2], strict=False):
        if {i.display for i in one.items} != {i.display for i in other.items} and " and " not in one.text + other.text:
            yield _asked(
                chart, "two_values", one.naming, rng, slots={"n": one.text, "m": other.text}, **_points([one.items[-1], other.items[-1]])
            )


def _point(chart: Chart, intent: str, name: Name, item: Item, rng: random.Random, **slots: str) -> Asked:
    return _asked(chart, intent, name.naming, rng, slots={"n": name.text, **slots}, **_points([item]))


def _points(items: Iterable[Item]) -> dict[str, Any]:
    items = list(items)
    return {
        "numbers": [item.value for item in items],
        "dates": [item.day for item in items],
        "resources": _resources(items),
        "displays": [item.display for item in items],
    }


def _extremes(chart: Chart, names: list[Name], rng: random.Random) -> Iterator[Asked]:
    for intent, best in (("highest", max), ("lowest", min)):
        for name in _pick((n for n in names if len(n.items) > 1), rng, 1):
            extreme = best(item.value for item in name.items)
            reached = [item for item in name.items if item.value == extreme]
            if len(reached) == 1:
                yield _point(chart, intent, name, reached[0], rng)


def _dated(chart: Chart, names: list[Name], rng: random.Random) -> Iterator[Asked]:
    for name in _pick((n for n in names if len(n.items) > 1), rng, 1):
        item = rng.choice(name.items)
        when = datetime.date.fromisoformat(item.day)
        if sum(other.at[:4] == item.at[:4] for other in name.items) == 1:
            yield _point(chart, "in_year", name, item, rng, y=item.at[:4])
        if sum(other.at[:7] == item.at[:7] for other in name.items) == 1:
            yield _point(chart, "in_month", name, item, rng, month=rng.choice((f"{when:%B %Y}", f"{when:%b %Y}", f"{when:%m/%Y}")))
        written = rng.choice((item.day, f"{when:%B} {when.day}, {when.year}", f"{when:%m/%d/%Y}", f"{when.day} {when:%b %Y}"))
        yield _point(chart, "on_day", name, item, rng, d=written)
        for intent, side in (
            ("since", [i for i in name.items if i.at[:4] >= item.at[:4]]),
            ("before", [i for i in name.items if i.at[:4] < item.at[:4]]),
        ):
            if 1 <= len(side) <= MOST_LISTED:
                yield _asked(chart, intent, name.naming, rng, slots={"n": name.text, "y": item.at[:4]}, some=_resources(side), most=99,
                             numbers=[i.value for i in side])  # fmt: skip


def _limits(chart: Chart, names: list[Name], rng: random.Random) -> Iterator[Asked]:
    for intent in ("above", "below"):
        for name in _pick((n for n in names if len(n.items) > 1), rng, 1):
            values = sorted(item.value for item in name.items)
            middle = (values[0] + values[-1]) / 2
            limit, wanted = (
                (middle, True)
                if rng.random() < 0.6
                else (values[-1] * 1.2 + 1, False)
                if intent == "above"
                else (values[0] * 0.8 - 0.01, False)
            )
            text = f"{limit:.1f}"
            hits = [v for v in values if (v > float(text) if intent == "above" else v < float(text))]
            if bool(hits) == wanted and float(text) > 0 and not any(abs(v - float(text)) < 0.06 for v in values):
                yield _asked(chart, intent, name.naming, rng, slots={"n": name.text, "x": text}, starts="yes" if wanted else "no")


def _problems(chart: Chart, rng: random.Random) -> Iterator[Asked]:
    names = names_of(chart, "condition", [item for item in chart.of("condition") if item.at])
    for name in _pick(names, rng, 1):
        yield _asked(
            chart, "onset", name.naming, rng, slots={"n": name.text}, dates=[name.items[0].day], resources=_resources(name.items[:1])
        )
    for name in _pick(names, rng, 1):
        yield _asked(chart, "presence", name.naming, rng, slots={"n": name.text}, starts="yes", some=_resources(name.items))
    alone = [name for name in names if len(name.items) == 1]
    for name in _pick(alone, rng, 1):
        if name.items[0].status in ("active", "resolved"):
            yield _asked(
                chart, "active", name.naming, rng, slots={"n": name.text}, starts="yes" if name.items[0].status == "active" else "no"
            )
    for name in _pick((n for n in alone if n.items[0].end), rng, 1):
        yield _asked(
            chart, "resolved", name.naming, rng, slots={"n": name.text}, dates=[name.items[0].end[:10]], resources=_resources(name.items)
        )


def _medications(chart: Chart, rng: random.Random) -> Iterator[Asked]:
    items = [item for item in chart.of("medication") if item.at]
    active = sorted({item.display for item in items if item.status == "active"})
    stopped = sorted({item.display for item in items} - set(active))
    if active:
        yield _asked(
            chart, "medications", "", rng, names=active, not_names=stopped, some=_resources(i for i in items if i.display in active)
        )
    names = names_of(chart, "medication", items)
    for name in _pick(names, rng, 1):
        yield _asked(
            chart,
            "taking",
            name.naming,
            rng,
            slots={"n": name.text},
            starts="yes" if any(i.status == "active" for i in name.items) else "no",
        )
    for name in _pick(
        (n for n in names if len({i.display for i in n.items}) == 1 and any(c.isdigit() for c in n.items[0].display)), rng, 1
    ):
        if strengths := _STRENGTH.findall(name.items[0].display):
            yield _asked(chart, "dose", name.naming, rng, slots={"n": name.text}, names=strengths)
    for name in _pick(names, rng, 1):
        yield _asked(
            chart, "med_started", name.naming, rng, slots={"n": name.text}, dates=[name.items[0].day], resources=_resources(name.items[:1])
        )
    yield from _why(chart, "med_reason", names, rng)


def _why(chart: Chart, intent: str, names: list[Name], rng: random.Random) -> Iterator[Asked]:
    told = [name for name in names if all(item.reasons for item in name.items) and len({item.reasons for item in name.items}) == 1]
    for name in _pick(told, rng, 1):
        yield _asked(
            chart, intent, name.naming, rng, slots={"n": name.text}, names=list(name.items[0].reasons), some=_resources(name.items)
        )


def _events(chart: Chart, rng: random.Random) -> Iterator[Asked]:
    shots = names_of(chart, "immunization", [item for item in chart.of("immunization") if item.at])
    done = names_of(chart, "procedure", [item for item in chart.of("procedure") if item.at])
    for intent, names, place in (("last_vaccine", shots, -1), ("last_procedure", done, -1), ("first_procedure", done, 0)):
        for name in _pick(names, rng, 1):
            at = name.items[place]
            some = [item.resource for item in name.items if item.day == at.day]
            yield _asked(chart, intent, name.naming, rng, slots={"n": name.text}, dates=[at.day], some=some)
    for intent, names in (("had_procedure", done), ("had_vaccine", shots)):
        for name in _pick(names, rng, 1):
            yield _asked(chart, intent, name.naming, rng, slots={"n": name.text}, starts="yes", some=_resources(name.items))
    yield from _why(chart, "procedure_reason", done, rng)


def _allergies(chart: Chart, rng: random.Random) -> Iterator[Asked]:
    items = chart.of("allergy")
    if items:
        yield _asked(chart, "allergies", "", rng, names=sorted({item.display for item in items}), some=_resources(items))
        for name in _pick((n for n in names_of(chart, "allergy", items) if n.naming != "display"), rng, 1):
            yield _asked(chart, "allergic_to", name.naming, rng, slots={"n": name.text}, starts="yes", some=_resources(name.items))
    for relation in chart.of("family"):
        for reason in relation.reasons:
            yield _asked(
                chart, "family", "display", rng, slots={"n": reason, "r": relation.display}, starts="yes", resources=[relation.resource]
            )


_ABSENT = {
    "observation": ("latest", "first", "highest", "trend", "change"),
    "condition": ("onset", "presence", "active"),
    "medication": ("taking", "dose", "med_started", "med_reason"),
    "procedure": ("last_procedure", "had_procedure"),
    "immunization": ("last_vaccine", "had_vaccine"),
    "allergy": ("allergic_to",),
}


def _absent(chart: Chart, charts: Sequence[Chart], rng: random.Random) -> Iterator[Asked]:
    """Questions about what other charts have and this one lacks, under any name."""
    codes = {code for item in chart.items for code in item.codes}
    told = [words(name) for item in chart.items for name in (*all_names(item), *item.reasons)]
    had = frozenset(word for line in told for word in line)
    for kind, intents in _ABSENT.items():
        others = {item.display: item for item in _all_of(charts, kind)}
        pool = [item for item in others.values() if not item.codes & codes and not any(words(name) & had for name in all_names(item))]
        for item in rng.sample(pool, min(2, len(pool))):
            short, lay = table()[kind].get(_plain(item), ((), ()))
            for naming, names in (("display", (item.display,)), ("short", short), ("lay", lay)):
                if names:
                    intent = rng.choice(intents)
                    yield _asked(
                        chart, f"absent_{kind}", naming, rng, words_of=intent, slots={"n": rng.choice(names)}, absent=True, starts="no"
                    )
    if not chart.of("family"):
        disease = rng.choice(sorted({item.display for item in _all_of(charts, "condition")}))
        yield _asked(
            chart, "absent_family", "display", rng, words_of="family", slots={"n": disease, "r": rng.choice(RELATIVES)}, absent=True
        )


def _plain(item: Item) -> str:
    return plain_display(item.display)


_ALL: dict[tuple[int, str], list[Item]] = {}


def _all_of(charts: Sequence[Chart], kind: str) -> list[Item]:
    key = (id(charts), kind)
    if key not in _ALL:
        _ALL[key] = [item for chart in charts for item in chart.of(kind) if kind != "observation" or item.value is not None]
    return _ALL[key]
