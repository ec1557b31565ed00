"""Whether a mention is about this patient, now, and so: negation, experiencer, time and certainty, by cues and their scopes.

Source: ConText (Harkema et al., J Biomed Inform 2009) for the design; the cues and scope rules are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.clinical.cues import Cue, Token, cues_of, tokens_of
from rag.clinical.lexicon import word_set
from rag.clinical.lines import LIST_ITEM
from rag.clinical.sentences import split_sentences
from rag.types import Span

_CONTEXT_CHARS = 1500
_MAX_NEAR_TOKENS = 8
_MAX_OPENING_TOKENS = 3
_NEAR_ENDS = frozenset({",", "and", "with", "(", ")", "who", "in", "on"})
_YEAR = re.compile(r"(?:\d{1,2}/)?(?:19|20)\d\d$")
_DURATION = re.compile(r"(?:^|-)(?:hour|day|week|month|year|hr|wk|mo|yr)s?$")
_AFTER_LONE_CUES = frozenset(
    {",", ";", ")", "given", "based", "at", "by", "because", "in", "on", "as", "but", "and", "with", "via", "per", "after"}
)
_FORMER = re.compile(r"\bex-$")
_FINITE = frozenset({"was", "were", "is", "are", "has", "had"})
_SCOPE_ENDS = {
    "negated": frozenset({"ends", "ends_negation"}),
    "hypothetical": frozenset({"ends", "ends_hypothetical"}),
    "historical": frozenset({"ends", "ends_historical"}),
    "family": frozenset({"ends_person"}),
    "other": frozenset({"ends_person"}),
}
_HISTORY_SECTIONS = frozenset({"past_medical_history", "past_surgical_history"})


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a text says of a mention. ``experiencer`` is patient, family, or other (a donor, a contact)."""

    negated: bool = False
    experiencer: str = "patient"
    historical: bool = False
    hypothetical: bool = False
    uncertain: bool = False

    @property
    def label(self) -> str:
        """The strongest reading in one word: family (anyone but the patient), negated, hypothetical, uncertain, historical, present."""
        if self.experiencer != "patient":
            return "family"
        for name in ("negated", "hypothetical", "uncertain", "historical"):
            if getattr(self, name):
                return name
        return "present"


def assess(text: str, target: Span, section: str = "other") -> Assertion:
    """What the sentence around ``text[target]`` says of it.

    ``section`` is the kind of the section it stands in: a family history makes relatives of all, a past history makes the
    past of all. At most 1,500 characters either side are read.
    """
    first = text.rfind("\n", 0, max(0, target.start - _CONTEXT_CHARS)) + 1
    first = max(first, target.start - 2 * _CONTEXT_CHARS)
    last = min(len(text), target.end + _CONTEXT_CHARS)
    sentence = next((s for s in split_sentences(text, first, last) if s.end > target.start), target)
    sentence = Span(min(sentence.start, target.start), max(sentence.end, target.end))
    return assess_all(text, sentence, (target,), section)[0]


def assess_all(text: str, sentence: Span, targets: Sequence[Span], section: str = "other") -> tuple[Assertion, ...]:
    """What one sentence says of each target in it, in the targets' order; the cues are found once.

    A list item is read together with the line that leads into its list ("Denies:").
    """
    tokens = [*_lead_in(text, sentence), *tokens_of(text, sentence.start, sentence.end)]
    cues = cues_of(tokens)
    return tuple(_assess(text, tokens, cues, target, section) for target in targets)


def _lead_in(text: str, sentence: Span) -> list[Token]:
    """The tokens of the line with a colon above the list that the sentence is an item of, without that colon."""
    if not LIST_ITEM.match(text, sentence.start, sentence.end):
        return []
    window = text[max(0, sentence.start - _CONTEXT_CHARS) : sentence.start]
    end = sentence.start
    for line in reversed(window.split("\n")):
        body = line.strip()
        start = end - len(line)
        if body.endswith(":") and not LIST_ITEM.match(body):
            return tokens_of(text, start, start + len(line.rstrip()) - 1)
        if body and not LIST_ITEM.match(body + " "):
            return []
        end = start - 1
    return []


