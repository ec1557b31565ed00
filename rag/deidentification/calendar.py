"""ISO dates of records (not of running text) under a policy, at the precision they were written."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.types import Policy

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
MIDDLE_DAY = 15
"""A month without a day is moved from its middle, so that it lands in the month that most of it lands in."""


def policy_date(iso: str, policy: Policy, offset_days: int) -> str | None:
    """``2024``, ``2024-03`` or ``2024-03-01`` (a time of day is cut off) as the policy lets it stand; None where it is no date.

    ``safe_harbor`` keeps the year; ``date_shift`` moves months and days by ``offset_days`` and leaves a bare year.
    """
    found = _ISO.match(iso.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    if policy is Policy.SAFE_HARBOR or month is None:
        return year
    if policy is Policy.NONE:
        return found.group()
    try:
        moved = date(int(year), int(month), int(day or MIDDLE_DAY)) + timedelta(days=offset_days)
    except (ValueError, OverflowError):
        return None
    return moved.isoformat() if day else moved.isoformat()[:7]
