"""Versions of guidelines: what a title, a file name and the first and last lines of the text say of number, date and replacement.

Only what is said counts: a number or a date is read where a document puts its own, never out of running prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePosixPath

from rag.clinical.lexicon import word_set
from rag.clinical.terms import stem
from rag.clinical.version_reading import (
    MAX_LINE_CHARS,
    Replaced,
    find_replaced,
    find_superseded,
    is_year,
    name_date,
    name_label,
    own_label,
    stated_date,
    without_version_words,
    year_of,
)
from rag.types import Document

HEAD_CHARS = 3_000
TAIL_CHARS = 1_000
SAME_FAMILY = 0.75
"""Jaccard index of title words from which two titles may name versions of one guideline; "… for Chronic Pain" and "… for Pain" have 0.8."""
MIN_NAME_WORDS = 3
_POLICY_NUMBER = re.compile(
    r"\b(?:policy|document|guideline|protocol|procedure|reference|doc\.?)\s?(?:number|no\.?|id|#|code)\s?[:|]?\s?((?=[^\s|]*\d)[A-Z0-9][\w./-]{2,30})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+|\d+")
_JOINING = frozenset({"the", "of", "for", "in", "and", "on", "to", "a", "an", "with", "or", "by", "from", "v"})
_LETTERHEAD = re.compile(r"\b(?:hospitals?|medical cent(?:er|re)|health|clinics?|department|university|trust|infirmary)\b", re.IGNORECASE)
_FOLDER = "in "


@dataclass(frozen=True, slots=True)
class VersionMark:
    """What a guideline says of its own version.

    ``label`` is a number ("2.0") or a year ("2022") as written; ``date`` is ISO 8601 of its effect, else approval, else last review.
    ``families`` are the word sets of its names (title, file, first line) without version words; ``number`` is its policy number.
    ``supersedes`` is what it says to replace, ``superseded_by`` what it says to be replaced by; ``superseded`` that it is out of force.
    """

    label: str | None
    date: str | None
    families: tuple[frozenset[str], ...]
    number: str | None = None
    supersedes: Replaced | None = None
    superseded_by: Replaced | None = None
    superseded: bool = False

    @property
    def shown(self) -> str | None:
        """The version as a citation names it: the label, else the date."""
        return self.label or self.date


def document_version(document: Document) -> VersionMark | None:
    """The mark of a guideline; None for a chart's document and for one that says nothing of a version."""
    if document.patient is not None:
        return None
    return find_version(document.title, edges(document.text), document.uri)


def edges(text: str) -> str:
    """The part of a text that is read for its version: the first ``HEAD_CHARS`` and the last ``TAIL_CHARS``."""
    return text if len(text) <= HEAD_CHARS + TAIL_CHARS else f"{text[:HEAD_CHARS]}\n\n{text[-TAIL_CHARS:]}"


@lru_cache(maxsize=4_096)
def find_version(title: str, head: str, uri: str) -> VersionMark | None:
    """The version that a title, the edges of the text and a file name state; None where they state none. Linear.

    The text's own line ("Version: 2.0", "Effective date: …") goes before the title, and the title before the file name.
    """
    file = _file_name(uri)
    line = _first_line(head)
    label = own_label(head) or _first(name_label, (title, line, file))
    date = stated_date(head)
    year = _first(year_of, (title, line, file))
    by, gone = find_superseded(head, f"{title}\n{file}")
    supersedes = find_replaced(head)
    date = date or _first(name_date, (title, file)) or year
    if not (label or date or by or gone or supersedes):
        return None
    number = _POLICY_NUMBER.search(head)
    return VersionMark(
        label=label or year,
        date=date,
        families=_all_families(title, line, uri),
        number=number[1].rstrip(".").upper() if number else None,
        supersedes=supersedes,
        superseded_by=by,
        superseded=gone or by is not None,
    )


def families(*names: str) -> tuple[frozenset[str], ...]:
    """The word sets of names that tell guidelines apart, without version words. A name of nothing but kinds of document has none."""
    return tuple(dict.fromkeys(words for name in names if (words := _family(name)) - _kind_words()))


def _all_families(title: str, line: str, uri: str) -> tuple[frozenset[str], ...]:
    """Those of the title and the file name; of the first line where the title is only the file name, but for a letterhead.

    A file name of kinds of document ("policy final") counts with its folder: it is the same document only there.
    """
    file = _file_name(uri)
    untitled = _family(title) == _family(file)
    found = families(title, file, line if untitled and not _LETTERHEAD.search(line) else "")
    plain = _family(file)
    if len(plain) > 1 and not plain - _kind_words():
        found += (plain | {f"{_FOLDER}{PurePosixPath(uri.partition('#')[0]).parent}"},)
    return found


