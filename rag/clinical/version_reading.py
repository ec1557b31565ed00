"""Reading what a guideline says of its version: its number, its date, what it replaces and whether it was replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rag.clinical.dates import find_dates
from rag.clinical.lexicon import load_words, word_set

MAX_LINE_CHARS = 160
_MAX_LABEL_LINE_CHARS = 60
_MAX_REPLACED_CHARS = 240
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?"
_VERSION = r"(?:version|ver\.?|revision|rev\.?|edition|issue|release)"
_NOT_OWN = re.compile(
    r"(?:supersed\w*|replac\w*|since|from|than|of|to|previous|prior|earlier|older|former|last|in|by|and|see|with|using|fhir|loinc|icd)[\s:|(]*(?:the\s)?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"(?<![\w/.-])(?:{_VERSION}\s*(?:no\.?|number|nr\.?|#)?\s*[:|=]?\s*v?|v\.?\s?)({_NUMBER})(?![\w%/-]|\.\d)", re.IGNORECASE
)
_ORDINAL = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)\s(?:edition|revision|version|ed\.)|\b(first|second|third|fourth|fifth|sixth)\s(?:edition|revision|version)",
    re.IGNORECASE,
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6"}
_IN_NAME = re.compile(rf"(?:^|[\s_.(-])(?:{_VERSION}[\s_.-]?|v[\s_.]?)({_NUMBER})(?=$|[\s_)-]|\.(?!\d))", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")
_NAME_DATE = re.compile(
    r"(?<!\d)(\d{1,2})[\s_-]?([A-Za-z]{3,9})[\s_-]?((?:20)?\d\d)(?!\d)|(?<![A-Za-z])([A-Za-z]{3,9})[\s_-]?(20\d\d)(?!\d)"
)
_PACKED_DATE = re.compile(r"(?<!\d)(20[0-4]\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_NONE = re.compile(r"\W*(?:none|n/?a|nil|not applicable|first version|new)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.(?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another version as a text names it: ``label`` and ``date`` (ISO 8601, at its precision) where stated, ``words`` as written."""

    words: str
    label: str | None
    date: str | None


def own_label(head: str) -> str | None:
    """The number that a short line of the text gives as its own; prose and other versions ("replaces version 1") do not count."""
    for match in _LABELLED.finditer(head):
        start, end = head.rfind("\n", 0, match.start()) + 1, head.find("\n", match.end())
        line = head[start : end if end >= 0 else len(head)]
        before = head[start : match.start()]
        own = not _NOT_OWN.search(before) and not _replaces_before(before)
        if own and len(line) <= MAX_LINE_CHARS and not _is_prose(line):
            return match[1]
    return None


def _replaces_before(before: str) -> bool:
    return re.search(r"\b(?:supersed|replac|previous|changed?\b|updates?\b)", before, re.IGNORECASE) is not None


def _is_prose(line: str) -> bool:
    ends = len(line) > _MAX_LABEL_LINE_CHARS and line.rstrip().endswith((".", ";", ","))
    return ends or re.search(r"\.\s+[A-Z][a-z]+ [a-z]", line) is not None


def name_label(name: str) -> str | None:
    """The number in a title or file name: ``v1.3``, ``version 2``, ``3rd edition``; never a year."""
    if found := _IN_NAME.search(name):
        return None if is_year(found[1]) else found[1]
    if ordinal := _ORDINAL.search(name):
        return ordinal[1] or _ORDINALS[ordinal[2].lower()]
    return None


def year_of(name: str) -> str | None:
    """The one year in a name; none where it names several."""
    years = set(_YEAR.findall(name))
    return years.pop() if len(years) == 1 else None


def name_date(name: str) -> str | None:
    """A day or month written into a name: ``09Feb2023``, ``2023-02-09``, ``20230209``, ``Feb 2023``."""
    if packed := _PACKED_DATE.search(name):
        return f"{packed[1]}-{packed[2]}-{packed[3]}"
    for match in _NAME_DATE.finditer(name):
        day, month, year, only_month, its_year = match.groups()
        written = f"{day} {month} {year if len(year) == 4 else '20' + year}" if day else f"{only_month} {its_year}"
        if dates := find_dates(written):
            return dates[0].iso
    return None


