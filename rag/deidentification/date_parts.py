"""The parts of a written date: what number each stands for, and how another number is put in the same way.

A part may be digits (also with letters that scanners confuse with digits), a month's name in several languages, a Roman
month, or a day in words.
"""

from __future__ import annotations

import re
from datetime import date

from rag.deidentification.date_forms import load_words

PIVOT_TWO_DIGIT_YEAR = 35  # '35 is 2035, '36 is 1936: births are older than plans are far
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_SCANNED = str.maketrans("OoQlI", "00011")
_SUFFIX = re.compile(r"(?:st|nd|rd|th)\Z", re.IGNORECASE)


def part_number(part: str, written: str) -> int | None:
    """The year, month or day that ``written`` stands for; None where it is none."""
    if part == "m" and not any(c.isdigit() for c in written):
        return _month(written)
    if part != "y" and not any(c.isdigit() for c in written) and len(written) > 2:
        ordinals = load_words().lists["ordinals"]
        name = "-".join(written.lower().replace("-", " ").split())
        return ordinals.index(name) + 1 if name in ordinals else None
    digits = re.sub(r"\D", "", _SUFFIX.sub("", written).translate(_SCANNED))
    if not digits:
        return None
    number = int(digits)
    if part == "y" and len(digits) == 2:
        return number + (2000 if number <= PIVOT_TWO_DIGIT_YEAR else 1900)
    return number


def is_padded(written: str) -> bool:
    """Whether a number is written with a zero before it."""
    return written[0].translate(_SCANNED) == "0"


def styled(part: str, written: str, moved: date, padded: bool) -> str:
    """The part of ``moved`` in the way of ``written``."""
    if part == "y":
        length = len(re.sub(r"[\W_]", "", written))
        lead = re.match(r"\W*", written)
        return (lead[0] if lead else "") + f"{moved.year:04d}"[-length:]
    number = moved.month if part == "m" else moved.day
    if part == "m" and not any(c.isdigit() for c in written) and part_number("m", written) is not None and len(written) > 0:
        return month_name(written, number)
    if part == "d" and not any(c.isdigit() for c in written) and len(written) > 2:
        words = load_words().lists["ordinals"][number - 1]
        return words if "-" in written else words.replace("-", " ")
    suffix = _SUFFIX.search(written)
    return f"{number:0{2 if padded else 1}d}" + (_ordinal_suffix(number, suffix[0]) if suffix else "")


def month_name(written: str, month: int) -> str:
    """Month ``month`` in the language, length and case of ``written``."""
    bare = written.rstrip(".").lower()
    if bare in _ROMAN:
        name = _ROMAN[month - 1]
        return name.upper() if written.isupper() else name
    fitting = [names for names in load_words().languages if any(bare in forms.split("|") for forms in names)]
    # English where it fits; of the others German, which stands first, has capitals.
    names = fitting[0] if fitting[0] is load_words().languages[0] or written[0].isupper() else fitting[-1]
    long = names[month - 1].split("|")[0]
    is_short = all(bare != forms.split("|")[0] for forms in names) or (bare == "may" and written.endswith("."))
    name = long[:3] + written[len(bare) :] if is_short else long
    return name.upper() if written.isupper() else name if written.islower() else name.capitalize()


def _month(written: str) -> int | None:
    bare = written.rstrip(".").lower()
    return load_words().month_of.get(bare) or (_ROMAN.index(bare) + 1 if bare in _ROMAN else None)


def _ordinal_suffix(number: int, like: str) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return suffix.upper() if like.isupper() else suffix
