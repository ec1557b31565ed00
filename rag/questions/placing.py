"""Where in time a clause lies: its windows, the event they hang on, and the day a value is wanted for."""

from __future__ import annotations

import datetime
from dataclasses import replace

from rag.questions.reading import Reading
from rag.questions.understood import Anchor, Intent, Relation, Window
from rag.questions.windows import Time

_LASTING = frozenset({"admission", "emergency", "icu"})


def placed_times(reading: Reading, intent: Intent) -> tuple[tuple[Window, ...], Anchor | None, str | None]:
    """Windows, anchor and day of the clause; a date inside an anchor narrows the anchor."""
    anchor = reading.anchor
    times = list(reading.times)
    narrowed: tuple[Window, ...] = ()
    if anchor is not None:
        anchor, times, narrowed = _narrowed(reading, anchor, times)
        if anchor is None and not times:
            return narrowed, None, None
    if not times:
        return narrowed, anchor, None
    first = times[0]
    if anchor is not None and first.second is None and (bounded := _from_one_to_the_other(reading, anchor, first)):
        return bounded
    if intent is Intent.VALUE_AT:
        return (), anchor, _middle(first.window)
    if intent is Intent.COMPARE:
        return _two(times), anchor, None
    if first.second is not None:
        return (_spanning(first.window, first.second),), anchor, None
    if len(times) > 1 and intent is Intent.CHANGE and not reading.anchor:
        return (_spanning(first.window, times[1].window),), anchor, None
    if intent is Intent.CHANGE and "compare" in reading.roles and "since" not in first.relation:
        return (replace(first.window, end=None),), anchor, None
    return (first.window,), anchor, None


def _from_one_to_the_other(reading: Reading, anchor: Anchor, time: Time) -> tuple[tuple[Window, ...], Anchor, str | None] | None:
    """ "From admission to this morning", "from 2018 until the lawsuit": a stretch whose one end is an event and whose other is a date."""
    index = next(place for place, token in enumerate(reading.tokens) if token.end > time.start)
    start = reading.marks.index("anchor") if "anchor" in reading.marks else 0
    joint = {reading.words[place] for place in (index - 1, index) if place >= 0}
    leads = reading.words[start] in {"from", "between"}
    if start < index and leads and joint & {"to", "until", "till", "through", "and"} and anchor.relation is not Relation.BEFORE:
        return (replace(time.window, start=None),), replace(anchor, relation=Relation.AFTER, inclusive=True), None
    if (
        index < start
        and reading.words[index] in {"from", "since"}
        and anchor.relation is Relation.BEFORE
        and time.relation in {"in", "since"}
    ):
        return (replace(time.window, end=None),), anchor, None
    return None


def _narrowed(reading: Reading, anchor: Anchor, times: list[Time]) -> tuple[Anchor | None, list[Time], tuple[Window, ...]]:
    """The anchor with the date that stands in its name or right behind it, the other times, and the window that the date is by itself.

    A day says by itself where a visit, a call or a procedure lies: no anchor is left then, only a stay goes on for longer.
    """
    inside = [time for time in times if _in_anchor(reading, time.start) or (time.relation == "in" and _follows_anchor(reading, time.start))]
    own = inside[0].own or inside[0].window if inside else None
    rest = [time for time in times if time not in inside]
    if own is None:
        return anchor, rest, ()
    if own.finest == "day" and own.start == own.end and anchor.words not in _LASTING and not anchor.event:
        return None, rest, (_beside(own, anchor),)
    return replace(anchor, window=own), rest, (own,) if anchor.relation is Relation.DURING else ()


def _beside(day: Window, anchor: Anchor) -> Window:
    """The window before, after or on a day; what came "after the visit" of a day may bear its date."""
    if day.start is None:
        return day
    exact = datetime.date.fromisoformat(day.start)
    if anchor.relation is Relation.BEFORE:
        last = exact - datetime.timedelta(days=0 if anchor.inclusive else 1)
        first = exact - datetime.timedelta(days=anchor.span_days) if anchor.span_days else None
        return replace(day, start=first.isoformat() if first else None, end=last.isoformat())
    if anchor.relation is Relation.AFTER:
        return replace(day, end=(exact + datetime.timedelta(days=anchor.span_days)).isoformat() if anchor.span_days else None)
    margin = datetime.timedelta(days=anchor.margin_days)
    return replace(day, start=(exact - margin).isoformat(), end=(exact + margin).isoformat())


def _follows_anchor(reading: Reading, start: int) -> bool:
    """True where the token before the time belongs to the anchor."""
    before = [mark for token, mark in zip(reading.tokens, reading.marks, strict=True) if token.end <= start]
    return bool(before) and before[-1] == "anchor"


def _two(times: list[Time]) -> tuple[Window, ...]:
    first = times[0]
    if first.second is not None:
        return first.window, first.second
    if len(times) > 1:
        return first.window, times[1].window
    window = first.window
    if window.start and window.end and window.start[:4] != window.end[:4]:
        a, b = window.start[:4], window.end[:4]
        return replace(window, end=f"{a}-12-31", words=a), replace(window, start=f"{b}-01-01", words=b)
    return (window,)


def _spanning(first: Window, second: Window) -> Window:
    starts = [window.start for window in (first, second) if window.start]
    ends = [window.end for window in (first, second) if window.end]
    return replace(first, start=min(starts, default=None), end=max(ends, default=None), words=f"{first.words}, {second.words}")


def _in_anchor(reading: Reading, start: int) -> bool:
    return any(mark == "anchor" and token.start <= start < token.end for token, mark in zip(reading.tokens, reading.marks, strict=True))


def _middle(window: Window) -> str | None:
    """The day in the middle of a window: a day itself, the 15th of a month, mid-year."""
    if window.start is None or window.end is None:
        return window.start or window.end
    first, last = (datetime.date.fromisoformat(day) for day in (window.start, window.end))
    return (first + (last - first) / 2).isoformat()
