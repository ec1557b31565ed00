"""The ways to name what a chart lists: as displayed, short, and in lay words; each with everything of the chart that it means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.chart_questions.charts import Chart, Item, plain_display

NAMINGS = ("display", "short", "lay")
_FILLER = frozenset(
    [
        "the",
        "of",
        "to",
        "in",
        "and",
        "or",
        "with",
        "due",
        "by",
        "for",
        "on",
        "from",
        "a",
        "an",
        "using",
        "test",
        "level",
        "blood",
        "serum",
        "plasma",
        "finding",
        "disorder",
        "procedure",
        "situation",
        "mass",
        "volume",
        "count",
        "automated",
        "acute",
        "chronic",
        "history",
        "disease",
        "type",
        "patient",
        "screening",
        "assessment",
        "health",
        "care",
    ]
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name, how it was chosen (``display``, ``short`` or ``lay``) and the items of the chart that it means, in time."""

    text: str
    naming: str
    items: tuple[Item, ...]


@cache
def table() -> dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """For each kind and plain display its short and its lay names."""
    read = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    return {kind: {display: _sides(line) for display, line in lines.items()} for kind, lines in read.items()}


def _sides(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    short, _, lay = line.partition("|")
    return _split(short), _split(lay)


def _split(side: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in side.split(";") if part.strip())


def names_of(chart: Chart, kind: str, items: Iterable[Item]) -> list[Name]:
    """Every unambiguous name of the items: none that another thing of the chart may also be called by."""
    items = list(items)
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        found.setdefault(("display", item.display), []).append(item)
        for naming, names in zip(NAMINGS[1:], table()[kind].get(plain_display(item.display), ((), ())), strict=True):
            for name in names:
                found.setdefault((naming, name), []).append(item)
    others = chart.items if kind != "observation" else items
    return [
        Name(text, naming, tuple(sorted(group, key=lambda item: item.at)))
        for (naming, text), group in found.items()
        if not _shared(text, naming, group, others, kind)
    ]


def words(text: str) -> frozenset[str]:
    """Content words, singular, without filler."""
    return frozenset(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.casefold()) if len(word) > 1) - _FILLER


def all_names(item: Item) -> list[str]:
    """The display and all names of the table."""
    short, lay = table().get(item.kind, {}).get(plain_display(item.display), ((), ()))
    return [item.display, *short, *lay]


def _shared(text: str, naming: str, group: list[Item], others: list[Item], kind: str) -> bool:
    """Whether the name may also mean another item of the chart."""
    own = {item.display for item in group}
    wanted = words(text)
    for other in others:
        if other.display in own:
            continue
        names = all_names(other)
        if any(name.casefold() == text.casefold() for name in names):
            return True
        if kind != "observation" and naming != "display" and any(wanted <= words(name) for name in names):
            return True
        if kind != "observation" and naming == "display" and words(plain_display(text)) < words(other.display):
            return True
    return False
