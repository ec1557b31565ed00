"""What stands in for an identifier under each policy.

``safe_harbor`` keeps of a date its year, of an age over 89 "90+", of a ZIP the three digits that the census allows, and of a
birth year that tells of more than 89 years only that. ``date_shift`` moves dates by the patient's offset and keeps ages; without
a patient there is no offset and a date goes. Everything else gets a surrogate under both.
Source: 45 CFR 164.514(b)(2); a date shift is expert determination, not Safe Harbor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from rag.deidentification.date_shift import MIDDLE_DAY, MIDDLE_MONTH, shifted
from rag.deidentification.dates import WrittenDate, find_written_dates, is_birth_date, parse_written_date
from rag.deidentification.findings import EntityType, Identified
from rag.deidentification.gazetteers import load_gazetteers
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.surrogates import Surrogates
from rag.types import Policy

MAX_AGE_YEARS = 89
DATE_PLACEHOLDER = "[date]"
CONTEXT_CHARS = 80  # what a date without a year is recognised by
_US_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")


@dataclass(frozen=True, slots=True)
class Substitution:
    """The rules of one document: its policy, its patient, and the year that ages are counted to."""

    policy: Policy
    identity: PatientIdentity | None
    surrogates: Surrogates
    reference_year: int
    anchors: list[tuple[int, date]] = field(default_factory=list, init=False)  # the text's full dates by place, once they are needed

    def replacement(self, text: str, found: Identified, around_year: int | None) -> str:
        """What to put in place of ``text[found.start:found.end]``; the same text where nothing has to go."""
        value = text[found.start : found.end]
        match found.entity_type:
            case EntityType.DATE:
                return self._date(text, found, around_year)
            case EntityType.AGE:
                return "90+" if self.policy == Policy.SAFE_HARBOR else value
            case EntityType.ZIP if _US_ZIP.fullmatch(value):
                return kept_zip(value)
        return self.surrogates.of(found.entity_type, value)

    def _date(self, text: str, found: Identified, around_year: int | None) -> str:
        value = text[found.start : found.end]
        written = parse_written_date(value) or next(iter(find_written_dates(value)), None) or _in_context(text, found)
        if written is None:
            return DATE_PLACEHOLDER
        if self.policy == Policy.DATE_SHIFT:
            if written.year and not written.month and not written.holiday:
                return value
            days = self.identity.date_offset_days if self.identity else 0
            near = None if written.year else self._near(text, found.start, around_year)
            return (shifted(value, written, days, near) if days else None) or DATE_PLACEHOLDER
        if written.year is None:
            return DATE_PLACEHOLDER
        oldest = self.reference_year - MAX_AGE_YEARS - 1
        if written.year <= oldest and self._tells_birth(text, found, written.year):
            return f"{oldest} or earlier"
        return str(written.year)

    def _near(self, text: str, at: int, around_year: int | None) -> date | None:
        """What a missing year or month is taken from: the full date nearest to ``at``, else the middle of the year of the text."""
        if not self.anchors:
            full = [w for w in find_written_dates(text) if w.year and w.month and not is_birth_date(text, w.start)]
            self.anchors.extend(
                (w.start, date(w.year, w.month, MIDDLE_DAY if w.day is None else w.day)) for w in full if w.year and w.month
            )
        if self.anchors:
            return min(self.anchors, key=lambda anchor: abs(anchor[0] - at))[1]
        return date(around_year, MIDDLE_MONTH, 1) if around_year else None

    def _tells_birth(self, text: str, found: Identified, year: int) -> bool:
        known = self.identity.birth_year() if self.identity else None
        return year == known or is_birth_date(text, found.start)


def kept_zip(value: str) -> str:
    """The first three digits of a ZIP where more than 20,000 people share them, else 000."""
    digits = re.sub(r"\D", "", value)[:3]
    return digits if digits in load_gazetteers().kept_zip3 else "000"


def _in_context(text: str, found: Identified) -> WrittenDate | None:
    """A date that only its surroundings make one ("on 3/14"): found again with the words around it; offsets are into the value."""
    before = max(0, found.start - CONTEXT_CHARS)
    for written in find_written_dates(text[before : found.end + CONTEXT_CHARS]):
        if written.start + before == found.start and written.end + before <= found.end:
            parts = tuple((name, start - written.start, end - written.start) for name, start, end in written.parts)
            return replace(written, start=0, end=written.end - written.start, parts=parts)
    return None
