"""When something named in a sentence began, was done, and for how long: the dates and durations that belong to one name of several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.clinical.mentions.mention import MentionSlot
from rag.clinical.mentions.passages import Passage, dates_in
from rag.types import Span

_MAX_GAP_CHARS = 60
_COUNT = (
    r"(?:\d{1,3}(?:\s?(?:-|to)\s?\d{1,3})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    r"|several|a few|a couple(?: of)?|many)"
)
_UNIT = r"(?:minute|min|hour|hr|day|night|week|wk|month|mo|year|yr|decade)s?"
_LENGTH = rf"{_COUNT}[\s-]{{0,2}}(?:{_UNIT})\b(?:\s(?:and a half|or so|or more))?"
_LOOSE = r"(?:(?:the|past|last|about|approximately|approx|around|nearly|almost|over|at least|more than|roughly|some|up to)\s){0,3}"
_LASTING = re.compile(
    rf"\b(?:x\s?{_LENGTH}|x\d{{1,3}}\s?(?:d|w|wk|mo|m|yr?s?|y)\b|(?:for|over|during|within|of)\s{_LOOSE}(?P<length>{_LENGTH}))",
    re.IGNORECASE,
)
_AGO = re.compile(
    rf"\b(?:{_LENGTH}\sago|yesterday|last (?:night|week|month|year|spring|summer|fall|autumn|winter)"
    rf"|this (?:morning|week|month)|earlier today"
    rf"|in childhood|as a child|since childhood|since birth|{_LENGTH}\sprior)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    rf"(?P<length>{_LENGTH})(?:[\s-](?:history|hx|h/o))?\sof\s(?:(?!(?:for|with|after|before|to|and|or|on|from)\b)[\w-]+\s){{0,3}}$",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(r"[\s,(]{1,3}(?P<year>(?:19|20)\d\d)(?![\d/.-]\d|\s?(?:mg|mcg|ml|units?|g|kcal|cells|copies|steps)\b)")
_LINK = re.compile(
    r"[\s,(:]*(?:(?:was|were|is|has|had|been|first|last|most recent|originally|initially|diagnosed|diagnosis|dx|dxd|dx'd|onset|began"
    r"|beginning|started|starting|noted|found|detected|discovered|performed|done|completed|given|placed|"
    r"administered|received|repeated|repaired|treated|removed|implanted|inserted|in|on|at|since|from|of|about|around|approximately|circa|early|late|mid"
    r"|the|by|back|year|date|both|with|and|due|scheduled|for|planned)"
    r"\b['.:]*[\s,(:]*){0,7}",
    re.IGNORECASE,
)
_ONSET = re.compile(
    r"\b(?:since|diagnosed|diagnosis|dx|dxd|dx'd|onset|began|beginning|started|starting|from|first|noted|found|detected|discovered|developed)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"^\s?:|\b(?:had|has|have|with|for|developed|underwent|diagnosed|diagnosis|was|were|received|got|of|found|noted|showed|revealed|after)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dating:
    """Slots (date, onset, duration) of one name, and the ISO date they give: ``--MM-DD`` where the year is not said; None without one."""

    slots: tuple[MentionSlot, ...] = ()
    time: str | None = None


_UNDATED = Dating()


def dating_of(passage: Passage, name: Span, names: Sequence[Span]) -> Dating:
    """What the passage says of when ``name`` was; ``names`` are all names in it, and a date beyond the next one is not its own."""
    if not passage.timed:
        return _UNDATED
    first = max((other.end for other in names if other.end <= name.start), default=passage.sentence.start)
    last = min((other.start for other in names if other.start >= name.end), default=passage.sentence.end)
    dated = _after(passage, name, last) or _before(passage, name, first)
    slots = [dated[0]] if dated else []
    slots += _durations(passage.text, Span(first, name.start), Span(name.end, min(last, name.end + 2 * _MAX_GAP_CHARS)), dated is not None)
    return Dating(tuple(slots), dated[1] if dated else None)


def _after(passage: Passage, name: Span, last: int) -> tuple[MentionSlot, str] | None:
    """The date that follows the name, with nothing but linking words between."""
    text = passage.text
    if bare := _BARE_YEAR.match(text, name.end, last):
        return MentionSlot("date", Span(*bare.span("year"))), bare["year"]
    for date in dates_in(passage, name.end, last):
        start = date.span.start
        if start - name.end > _MAX_GAP_CHARS or not _LINK.fullmatch(text, name.end, start):
            return None
        slot = "onset" if _ONSET.search(text, name.end, start) else "date"
        return MentionSlot(slot, date.span), date.iso
    return None


def _before(passage: Passage, name: Span, first: int) -> tuple[MentionSlot, str] | None:
    """The date that leads up to the name: "In March 2019 she had …", "diagnosed in 2012 with …", "2014: …"."""
    text = passage.text
    dates = dates_in(passage, first, name.start)
    if not dates:
        return None
    date = dates[-1]
    between = text[date.span.end : name.start]
    if len(between) > _MAX_GAP_CHARS or re.search(r"[.;)]|,.*,|\b(?:and|but|until|to)\b", between):
        return None
    led = text[max(first, date.span.start - 20) : date.span.start]
    opened = first == passage.sentence.start and not text[first : date.span.start].strip(" \t-•*0123456789.)")
    if not (opened or re.search(r"\b(?:in|on|since|dated|from|of)\s(?:early |late |mid |about |around )?$", led, re.IGNORECASE)):
        return None
    if not opened and (between.lstrip().startswith(",") or not _TOLD.search(between)):
        return None
    onset = _ONSET.search(between) or _ONSET.search(led)
    return MentionSlot("onset" if onset else "date", date.span), date.iso


def _durations(text: str, before: Span, after: Span, dated: bool) -> Iterator[MentionSlot]:
    if found := _HISTORY.search(text, max(before.start, before.end - _MAX_GAP_CHARS), before.end):
        yield MentionSlot("duration", Span(*found.span("length")))
    elif (found := _LASTING.search(text, after.start, after.end)) and not re.search(r"[;.]\s", text[after.start : found.start()]):
        yield MentionSlot("duration", Span(*found.span("length" if found["length"] else 0)))
    if not dated and (ago := _AGO.search(text, after.start, after.end)) and not re.search(r"[;.]\s", text[after.start : ago.start()]):
        yield MentionSlot("onset", Span(*ago.span()))