def same_family(one: VersionMark, other: VersionMark) -> bool:
    """Whether two marks are of versions of one guideline.

    The same policy number settles it, and so do different ones; else some pair of names has the same words (``SAME_FAMILY``) and no
    word on one side that makes it another guideline ("children", "inpatient"). Names with such words on both sides rule it out.
    """
    if one.number and other.number:
        return one.number == other.number
    return alike(one.families, other.families)


def alike(some: tuple[frozenset[str], ...], others: tuple[frozenset[str], ...]) -> bool:
    """Whether two guidelines' names say that they are versions of one."""
    pairs = [(a, b) for a in some for b in others]
    proper = [(a, b) for a, b in pairs if not _in_folder(a) and not _in_folder(b)]
    if any(_telling(a - b) and _telling(b - a) and 2 * len(a & b) >= len(a | b) for a, b in proper):
        return False
    if proper and not any(a & b - _kind_words() for a, b in proper):
        return False
    return any(len(a & b) >= SAME_FAMILY * len(a | b) and not _telling(a ^ b) for a, b in pairs)


def _telling(words: frozenset[str]) -> bool:
    return any(word.isdigit() for word in words) or not words.isdisjoint(_telling_words())


@cache
def _telling_words() -> frozenset[str]:
    return frozenset(stem(word) for word in word_set("guideline_versions", "telling_words"))


def _in_folder(words: frozenset[str]) -> bool:
    return any(word.startswith(_FOLDER) for word in words)


def replaces(one: VersionMark, other: VersionMark) -> bool:
    """Whether ``one`` took the place of ``other``: one of them says so, or it is surely the newer version of the same guideline."""
    family = same_family(one, other)
    if one.number and other.number and not family:
        return False
    if one.supersedes and is_named(one.supersedes, other) and (family or _words_name(one.supersedes, other)):
        return True
    if not family:
        return False
    return bool(other.superseded_by and is_named(other.superseded_by, one)) or is_newer(one, other)


def _words_name(replaced: Replaced, mark: VersionMark) -> bool:
    """Whether the words hold a whole name of the guideline, of three words at least."""
    words = _family(replaced.words)
    return any(len(name) >= MIN_NAME_WORDS and name <= words for name in mark.families)


def is_newer(one: VersionMark, other: VersionMark) -> bool:
    """Whether ``one`` is surely the newer version: by number or by date, and never where number and date say the opposite."""
    by_number = _compare_labels(one.label, other.label)
    by_date = _compare_dates(one.date, other.date)
    return by_number >= 0 and by_date >= 0 and (by_number > 0 or by_date > 0)


def is_named(replaced: Replaced, mark: VersionMark) -> bool:
    """Whether a text's "replaces …" names this version: by its number, its date or its year."""
    if replaced.label and mark.label and same_label(replaced.label, mark.label):
        return True
    return bool(replaced.date and mark.date) and str(mark.date)[:4] == str(replaced.date)[:4] and not (replaced.label and mark.label)


def same_label(one: str, other: str) -> bool:
    """Whether two labels are one number: "1", "1.0" and "v1" are."""
    return _parts(one) == _parts(other)


def _compare_labels(one: str | None, other: str | None) -> int:
    if not one or not other or is_year(one) != is_year(other):
        return 0
    a, b = _parts(one), _parts(other)
    return (a > b) - (a < b)


def _compare_dates(one: str | None, other: str | None) -> int:
    """1, 0 or -1; dates of which one lies within the other ("2022", "2022-06-28") are not told apart."""
    if not one or not other or one.startswith(other) or other.startswith(one):
        return 0
    return (one > other) - (one < other)


def _parts(label: str) -> tuple[tuple[int, str], ...]:
    found = [(int(digits), letter.lower()) for digits, letter in re.findall(r"(\d+)([A-Za-z]?)", label)]
    while len(found) > 1 and found[-1] == (0, ""):
        found.pop()
    return tuple(found)


def _file_name(uri: str) -> str:
    name = PurePosixPath(uri.partition("#")[0].removesuffix(".gz")).name
    bare, dot, ending = name.rpartition(".")
    return bare if dot and 0 < len(ending) <= 5 and ending.isalnum() and not ending.isdecimal() else name


def _first_line(head: str) -> str:
    """The first line where it may be a title: no sentence and no label with a value."""
    line = head.lstrip("#* \n").partition("\n")[0].strip()
    return "" if len(line) > MAX_LINE_CHARS or line.endswith((".", ";", ":", ",")) or re.search(r":\s*\d", line) else line


def _family(name: str) -> frozenset[str]:
    spaced = without_version_words(name)
    drop = word_set("guideline_versions", "version_words")
    words = (match[0].lower() for match in _WORD.finditer(spaced))
    return frozenset(stem(word) for word in words if word not in drop and word not in _JOINING)


@cache
def _kind_words() -> frozenset[str]:
    return frozenset(stem(word) for word in word_set("guideline_versions", "kind_words"))


def _first(read: Callable[[str], str | None], names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := read(name))), None)
