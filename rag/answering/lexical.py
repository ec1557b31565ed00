"""What can be read off a sentence or a question without a model: its terms, its form, its cue words.

Profiles are pure functions of the text and are kept in a bounded cache, since a chart's sentences come back with every question.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.clinical.terms import content_terms

_STEM_FEATURES = ("comparison", "method", "recommendation")
_PATTERN_FEATURES = ("p_value", "interval", "percent", "no_difference", "exhibit", "reference", "dated")
FORM_FEATURES = ("log_words", "short", "ends_as_sentence", "ends_with_colon", "asks", "numbers", *_STEM_FEATURES, *_PATTERN_FEATURES)
SECTION_FEATURES = ("title", "abstract", "results", "conclusion", "methods", "introduction", "back_matter")
SHORT_WORDS = 6
MIN_FOLDED_CHARS = 5
MIN_STEM_CHARS = 4
_ENDINGS = (
    "ations", "ation", "ements", "ement", "ities", "ness", "ions", "ity", "ing", "ion", "ies", "ied", "ers", "ive", "er", "ed", "es", "ic",
    "ly", "al", "e", "y", "s",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\b\d{4}(?:-\d{2}){1,2}\b")
_BREAK = re.compile(r"[,;:()?!/\[\]]")


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled word lists of ``data/cues.json``."""

    stems: Mapping[str, frozenset[str]]
    patterns: Mapping[str, re.Pattern[str]]
    sections: Mapping[str, re.Pattern[str]]
    questions: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class SentenceProfile:
    """Content terms with their counts, and the values of ``FORM_FEATURES`` in that order."""

    terms: Mapping[str, int]
    length: int
    form: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class QuestionProfile:
    """Distinct content terms, the phrases they stand in, and what is asked for.

    A term is ``specific`` when it is neither general English nor a number; phrases are runs of terms (by index) between other words.
    """

    terms: tuple[str, ...]
    specific: tuple[bool, ...]
    phrases: tuple[tuple[int, ...], ...]
    effect: bool
    quantity: bool
    newest: bool
    oldest: bool


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The packaged cue lists, read once."""
    raw = json.loads(resources.files("rag.answering").joinpath("data/cues.json").read_text(encoding="utf-8"))
    return Cues(
        stems={name: frozenset(filter(None, map(term_of, words.split()))) for name, words in raw["stems"].items()},
        patterns={name: re.compile(pattern, re.IGNORECASE) for name, pattern in raw["patterns"].items()},
        sections={name: re.compile(pattern, re.IGNORECASE) for name, pattern in raw["sections"].items()},
        questions={name: re.compile(pattern, re.IGNORECASE) for name, pattern in raw["questions"].items()},
    )


def words_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """The words of a text with their offsets, function words included."""
    return tuple((match.start(), match.end(), match[0]) for match in _WORD.finditer(text))


@lru_cache(maxsize=65_536)
def term_of(word: str) -> str | None:
    """The content term of one word with its endings folded ("reduced", "reduction" → "reduc"), None for a function word.

    A lone capital but "A" and "I" counts: "vitamin D" is not "vitamin C".
    """
    if len(word) == 1 and word.isupper() and word not in "AI":
        return word.casefold()
    term = next(iter(content_terms(word)), None)
    if term is None or len(term) < MIN_FOLDED_CHARS:
        return term
    ending = next((ending for ending in _ENDINGS if term.endswith(ending) and len(term) - len(ending) >= MIN_STEM_CHARS), "")
    return term.removesuffix(ending)


@lru_cache(maxsize=16_384)
def profile_sentence(text: str) -> SentenceProfile:
    """The profile of one sentence or line; linear in its length, about 20 µs for 25 words when not cached."""
    found = cues()
    words = _WORD.findall(text)
    terms = [term for word in words if (term := term_of(word)) is not None]
    counts: dict[str, int] = {}
    for term in terms:
        counts[term] = counts.get(term, 0) + 1
    end = text.rstrip()[-1:]
    stems = [math.log1p(sum(counts[stem] for stem in counts.keys() & found.stems[name])) for name in _STEM_FEATURES]
    patterns = [float(found.patterns[name].search(text) is not None) for name in _PATTERN_FEATURES]
    form = (
        math.log1p(len(words)),
        float(len(words) < SHORT_WORDS),
        float(end in set(".;)!")),
        float(end == ":"),
        float(end == "?"),
        math.log1p(len(_NUMBER.findall(_DATE.sub(" ", text)))),
        *stems,
        *patterns,
    )
    return SentenceProfile(counts, len(terms), form)


@lru_cache(maxsize=4_096)
def section_flags(section: str) -> tuple[float, ...]:
    """One flag per ``SECTION_FEATURES`` for a section's kind or title as written; all zero for one that says nothing."""
    return tuple(float(cues().sections[name].search(section.replace("_", " ")) is not None) for name in SECTION_FEATURES)


def profile_question(text: str) -> QuestionProfile:
    """Terms, phrases and intent of a question. Words that only frame a question ("latest", "documented", "patient") are
    no terms; a question without content words has no terms and no phrases."""
    asked = {name: pattern.search(text) is not None for name, pattern in cues().questions.items()}
    frame = cues().stems["frame"]
    plain = cues().questions["oldest"].sub(" ", cues().questions["newest"].sub(" ", text))
    index: dict[str, int] = {}
    phrases: list[tuple[int, ...]] = []
    for part in _BREAK.split(plain):
        run: list[int] = []
        for word in _WORD.findall(part):
            term = term_of(word)
            if term is not None and term not in frame:
                run.append(index.setdefault(term, len(index)))
            elif run:
                phrases.append(tuple(dict.fromkeys(run)))
                run = []
        if run:
            phrases.append(tuple(dict.fromkeys(run)))
    specific = tuple(term not in cues().stems["general"] and not term[0].isdigit() for term in index)
    return QuestionProfile(tuple(index), specific, tuple(phrases), asked["effect"], asked["quantity"], asked["newest"], asked["oldest"])
