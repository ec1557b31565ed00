"""Written dates moved by days, each in its own form.

A part that is not written is taken from a day near by (a full date of the same text): the year, or the year and the month,
with which the date is nearest to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from rag.clinical.holidays import holiday_days, holiday_names
from rag.deidentification.date_parts import is_padded, month_name, styled
from rag.deidentification.dates import WrittenDate

MIDDLE_DAY = 15
MIDDLE_MONTH = 7
YEARS_WITHOUT_ONE = (2001, 2000)  # only the offset within the year shows; the second has a 29 February


def shifted(text: str, written: WrittenDate, days: int, near: date | None = None) -> str | None:
    """``text[start:end]`` with the date moved by ``days`` in the same form; None where it cannot be known or the calendar ends.

    A missing day counts as the middle of its month and a missing month as July, so that what is written moves only
    when most of the month or year does. A holiday becomes the day that it is moved to: "Thanksgiving" is "January 21".
    """
    day = _calendar_day(written, near) if written.parts or written.holiday else None
    if day is None:
        return None
    try:
        moved = day + timedelta(days=days)
        if written.holiday:
            return f"{moved:%B} {moved.day}" + (f", {moved.year}" if written.year else "")
        return _rewritten(text, written, moved, day, days)
    except (ValueError, OverflowError):
        return None


def _rewritten(text: str, written: WrittenDate, moved: date, day: date, days: int) -> str:
    pieces: list[str] = []
    cursor = written.start
    ordered = sorted(written.parts, key=lambda part: part[1])
    padded = ordered[0][0] == "y" or any(is_padded(text[start:end]) for name, start, end in ordered if name in "md")
    month = next((text[start:end] for name, start, end in ordered if name == "m"), "")
    for name, start, end in ordered:
        pieces.append(text[cursor:start])
        if name == "e":
            other = day.replace(day=int("".join(filter(str.isdigit, text[start:end])))) + timedelta(days=days)
            pieces.append(styled("d", text[start:end], other, is_padded(text[start:end])))
            pieces.append("" if other.month == moved.month else f" {month_name(month, other.month)}")
        else:
            pieces.append(styled(name, text[start:end], moved, padded))
        cursor = end
    pieces.append(text[cursor : written.end])
    return "".join(pieces)


def _calendar_day(written: WrittenDate, near: date | None) -> date | None:
    candidates = sorted(_candidates(written, near), key=lambda day: abs((day - near).days) if near else 0)
    return candidates[0] if candidates else None


def _candidates(written: WrittenDate, near: date | None) -> Iterator[date]:
    if written.year:
        years: tuple[int, ...] = (written.year,)
    else:
        years = (near.year, near.year - 1, near.year + 1) if near else YEARS_WITHOUT_ONE
    if written.holiday:
        if written.holiday in holiday_names() and (written.year or near):
            yield from (holiday_days(written.holiday, year)[0] for year in years)
        return
    if written.month is None and written.day is not None and near is None:
        return
    months = (written.month,) if written.month else tuple(range(1, 13)) if written.day else (MIDDLE_MONTH,)
    for year in years:
        for month in months:
            try:
                yield date(year, month, written.day or MIDDLE_DAY)
            except ValueError:
                continue
