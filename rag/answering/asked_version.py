"""Which version of a guideline a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.clinical.version_reading import is_year

_YEAR = r"\d{4}"
_KIND = r"(?:guidelines?|guidance|polic(?:y|ies)|protocols?|recommendations?|documents?|edition|version|revision)"
_LEAD = r"\b(?:(?:in|of|from|under|per|by|according to)\s)?(?:the\s)?"
_DIGITS = r"(\d{1,4}(?:\.\d{1,3}){0,3})"
_LABEL = re.compile(
    rf"{_LEAD}(?:version|edition|revision)\s(?:number\s)?{_DIGITS}\b|(?:(?<=guideline\s)|(?<=policy\s)|(?<=protocol\s))v\.?\s?{_DIGITS}\b|\bv\.?\s?{_DIGITS}(?=\sof\s(?:the|our)\b)",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"{_LEAD}({_YEAR})(?=\s(?:[\w-]+\s){{0,5}}{_KIND}\b)|\b{_KIND}\s(?:of|from|in)\s(?:the year\s)?({_YEAR})\b", re.IGNORECASE
)
_OLD = re.compile(
    rf"\b(?:old|older|previous|former|prior|earlier|superseded|replaced|outdated|withdrawn|archived)\s(?:(?:[\w-]+\s){{0,3}}{_KIND}|one)\b"
    r"|\bbefore the (?:update|revision|change)\b|\blast (?:version|edition|revision)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:chang(?:e|ed|es)|differ(?:s|ed|ence|ences|ent)?|compar(?:e|ed|ison)|versus|vs|(?:both|all|between|across) (?:the )?versions"
    r"|used to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """The version that a question names: ``label`` a number or year, ``old`` any that was replaced, ``both`` a comparison."""

    label: str | None = None
    old: bool = False
    both: bool = False


def asked_version(question: str) -> AskedVersion:
    """Which version a question asks for, if any; "in version 1", "the 2016 guideline", "the previous policy", "what changed"."""
    label = _LABEL.search(question)
    year = next((match for match in _YEARS.finditer(question) if is_year(match[1] or match[2])), None)
    both = _BOTH.search(question) is not None
    named = (label[1] or label[2] or label[3]) if label else (year[1] or year[2]) if year else None
    return AskedVersion(None if both else named, _OLD.search(question) is not None and not both, both)


def without_version(question: str) -> str:
    """The question without the words that name a version, which would be looked for in the text."""
    bare = _LABEL.sub(" ", question)
    bare = _YEARS.sub(_without_year, bare)
    return " ".join(bare.split())


def _without_year(match: re.Match[str]) -> str:
    if not is_year(match[1] or match[2]):
        return match[0]
    return " the" if match[1] else match[0].replace(match[2], " ")
