"""The words that headings of notes, reports, articles and guidelines are written in, and the kind of section each opens."""

from __future__ import annotations

import re
from functools import cache

from rag.clinical.lexicon import load_words

_JOINERS = re.compile(r"\s*[&/+]\s*")
_NOISE = re.compile(r"^(?:abstract|body)\.|\([^)]{0,40}\)|[^a-z\- ]+|^(?:the |patient'?s? )")


@cache
def _kinds() -> dict[str, str]:
    return {phrase: kind for kind, phrases in load_words("headings").items() for phrase in phrases}


@cache
def _stems() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {stem: kind for stem, (kind,) in load_words("heading_stems").items()}
    return re.compile("|".join(rf"\b{re.escape(stem)}" for stem in kinds)), kinds


def kinds() -> frozenset[str]:
    """Every kind a section can be of."""
    return frozenset(load_words("headings")) | {"other"}


def kind_of_label(title: str) -> str | None:
    """The kind that a heading's words name when they are one of the known phrases ("PMH", "A/P"), else None."""
    return _kinds().get(_key(title))


def kind_of_heading(title: str) -> str | None:
    """As ``kind_of_label``, else by a word in it ("MEDICATIONS PRIOR TO TRANSFER"): for lines that are surely headings."""
    key = _key(title)
    if kind := _kinds().get(key):
        return kind
    pattern, kinds = _stems()
    found = {match[0] for match in pattern.finditer(key)}
    return next((kind for stem, kind in kinds.items() if stem in found), None)


def _key(title: str) -> str:
    return " ".join(_NOISE.sub("", _JOINERS.sub(" and ", title[:100].lower()).strip()).split())
