"""How a question was read, for the reader to check: intent, what was taken as the thing asked for, window, status."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.typed.chart import Chart
from rag.answering.typed.compose import Typed
from rag.questions.understood import Understood

MAX_CONCEPTS = 6


def interpretation_of(typed: Sequence[Typed], chart: Chart) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and words, parts numbered from 2 on; names without a value are left out."""
    pairs: list[tuple[str, str]] = []
    for number, part in enumerate(typed, 1):
        prefix = "" if number == 1 else f"part_{number}_"
        pairs += [(prefix + name, words) for name, words in _of_part(part, chart) if words]
    if chart.as_of:
        pairs.append(("as_of", chart.calendar.printed(chart.as_of)))
    return tuple(pairs)


def _of_part(part: Typed, chart: Chart) -> list[tuple[str, str]]:
    asked = part.asked
    taken = list(dict.fromkeys(match.concept.display for match in part.resolution.matches if match.concept.display))
    more = f" and {len(taken) - MAX_CONCEPTS} more" if len(taken) > MAX_CONCEPTS else ""
    return [
        ("intent", asked.intent.value),
        ("concept", asked.phrase),
        ("taken_as", "; ".join(taken[:MAX_CONCEPTS]) + more),
        ("kinds", ", ".join(sorted(asked.kinds))),
        ("window", " and ".join(window.words for window in asked.windows)),
        ("at", chart.calendar.printed(chart.calendar.to_time(asked.at)) if asked.at else ""),  # it may be counted back from a true date
        ("anchor", f"{asked.anchor.relation.value} {asked.anchor.words or asked.anchor.kind}" if asked.anchor else ""),
        ("threshold", _threshold(asked)),
        ("status", asked.status),
        ("of", asked.experiencer if asked.experiencer != "patient" else ""),
    ]


def _threshold(asked: Understood) -> str:
    limit = asked.threshold
    return "" if limit is None else f"{limit.operator} {limit.value} {limit.unit or ''}".strip()
