"""Whether an answer is right, wrong or abstained, by the gold of its question; and whether it cites what it must."""

from __future__ import annotations

import re
from typing import Any

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?")
_NOT_VALUES = re.compile(r"\[\d+\]|10\*\d+/\w+|\b\d{4}-\d\d(?:-\d\d)?(?:T[\d:.+Z-]+)?\b")
MOST_PER_VALUE = 3
"""Numbers allowed for each one wanted (names such as "10*3/uL" hold some): a list of every value is no answer."""


def judge(expect: dict[str, Any], answer: dict[str, Any]) -> tuple[str, bool]:
    """``right``, ``wrong`` or ``abstained``, and whether the citations wanted were given (all of ``resources``, any of ``some``)."""
    status, text = answer.get("status"), answer.get("answer") or ""
    if expect.get("absent"):
        return ("right" if status == "not_documented" and not answer.get("statements") else "wrong"), True
    cited = {(citation.get("source") or {}).get("resource") for citation in answer.get("citations", [])}
    if status != "answered":
        return "abstained", False
    right = _values_stand(expect, text) and all(date in text for date in expect.get("dates", []))
    low = text.casefold().strip()
    right = right and low.startswith(expect.get("starts", ""))
    right = right and all(name.casefold() in low for name in expect.get("names", ()))
    right = right and not any(name.casefold() in low for name in expect.get("not_names", ()))
    cites = set(expect.get("resources", ())) <= cited and (not expect.get("some") or bool(set(expect["some"]) & cited))
    return ("right" if right else "wrong"), cites


def _values_stand(expect: dict[str, Any], text: str) -> bool:
    for display in expect.get("displays", ()):
        text = text.replace(display, " ")
    written = [token.replace(",", "") for token in _NUMBER.findall(_NOT_VALUES.sub(" ", text))]
    wanted = expect.get("numbers", [])
    if not all(any(_same(token, value) for token in written) for value in wanted):
        return False
    if wanted and len(written) > expect.get("most", MOST_PER_VALUE * len(wanted) + 1):
        return False
    if "count" in expect:
        first = next((token for token in written if token != expect["year"]), None)
        return first is not None and float(first) == expect["count"]
    return True


def _same(token: str, value: float) -> bool:
    """Equal, or rounded: two decimals at least below ten, one above."""
    shown = len(token.partition(".")[2])
    least = 2 if abs(value) < 10 else 1
    return abs(float(token) - value) < 1e-9 or (shown >= least and abs(float(token) - value) <= 0.5 * 10**-shown + 1e-9)
