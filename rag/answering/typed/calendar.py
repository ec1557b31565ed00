"""Between the calendar of a question and the secret one of ``Fact.time``, and what of a date may be printed.

Fact times are moved by the patient's offset. Under ``date_shift`` the moved dates are what the reader sees; under ``safe_harbor`` the
reader sees true years; with reveal, true dates. Nothing else prints or compares a fact's time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rag.deidentification.calendar import policy_date
from rag.types import Policy

YEAR_CHARS = 4
MONTH_CHARS = 7
DAY_CHARS = 10
DAYS_PER_YEAR = 365.2425
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
WEEKS_SHOWN_DAYS = 60  # Shorter distances are told in days or weeks.
MONTHS_SHOWN_DAYS = 730  # Shorter distances are told in months.


@dataclass(frozen=True, slots=True)
class Calendar:
    """One patient's calendar for one question. ``offset_days`` is how far fact times were moved (0 with policy none).

    ``as_of_given`` says that the question came with the day that "ago" counts from.
    """

    policy: Policy
    offset_days: int
    revealed: bool
    as_of_given: bool = False

    @property
    def counted_from(self) -> str:
        """What "ago" counts from, in words."""
        return "the day given" if self.as_of_given else "the record's last date"

    @property
    def years_only(self) -> bool:
        """True where a question may ask for nothing finer than a year."""
        return self.policy is Policy.SAFE_HARBOR and not self.revealed

    @property
    def prints_years_only(self) -> bool:
        """True where stored answers hold nothing finer than a year, revealed or not."""
        return self.policy is Policy.SAFE_HARBOR

    def printed(self, time: str) -> str:
        """A fact's time as a stored answer may hold it: as the text shows it, the year alone under ``safe_harbor``."""
        return self.true(time)[:YEAR_CHARS] if self.prints_years_only else time

    def true(self, time: str) -> str:
        """A fact's time moved back: for display with reveal, and for comparing; its year where two months may have been moved to it."""
        if self.policy is Policy.NONE:
            return time
        return self._month_before(time) if len(time) == MONTH_CHARS else self._moved(time, -self.offset_days)

    def in_question(self, time: str) -> str:
        """A fact's time in the calendar the question speaks in: true with reveal and under ``safe_harbor``, else as the text shows it."""
        return time if self.policy is Policy.DATE_SHIFT and not self.revealed else self.true(time)

    def to_time(self, iso_day: str) -> str:
        """The fact time of a day of the question's calendar."""
        moved = self.policy is Policy.NONE or (self.policy is Policy.DATE_SHIFT and not self.revealed)
        return iso_day if moved else self._moved(iso_day, self.offset_days)

    def distance(self, earlier: str, later: str) -> str:
        """How far apart two fact times are, as a stored answer may hold it: see ``distance``; nothing where it cannot be told."""
        ends = self.ends(earlier, later)
        return distance(*ends, years_only=self.prints_years_only) if ends else ""

    def ends(self, earlier: str, later: str) -> tuple[str, str] | None:
        """Two fact times that can be set against each other.

        A bare year is never moved: against a moved date it is told by printed years, or not at all where those are moved too.
        """
        if self.policy is Policy.NONE or (len(earlier) == YEAR_CHARS) == (len(later) == YEAR_CHARS):
            return earlier, later
        return (self.printed(earlier), self.printed(later)) if self.prints_years_only else None

    def _month_before(self, time: str) -> str:
        """The month that was moved to this one; of two that were, their year."""
        year, month = int(time[:YEAR_CHARS]), int(time[YEAR_CHARS + 1 :])
        near = [divmod(12 * year + month - 1 - round(self.offset_days / DAYS_PER_MONTH) + step, 12) for step in (-1, 0, 1)]
        found = [month for month in (f"{y:04}-{m + 1:02}" for y, m in near) if self._moved(month, self.offset_days) == time]
        return found[0] if len(found) == 1 else min(found, default=self._moved(time, -self.offset_days))[:YEAR_CHARS]

    @staticmethod
    def _moved(iso: str, days: int) -> str:
        return policy_date(iso, Policy.DATE_SHIFT, days) or iso


def first_day(iso: str) -> date:
    """The first day that an ISO date of any precision covers."""
    parts = [int(part) for part in iso[:10].split("-")]
    return date(*[*parts, 1, 1][:3])


def last_day(iso: str) -> date:
    """The last day that an ISO date of any precision covers."""
    start = first_day(iso)
    if len(iso) == YEAR_CHARS:
        return date(start.year, 12, 31)
    if len(iso) == MONTH_CHARS:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start


def distance(earlier: str, later: str, *, years_only: bool = False) -> str:
    """How far apart two fact times are, in the largest unit that still tells: ``14 months``, ``5 days``, ``3 years``; empty for none.

    Whole years only where nothing finer may be told; nothing where a date is less exact than the answer would be.
    """
    days = (first_day(later) - first_day(earlier)).days
    exact = min(len(earlier), len(later))
    if days <= 0:
        return ""
    if years_only or exact == YEAR_CHARS:
        years = first_day(later).year - first_day(earlier).year if exact == YEAR_CHARS else int(days / DAYS_PER_YEAR)
        return _counted(years, "year")
    if exact > MONTH_CHARS and days < WEEKS_SHOWN_DAYS:
        return _counted(days, "day") if days < 14 or days % 7 else _counted(days // 7, "week")
    if days < MONTHS_SHOWN_DAYS:
        return _counted(_whole_months(first_day(earlier), first_day(later)), "month")
    return _counted(_whole_months(first_day(earlier), first_day(later)) // 12, "year")


def _whole_months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def _counted(number: int, unit: str) -> str:
    return "" if number < 1 else f"{number} {unit}{'' if number == 1 else 's'}"
