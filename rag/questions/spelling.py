"""Typing errors in a question put right: one slip in a word of a cue, of time, or of the chart; never in a right word, never where two
words are as likely.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.clinical.concepts.english import is_english
from rag.clinical.concepts.lexicon import known_words, written_words
from rag.clinical.concepts.slips import LIKELY_COST, slip_cost
from rag.clinical.concepts.spelling import edits
from rag.clinical.concepts.tables import abbreviation_senses, icd_words
from rag.clinical.lexicon import load_words, word_set
from rag.deidentification.gazetteers import load_gazetteers
from rag.questions.cues import cue_phrases, cue_words
from rag.questions.forms import Forms, forms_of, near
from rag.questions.lists import listed

_LONGEST_WORD_CHARS = 24
_SHORT_CHARS = 5
_SHORT_USES_LOG2 = 3  # short words that texts hold less than eight times are mostly cut off or misspelt themselves
_TWICE_FROM_CHARS = 9
_TWO_SLIPS_COST = 2.4
_MARGIN, _MARGIN_OF_RARE, _MARGIN_OF_UNLIKELY = 0.2, 0.3, 0.65
"""By how much a word that questions often hold, any other, and one by an unlikely slip must be likelier than the next: else it is not
read."""
_UNLIKELY_COST = 1.3
_MOST_COST = {3: LIKELY_COST, 4: 1.2, 5: 1.8}  # by letters of the right word; a slip in a short word must be a likely one
_MOST_COST_OF_LONG = 2.4
_FORMED_FROM_CHARS = 4  # in shorter words only exchanged and doubled letters are slips: too many are near each other
_MOST_COST_OF_NAME = 1.3  # many names are one letter apart: only a likely slip is one, the rest is left to resolution, which says so
_BONUS = {"asking": 0.5, "chart": 0.4, "deciding": 0.2, "known": 0.0}
_THINGS = ("measured", "reported", "done", "social", "weight", "height", "temperature")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word that may be meant, what reading it costs, and whether a question or the chart has it; else it is only a rival."""

    cost: float
    word: str
    wanted: bool = True


@lru_cache(maxsize=16_384)
def corrected(word: str, chart: frozenset[str] = frozenset()) -> str:
    """The word of a cue, of time or of the chart that a slip made this lower-case word of, or the word as it stands.

    ``chart`` are the words of the chart's names. Words under three letters, words with digits, clinical and everyday words with their
    plurals, and abbreviations are never changed. Some 50 µs for an unknown word.
    """
    if not 3 <= len(word) <= _LONGEST_WORD_CHARS or not word.isalpha() or not word.isascii() or is_right(word, chart):
        return word
    found = sorted(_candidates(word, chart), key=lambda one: (one.cost, not one.wanted, one.word))
    if not found:
        return word
    best = found[0]
    if not best.wanted:
        return word
    margin = _MARGIN if best.word in _asking() else _MARGIN_OF_RARE
    if (slip_cost(word, best.word) or 0.0) > _UNLIKELY_COST:
        margin = _MARGIN_OF_UNLIKELY
    rivals = (one for one in found[1:] if one.cost < best.cost + margin and not _same_word(one.word, best.word))
    return word if any(rivals) else best.word


def is_right(word: str, chart: frozenset[str] = frozenset()) -> bool:
    """Whether a lower-case word is right as it stands: a cue's, the chart's, a clinical or an everyday word, or an abbreviation."""
    bare = word.removesuffix("s") if not word.endswith("ss") else word
    return (
        word in chart
        or not _known().isdisjoint((word, bare, f"{word}s"))
        or load_gazetteers().ordinary.get(word, -1) >= (_SHORT_USES_LOG2 if len(word) <= _SHORT_CHARS else 0)
        or word in icd_words()
        or is_english(word)
        or (len(word) <= 4 and bool(abbreviation_senses(word)))
    )


def _candidates(word: str, chart: frozenset[str]) -> Iterable[_Candidate]:
    """The words that may be meant, each with what reading it costs."""
    for right in near(word, _asked_forms(), twice=True):
        name = "asking" if right in _asking() else "deciding" if right in _deciding() else "known"
        if (cost := _cost(word, right, often=name == "asking")) is not None:
            yield _Candidate(cost - _BONUS[name], right)
    if chart:
        for right in near(word, _chart_forms(chart)):
            if len(right) > 3 and (cost := _cost(word, right, often=False)) is not None and cost <= _MOST_COST_OF_NAME:
                yield _Candidate(cost - _BONUS["chart"], right)
    for right in near(word, lexicon_forms()):
        if (cost := slip_cost(word, right)) is not None and len(right) > 3:
            yield _Candidate(cost, right, wanted=False)


def _cost(word: str, right: str, *, often: bool) -> float | None:
    """What typing ``word`` for ``right`` costs, None where it is too unlikely for the length of the word."""
    cost = slip_cost(word, right)
    if cost is None:
        long = len(right) >= _TWICE_FROM_CHARS and right in word_set("question_things", "twice") and right[0] == word[0]
        return _TWO_SLIPS_COST if long and edits(word, right, 2) <= 2 else None
    if len(right) < _FORMED_FROM_CHARS and sorted(set(word)) != sorted(set(right)):
        return None
    return cost if cost <= _MOST_COST.get(len(right) + often * (len(right) == 4), _MOST_COST_OF_LONG) else None


def _same_word(one: str, other: str) -> bool:
    """Whether both are forms of one word: singular and plural, "note" and "noted"."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and longer[len(shorter) :] in {"", "s", "es", "d", "ed"}


@cache
def _asking() -> frozenset[str]:
    return listed("typing", "asking") | listed("typing", "naming") | listed("typing", "months") | listed("typing", "short")


@cache
def _deciding() -> frozenset[str]:
    """Single words that are cues by themselves, other than frame words, and those of things as listed."""
    single = {words[0] for words, roles in cue_phrases().items() if len(words) == 1 and roles - {"frame", "history"}}
    return frozenset(single | _thing_words())


@cache
def _known() -> frozenset[str]:
    """Words that are right as they stand: cues, clinical words, and words that look like a misspelt cue."""
    things = load_words("question_things")
    words = {word for phrases in things.values() for phrase in phrases for word in phrase.split()}
    words |= cue_words() | known_words() | _relation_words() | _asking()
    return frozenset(words | word_set("question_english", "words")) - listed("typing", "misspelt")


@cache
def _asked_forms() -> Forms:
    """The words of cues, dates, periods, comparisons and things that every chart has, by their forms."""
    words = {word for word in cue_words() | word_set("question_things", "time_words") | _relation_words() | _thing_words() if len(word) > 3}
    words |= {f"{word}s" for word in _thing_words() if len(word) > 4 and word[-1] not in "sy"}
    words = (words - word_set("question_things", "rare")) | _asking()
    return forms_of((word for word in words if word.isalpha()), word_set("question_things", "twice"))


@lru_cache(maxsize=64)
def _chart_forms(chart: frozenset[str]) -> Forms:
    return forms_of(chart)


@cache
def lexicon_forms() -> Forms:
    """The words of clinical names by their forms. A question's word is read as none of them here: they are rivals of other readings."""
    return forms_of(word for word in written_words() if len(word) > 3 and word.isalpha())


def _thing_words() -> set[str]:
    """Words of what is measured, reported, done and lived: the same in every chart."""
    lists = load_words("question_things")
    return {word for name in _THINGS for phrase in lists[name] for word in phrase.split() if word.isalpha()}


def _relation_words() -> set[str]:
    return {word for phrases in load_words("question_relations").values() for phrase in phrases for word in phrase.split()}
