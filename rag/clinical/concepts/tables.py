"""Compiled tables: ICD-10-CM titles and words, and the senses of abbreviations. Read when first asked for.

Sources: ICD-10-CM 2021 order file (Centers for Medicare & Medicaid Services, National Center for Health Statistics; public domain).
Abbreviation senses and frequencies: github.com/lisavirginia/clinical-abbreviations (L. V. Grossman Liu and colleagues), CC BY 4.0;
averaged over its lists from clinical notes, senses below 1 % left out. Made by ``python -m rag.clinical.concepts.compile_tables``.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
CATEGORY_CHARS = 3
BETWEEN_CODES = "|"


def icd_title(code: str) -> str | None:
    """The title of a code; ``code`` may be ``system|code`` and have a point. None where unknown."""
    code = code.rpartition("|")[2].replace(".", "").upper().strip()
    return _titles_of(code[:CATEGORY_CHARS]).get(code)


@cache
def icd_words() -> frozenset[str]:
    """Every word of the titles, lower case: real words of medicine (4 ms)."""
    return frozenset(word for line in read_lines("icd10cm_words.txt.gz") for word in line.split())


def abbreviation_senses(short: str) -> tuple[tuple[str, float], ...]:
    """(sense, share of its uses) of an abbreviation in lower case, most frequent first; empty where unknown."""
    return _senses().get(short, ())


@lru_cache(maxsize=256)
def _titles_of(category: str) -> dict[str, str]:
    """Code and title of every code of one category ("E11"): its line holds "rest of code, shared length, rest of title" for each."""
    found: dict[str, str] = {}
    before = ""
    for entry in _categories().get(category, "").split(BETWEEN_CODES)[1:]:
        rest, _, title = entry.partition(" ")
        before = before[: int(title[:2], 16)] + title[2:]
        found[category + rest] = before
    return found


@cache
def _categories() -> dict[str, str]:
    return {line[:CATEGORY_CHARS]: line for line in read_lines("icd10cm_titles.txt.gz")}


@cache
def _senses() -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for line in read_lines("abbreviation_senses.txt.gz"):
        short, sense, share = line.split("\t")
        found.setdefault(short, []).append((sense, float(share)))
    return {short: tuple(senses) for short, senses in found.items()}


def read_lines(name: str) -> Iterator[str]:
    """The lines of a table without its comments; none where there is no such file."""
    path = DATA / name
    if not path.is_file():
        return
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if not line.startswith("#"):
            yield line
