"""Whether a value is normal, high or low, as its own record reads it: no lead where the record does not say."""

from __future__ import annotations

import re

from rag.types import Fact

_HIGH = frozenset({"h", "hh", "high", "above", "critical high", "critically high", "elevated"})
_LOW = frozenset({"l", "ll", "low", "below", "critical low", "critically low"})
_NORMAL = frozenset({"n", "normal", "within range"})
_ABNORMAL = frozenset({"a", "aa", "abnormal"})
_STATES = (("high", _HIGH), ("low", _LOW), ("normal", _NORMAL), ("abnormal", _ABNORMAL))
_ASKED = (
    ("abnormal", re.compile(r"\b(?:abnormal|out of (?:the )?(?:normal )?range|off)\b", re.IGNORECASE)),
    ("high", re.compile(r"\b(?:(?:too )?high|elevated|raised|above (?:normal|range))\b", re.IGNORECASE)),
    ("low", re.compile(r"\b(?:(?:too )?low|below (?:normal|range)|reduced)\b", re.IGNORECASE)),
    (
        "normal",
        re.compile(
            r"\b(?:normal|in (?:the )?(?:normal )?range|within (?:the )?(?:normal )?(?:range|limits)|ok|okay|fine|wnl)\b", re.IGNORECASE
        ),
    ),
)
"""What a question asks of a value, the first that its words say; "at goal" and "controlled" ask for more than a record's reading."""


def lead_of(question: str, fact: Fact) -> str:
    """Yes or no where the record of the value reads it as high, low or normal, and the question asks for that; else empty."""
    reading = fact.slot("interpretation")
    asked = next((name for name, words in _ASKED if words.search(question)), "")
    if reading is None or not asked:
        return ""
    said = reading.text.casefold()
    state = next((name for name, known in _STATES if said in known), "")
    if not state or (state == "abnormal" and asked in ("high", "low")):
        return ""
    return "Yes" if asked == state or (asked == "abnormal" and state != "normal") else "No"