def _assess(text: str, tokens: Sequence[Token], cues: Sequence[Cue], target: Span, section: str) -> Assertion:
    first = next((i for i, token in enumerate(tokens) if token.end > target.start), len(tokens))
    last = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].start < target.end), -1) + 1
    said = {
        meaning
        for cue in cues
        if cue.last <= first or cue.first >= max(last, first + 1)
        for meaning in _meanings(tokens, cues, cue, first, last)
    }
    before = text[max(0, target.start - 4) : target.start].lower()
    former = bool(_FORMER.search(before))
    negated = "negated" in said or before.endswith(("non-", " non")) or before == "non"
    experiencer = "family" if "family" in said or section == "family_history" else "other" if "other" in said else "patient"
    return Assertion(
        negated=negated,
        experiencer=experiencer,
        historical=former or "historical" in said or section in _HISTORY_SECTIONS or _dated(tokens, first, last),
        hypothetical="hypothetical" in said,
        uncertain="uncertain" in said,
    )


def _meanings(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, first: int, last: int) -> set[str]:
    """The meanings of ``cue`` that reach the target, tokens ``[first, last)``."""
    alone = _ends_phrase(tokens, cue)
    opens = cue.first == 0 or tokens[cue.first - 1].word in {",", ";", "("}
    labelled = _after_colon(tokens, cue)
    found: set[str] = set()
    for name in cue.names:
        meaning, _, direction = name.partition("_")
        if meaning in {"pseudo", "ends"} or (meaning == "historical" and _is_course(tokens, cue)):
            continue
        if cue.first >= last:
            back = _points_back(tokens, cue, last, meaning, direction, alone=alone, opens=opens)
            reaches = back and _reaches_before(tokens, cues, cue, last, meaning, wide=direction == "before_wide")
        else:
            near = direction == "after_near" and not (meaning == "negated" and (opens or labelled))
            ahead = _points_ahead(cue, direction) and not (alone and labelled)
            reaches = ahead and _reaches_after(tokens, cues, cue, first, meaning, near=near)
        if reaches:
            found.add(meaning)
    return found


def _points_ahead(cue: Cue, direction: str) -> bool:
    """Whether the cue speaks of what follows it: "no …", or, where it opens the sentence, "5 years ago …"."""
    return direction.startswith(("after", "around")) or (direction == "opening" and cue.first <= _MAX_OPENING_TOKENS)


def _points_back(tokens: Sequence[Token], cue: Cue, last: int, meaning: str, direction: str, *, alone: bool, opens: bool) -> bool:
    """Whether the cue speaks of what precedes it. One that can speak both ways does so only where nothing follows."""
    if direction == "before_marked":
        return _marked(tokens, cue)
    if direction == "around":
        return True
    if direction == "before_near":
        return cue.first - last <= 1
    both_ways = any(name.startswith(f"{meaning}_after") for name in cue.names)
    if direction.startswith("before"):
        return alone or not both_ways
    return alone and not opens and meaning in {"negated", "uncertain"}


