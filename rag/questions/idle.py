"""Words of a phrase that say nothing of the thing asked for: what may stand beside its name without meaning another thing."""

from __future__ import annotations

from collections.abc import Sequence

from rag.clinical.concepts.english import is_english
from rag.clinical.concepts.grammar import body, set_apart
from rag.clinical.concepts.words import plain_word
from rag.questions.everyday import is_everyday
from rag.questions.lists import listed
from rag.questions.things import is_drug, is_thing


def is_idle(word: str, *, measured: bool) -> bool:
    """Whether a word neither names nor narrows a clinical thing: everyday English that no list of names holds.

    Of what is ``measured``, the circumstances count too: a "home" or "fasting" value is not any value.
    """
    word = word.strip(".,'\"?!:;()").casefold()
    if not word:
        return True
    if is_everyday(word) and not (measured and word in listed("phrases", "circumstances")):
        return word not in listed("phrases", "attributes")
    if not measured and word in listed("phrases", "whereabouts"):
        return True
    plain = plain_word(word)
    narrowing = body() | set_apart() | listed("phrases", "attributes") | (listed("phrases", "circumstances") if measured else frozenset())
    return is_english(word) and word not in narrowing and plain not in narrowing and not (is_thing(word) or is_drug(word))


def head_of(words: Sequence[str]) -> list[str]:
    """The words before the first preposition that follows a word of weight; "of" goes on."""
    for place, word in enumerate(words):
        if word in listed("phrases", "cutting") and any(not is_everyday(before) for before in words[:place]):
            return list(words[:place])
    return list(words)
