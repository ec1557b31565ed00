"""What sort of thing a phrase names: measured, reported in words, done, or social."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rag.clinical.concepts.lexicon import known_words, names_meant
from rag.clinical.concepts.slips import slip_cost
from rag.clinical.lexicon import load_words, word_set
from rag.questions.forms import near
from rag.questions.spelling import lexicon_forms

_LONG_WORD_CHARS = 5
_LONGEST_WORD_CHARS = 24
_DONE_SUFFIX = re.compile(r"(?:ectomy|otomy|ostomy|plasty|centesis|pexy|desis)\b")
_REPORTED_SUFFIX = re.compile(r"(?:scopy|graphy|[a-z]{2}gram|opsy)\b")


@lru_cache(maxsize=4096)
def is_measured(phrase: str) -> bool:
    """True for things with values over time: a lab, a vital sign, a score."""
    if not phrase or _whole("reported", phrase) or (_whole("not_drug", phrase) and phrase not in {"oxygen", "o2"}):
        return False
    return _holds("measured", phrase) or _meant(phrase) == "observation"


@lru_cache(maxsize=4096)
def is_reported(phrase: str) -> bool:
    """True for things answered in words: imaging, pathology, recordings, examinations."""
    return bool(phrase) and (_holds("reported", phrase) or bool(_REPORTED_SUFFIX.search(phrase)))


@lru_cache(maxsize=4096)
def is_done(phrase: str) -> bool:
    """True for things that are done to a patient: procedures, vaccines, visits, reported things."""
    return bool(phrase) and (
        _holds("done", phrase)
        or is_reported(phrase)
        or bool(_DONE_SUFFIX.search(phrase))
        or _meant(phrase) in {"procedure", "immunization"}
    )


@lru_cache(maxsize=4096)
def is_social(phrase: str) -> bool:
    """True for habits and circumstances."""
    return bool(phrase) and _holds("social", phrase)


@lru_cache(maxsize=4096)
def is_condition(phrase: str) -> bool:
    """True where the word lists know the phrase as a disease or a symptom."""
    return bool(phrase) and _meant(phrase) in {"condition", "finding"}


def is_drug(phrase: str) -> bool:
    """True where the word lists know the phrase as a drug or a class of drugs."""
    return bool(phrase) and (_meant(phrase) == "medication" or bool({phrase, phrase.removesuffix("s")} & _drug_classes()))


@cache
def _drug_classes() -> frozenset[str]:
    lists = (load_words("concept_drug_classes"), load_words("concept_drug_class_names"))
    named = {name for listed in lists for name in listed} | {phrase for phrases in lists[1].values() for phrase in phrases}
    return frozenset(named | {name.removesuffix("s") for name in named})


def is_thing(phrase: str) -> bool:
    """True where the word lists know the whole phrase as any clinical thing, or a word for a whole kind ("allergies")."""
    return bool(phrase) and (is_measured(phrase) or is_reported(phrase) or is_social(phrase) or bool(_meant(phrase)) or is_done(phrase))


def is_known(word: str) -> bool:
    """True where the word lists know the word as any clinical thing."""
    return bool(_meant(word)) or any(_whole(name, word) for name in ("measured", "reported", "done", "social"))


def spelled(phrase: str) -> str:
    """The phrase with unknown words put right where one edit makes them a word of the lists."""
    return " ".join(
        word
        if not _LONG_WORD_CHARS <= len(word) <= _LONGEST_WORD_CHARS or not word.isalpha() or word in known_words()
        else _nearest_known(word) or word
        for word in phrase.split()
    )


@lru_cache(maxsize=4096)
def _nearest_known(word: str) -> str | None:
    if word.removesuffix("s") in known_words():
        return None
    rights = (right for right in near(word, lexicon_forms()) if len(right) >= _LONG_WORD_CHARS)
    ranked = ((cost, right) for right in rights if (cost := slip_cost(word, right)) is not None)
    return min(ranked, default=(0.0, None))[1]


def _holds(name: str, phrase: str) -> bool:
    """True where the phrase is, or ends or begins with, something of that list."""
    words = phrase.split()
    listed = word_set("question_things", name)
    size = len(words)
    return any(" ".join(words[a:b]) in listed for a in range(size) for b in range(a + 1, min(size, a + 4) + 1))


def _whole(name: str, phrase: str) -> bool:
    return phrase in word_set("question_things", name)


@lru_cache(maxsize=4096)
def _meant(phrase: str) -> str:
    """The kind of thing that the word lists know the phrase as, empty where they do not."""
    found = names_meant(phrase)
    if found:
        return found[0].kind
    read_as = spelled(phrase)
    return _meant(read_as) if read_as != phrase else ""