def _ends_phrase(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether nothing that the cue could speak of follows: "fever: no", "PE unlikely given the D-dimer"."""
    return cue.last >= len(tokens) or tokens[cue.last].word in _AFTER_LONE_CUES


def _is_course(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether "history" counts how long something has lasted: "a 4 month history of pain", "a history of 3 days of pain"."""
    around = [*tokens[max(0, cue.first - 1) : cue.first], *tokens[cue.last : cue.last + 2]]
    return tokens[cue.first].word == "history" and any(_DURATION.search(token.word) for token in around)


def _after_colon(tokens: Sequence[Token], cue: Cue) -> bool:
    return cue.first > 0 and tokens[cue.first - 1].word == ":"


def _marked(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether a bare relative stands as a label of what precedes it: "(mother)", "- father", "asthma: sister"."""
    return (
        cue.first > 0
        and tokens[cue.first - 1].word in {"(", ",", ":"}
        and (cue.last >= len(tokens) or tokens[cue.last].word in {")", ",", ";", "and"})
    )


def _reaches_after(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, first: int, meaning: str, *, near: bool) -> bool:
    """Whether the cue's scope, going right, holds the token ``first``."""
    if near and first - cue.last >= _MAX_NEAR_TOKENS:
        return False
    enders = _ends_between(cues, cue.last, first, meaning)
    inside = any(token.word == "(" for token in tokens[: cue.first]) and not any(token.word == ")" for token in tokens[: cue.first])
    for i in range(cue.last, first):
        word = tokens[i].word
        if i in enders or word == ";" or (word == ":" and i > cue.last) or (word == ")" and inside):
            return False
        if near and word in _NEAR_ENDS:
            return False
        if word == "," and meaning == "negated" and _said_in_full(tokens, cue.last, i):
            return False
        if word in {",", "and"} and _breaks(tokens, i, first, meaning):
            return False
    return first not in enders


def _ends_between(cues: Sequence[Cue], start: int, end: int, meaning: str) -> set[int]:
    """First tokens of the cues that end a scope of this meaning."""
    names = _SCOPE_ENDS.get(meaning, frozenset({"ends"}))
    return {cue.first for cue in cues if start <= cue.first < end and cue.names & names}


def _said_in_full(tokens: Sequence[Token], start: int, comma: int) -> bool:
    """Whether the negated clause has its verb before the comma ("no infection was found, steroids …") and no "or" after it."""
    if not any(token.word in _FINITE for token in tokens[start:comma]):
        return False
    return not any(token.word in {"or", "nor"} for token in tokens[comma:])


def _breaks(tokens: Sequence[Token], index: int, first: int, meaning: str) -> bool:
    """Whether what follows the comma or "and" at ``index`` is something new, outside the scope of the list before it."""
    separator = tokens[index].word
    index += 1
    if index < first and tokens[index].word in {"and", "the"}:
        index += 1
    if index >= len(tokens):
        return False
    word = tokens[index].word
    if meaning == "other" and separator == ",":
        return True
    if meaning in {"family", "other"}:
        return word in word_set("assertions", "pronouns")
    if meaning == "hypothetical":
        return False
    if word in word_set("assertions", "clause_breaks"):
        return True
    if meaning == "uncertain" and separator == ",":
        return not any(token.word in {"or", "vs", "versus", "nor"} for token in tokens[index:])
    if meaning != "negated" or word not in word_set("assertions", "word_breaks"):
        return False
    rest = (token.word for token in tokens[index:])
    return not any(token in {"or", "nor"} for token in rest)


def _reaches_before(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, last: int, meaning: str, *, wide: bool) -> bool:
    """Whether the cue's scope, going left, holds the token before ``last``."""
    enders = _ends_between(cues, last, cue.first, meaning)
    verbal = tokens[cue.first].word in {"is", "was", "has"}
    for i in range(cue.first - 1, last - 1, -1):
        word = tokens[i].word
        if i in enders or word == ";" or (word == ":" and i != cue.first - 1):
            return False
        if word == "," and not wide and i != cue.first - 1:
            return False
        if word == "and" and verbal and not wide:
            return False
        if meaning == "historical" and word in word_set("assertions", "onset"):
            return False
    return True


def _dated(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether "in 2010" follows the target within its phrase, and does not say when it began."""
    if any(token.word in word_set("assertions", "onset") for token in tokens[max(0, first - _MAX_NEAR_TOKENS // 2) : first]):
        return False
    for i in range(last, min(last + _MAX_NEAR_TOKENS, len(tokens))):
        if tokens[i].word in {",", ";", ":"} or tokens[i].word in word_set("assertions", "onset"):
            return False
        if _YEAR.match(tokens[i].word):
            return i > 0 and tokens[i - 1].word in {"in", "("}
    return False
