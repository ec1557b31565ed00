"""Relatives in a sentence: whether one has what the mention names, or tells of the patient, or has something done to them."""

from __future__ import annotations

from collections.abc import Sequence

from rag.clinical.cues import Cue, Token
from rag.clinical.lexicon import word_set

_MAX_OBJECT_TOKENS = 4
_LABEL_ENDS = frozenset({")", ",", ";", "and", "("})
_MAX_LABEL_TOKENS = 8


def is_marked(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether a bare relative stands as a label of what precedes it: "(mother)", "- father", "asthma: sister"."""
    return (
        cue.first > 0
        and tokens[cue.first - 1].word in {"(", ",", ":"}
        and (cue.last >= len(tokens) or tokens[cue.last].word in _LABEL_ENDS or _tells_when(tokens[cue.last].word))
    )


def _tells_when(word: str) -> bool:
    """Whether the word after a relative's label goes on with when or at what age: "father at 55", "mother 60s"."""
    return word[0].isdigit() or word in word_set("assertions", "after_label")


def is_informant(tokens: Sequence[Token], cue: Cue, first: int) -> bool:
    """Whether the relative tells of the patient: "his daughter, who is a nurse, noticed …", "wife and son both report …"."""
    if any(token.word == "him" for token in tokens[cue.last : min(first, cue.last + 3)]):
        return True
    aside = False
    for i in range(cue.last, first):
        word = tokens[i].word
        if word in {"who", "("} or (word == "," and not aside and i == cue.last):
            aside = True
        elif aside and word in {",", ")"} and i > cue.last + 1:
            aside = False
        elif not aside and (word in word_set("assertions", "reports") or _pair(tokens, i) in word_set("assertions", "reports")):
            return True
        elif not aside and word in word_set("assertions", "suffers") and not _is_perfect_report(tokens, i):
            return False
    return False


def _pair(tokens: Sequence[Token], i: int) -> str:
    """The word at ``i`` and the next: "was concerned"."""
    return " ".join(token.word for token in tokens[i : i + 2])


def _is_perfect_report(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word at ``i`` opens "has noticed", "had reported"."""
    following = tokens[i + 1].word if i + 1 < len(tokens) else ""
    return tokens[i].word in {"has", "had", "have"} and following in word_set("assertions", "reports")


def is_object(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether something is done to or for the relative ("cares for his wife", "lost her mother", not "lost his father to cancer")."""
    following = [token.word for token in tokens[cue.last : cue.last + 2] if token.word != ","]
    if following[:1] in (["to"], ["from"], ["who"]):
        return False
    before = [token.word for token in tokens[max(0, cue.first - _MAX_OBJECT_TOKENS) : cue.first]]
    if following[:1] == ["with"] and not word_set("assertions", "care_verbs").isdisjoint(before):
        return False  # "cared for her grandson with croup"
    return not {",", ";", ":"} & set(before) and not word_set("assertions", "kin_verbs").isdisjoint(before)


def is_labelled(cue: Cue, colon: int, meaning: str) -> bool:
    """Whether the colon still belongs to a relative's label: "mother (alive, 80): …"."""
    return meaning == "family" and colon - cue.last <= _MAX_LABEL_TOKENS