def stated_date(head: str) -> str | None:
    """The date beside "effective", else "approved" or "issued", else "last reviewed"; the first of each. "Next review" is none."""
    for role in ("effective", "approved", "reviewed"):
        for match in _role(role).finditer(head):
            end = head.find("\n", match.end())
            after = head[match.end() : end if end >= 0 else len(head)][:40]
            before = head[head.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip(" *_")
            if (before and before[-1] not in "|(;,.-–—:•·/[") or _replaces_before(before):
                continue  # "next review", "the most effective", "superseded … effective 2023"
            if dates := find_dates(after):
                return dates[0].iso
    return None


@cache
def _role(role: str) -> re.Pattern[str]:
    phrases = sorted(load_words("guideline_versions")[role], key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, phrases))})(?=[\s:|])(?!\s*-)", re.IGNORECASE)


@cache
def _superseded_cues() -> re.Pattern[str]:
    states = "|".join(re.escape(phrase) for phrase in sorted(word_set("guideline_versions", "superseded"), key=len, reverse=True))
    document = r"(?:version|guideline|policy|protocol|document|procedure|guidance|edition|pathway|recommendation)s?"
    return re.compile(
        rf"(?<![\w-])(?:status\s?[:|]\s?(?P<status>{states})"
        rf"|this\s(?:\w+\s){{0,2}}{document}\s(?:is|was|has\sbeen)\s(?:now\s)?(?P<this>{states})"
        rf"|it\s(?:was|has\sbeen|is)\s(?P<it>superseded|replaced|withdrawn)"
        rf"|kept\sfor\s(?:historical\s)?reference\sonly|for\shistorical\sreference\sonly"
        rf"|^\W*(?P<line>superseded|replaced|withdrawn|archived|obsolete|rescinded)(?=\W*$|\sby\b|\son\b|\s?:))",
        re.IGNORECASE | re.MULTILINE,
    )


def find_superseded(head: str, names: str) -> tuple[Replaced | None, bool]:
    """What replaced the document, where the text says so, and whether it is out of force at all."""
    gone = re.search(r"(?<![A-Za-z])(?:superseded|withdrawn|archived|obsolete|rescinded)(?![A-Za-z])", names, re.IGNORECASE) is not None
    for match in _superseded_cues().finditer(head):
        after = _rest(head, match.end())
        if _NONE.match(re.sub(r"^\W*by\b", "", after)):
            continue
        gone = True
        if by := re.match(r"\W{0,3}(?:on\s\S+\s)?by\b\W*(.+)", after, re.IGNORECASE):
            return _replaced(by[1]), True
    return None, gone


@cache
def _replacing_cues() -> re.Pattern[str]:
    phrases = sorted(load_words("guideline_versions")["replaces"], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b\s?[:|]?\s?", re.IGNORECASE)


def find_replaced(head: str) -> Replaced | None:
    """The version that the text says it replaces, where it gives its number or date; the first."""
    for match in _replacing_cues().finditer(head):
        words = _rest(head, match.end())
        if re.search(r"\b(?:not|never|neither)\s+$", head[max(0, match.start() - 10) : match.start()], re.IGNORECASE) or _NONE.match(words):
            continue
        found = _replaced(words)
        if found.label or found.date:
            return found
    return None


def _replaced(words: str) -> Replaced:
    label = _LABELLED.search(words)
    dates = find_dates(words)
    year = year_of(words) if not dates else None
    return Replaced(words.strip(" .;"), (label[1] if label else None) or year, dates[0].iso if dates else year)


def _rest(text: str, start: int) -> str:
    """What follows, to the end of its sentence or line."""
    after = text[start : start + _MAX_REPLACED_CHARS]
    end = _SENTENCE_END.search(after)
    return after[: end.start()] if end else after


def is_year(label: str) -> bool:
    """Whether a label is a year rather than a number."""
    return _YEAR.fullmatch(label) is not None


def without_version_words(name: str) -> str:
    """A title or file name without its version number and dates."""
    spaced = _IN_NAME.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    return _YEAR.sub(" ", _ORDINAL.sub(" ", _LABELLED.sub(" ", _NAME_DATE.sub(" ", _PACKED_DATE.sub(" ", spaced)))))
