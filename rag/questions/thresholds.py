"""Comparisons and units asked for: "above 7", "over 140/90", "at least 8.5 %", "in mmol/L"."""

from __future__ import annotations

import re
from decimal import Decimal

from rag.questions.understood import Threshold

_OPERATORS = (
    (">=", r"at least|no less than|not less than|greater than or equal to|more than or equal to|>=|≥|minimum of"),
    ("<=", r"at most|no more than|not more than|no higher than|not above|less than or equal to|<=|≤|maximum of|up to"),
    (
        ">",
        r"(?:gone |go |went |going |been |be |get |got |gotten |read |reading )?(?:above|over|greater than|more than|higher than"
        r"|exceed(?:s|ed|ing)?"
        r"|in excess of|bigger than|larger than|past)|>",
    ),
    (
        "<",
        r"(?:gone |go |went |going |been |be |get |got |gotten |drop(?:ped)? |fall(?:en)? |fell )?(?:below|under|less than|lower than"
        r"|fewer than"
        r"|smaller than|beneath)|<",
    ),
    ("=", r"equal to|equals|equalled|exactly|="),
)
_NUMBER = r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:\s?/\s?(?P<second>\d{2,3})(?![\d/]))?"
_UNIT_NAMES = (
    r"%|percent|per cent|(?:10\*\d/|10\^\d/|x10\^?\d/|k/|cells/|copies/|[a-zµμ]{1,6}/)(?:\d+(?:\.\d+)?\s?)?(?:mm\^?3|m2"
    r"|[a-zµμ]{1,4})(?:/\d\.\d+\s?m2?|/[a-z]+)?"
    r"|(?:milligrams?|millimoles?|grams?|micrograms?|nanograms?) per (?:deciliter|decilitre|liter|litre|milliliter|ml|dl|l)|mm\s?hg"
    r"|mm\[hg\]|kilograms?|kilos?|kgs?|lbs?|pounds?|cms?|centimeters?|inches|meters?"
    r"|bpm|beats per minute|breaths per minute|mcg|mg|milligrams?|ml|units?|degrees?(?: (?:fahrenheit|celsius|f|c))?|°\s?[fc]"
    r"|fahrenheit|celsius|seconds|sec|msec|mm/hr|points?|mmes?|meqs?"
)
_UNIT = rf"(?:\s?(?P<unit>{_UNIT_NAMES}|[fcgk](?=\s*(?:$|[?.,!;)])))(?![\w/]))?"
_TIME = (
    r"(?!\s?(?:-\s?)?(?:(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|hours?|hrs?|h|days?"
    r"|weeks?|wks?|months?|mos?|years?|yrs?|y/?o|times|minutes?|mins?|occasions|decades?|of)\b)"
    r"(?![\d/.]*\d)"
)
_ALL = "|".join(f"(?P<op{index}>{words})" for index, (_, words) in enumerate(_OPERATORS))
_COMPARISON = re.compile(rf"(?<![\w<>])(?:{_ALL})\s*(?:a |an |of |the )?\s*{_NUMBER}{_TIME}{_UNIT}")
_AFTER = re.compile(
    rf"(?<![\w./-])(?:of )?{_NUMBER}{_UNIT}\s*(?P<way>or (?:higher|more|above|greater|over)|and (?:above|higher|over|up)"
    rf"|or (?:lower|less|below|under|fewer)|and (?:below|lower|under))\b"
)
_BETWEEN = re.compile(rf"(?<!\w)between {_NUMBER}\s?(?:%|mg|mg/dl)?\s?(?:and|to|-)\s?(?P<upper>\d+(?:\.\d+)?)(?![\d/-]){_TIME}{_UNIT}")
_WANTED_UNIT = re.compile(rf"(?<!\w)(?:in|expressed in|converted to|as|using|in units of)\s+(?P<unit>{_UNIT_NAMES})(?![\w/])")
_ROSE = re.compile(
    r"(?:sho[ot]t?|shot|go|goes|went|gone|rise|rose|risen|jump(?:ed)?|climb(?:ed)?|spiked?|come|came|increased?|titrated|pushed) $"
)
_HINT = re.compile(r"\d")
_YEARS = range(1900, 2100)
_NO_WANTED_UNIT = frozenset({"unit", "units", "point", "points", "seconds", "sec"})


def find_threshold(low: str) -> tuple[Threshold, int, int] | None:
    """The first comparison of the text (lower case) and its place, None where there is none. Linear."""
    if not _HINT.search(low):
        return None
    if (match := _BETWEEN.search(low)) and not _are_years(match.group("value"), match.group("upper")):
        return _threshold(">=", match, Decimal(match.group("upper"))), match.start(), match.end()
    if match := _AFTER.search(low):
        way = match.group("way")
        return _threshold("<=" if re.search("low|less|below|under|few", way) else ">=", match), match.start(), match.end()
    if match := _COMPARISON.search(low):
        if match.group("op1") == "up to" and _ROSE.search(low[: match.start()]):
            return None
        operator = next(sign for index, (sign, _) in enumerate(_OPERATORS) if match.group(f"op{index}") is not None)
        return _threshold(operator, match), match.start(), match.end()
    return None


def find_unit(low: str) -> tuple[str, int, int] | None:
    """The unit that a value is wanted in ("in mmol/L") and its place."""
    match = _WANTED_UNIT.search(low)
    if match is None or match.group("unit") in _NO_WANTED_UNIT:
        return None
    return match.group("unit"), match.start(), match.end()


def _threshold(operator: str, match: re.Match[str], upper: Decimal | None = None) -> Threshold:
    second = match.group("second")
    unit = match.group("unit")
    value = Decimal(match.group("value").replace(",", ""))
    return Threshold(operator, value, unit.strip() if unit else None, Decimal(second) if second else None, upper)


def _are_years(first: str, last: str) -> bool:
    return first.isdigit() and last.isdigit() and int(first) in _YEARS and int(last) in _YEARS
