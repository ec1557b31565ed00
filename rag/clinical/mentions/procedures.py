"""Procedures, studies, immunizations and devices named in a text: done, planned, declined, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rag.clinical.assertions import Assertion
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.dating import dating_of
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, passages
from rag.clinical.mentions.phrases import Phrase, Tree, find_phrases, keys_of, tree_of
from rag.clinical.mentions.vocabulary import canonical_of, phrases_of
from rag.types import Section, Span

_KINDS = ("immunization", "procedure", "device")
_MAX_CUE_CHARS = 70
_PLAN_SECTIONS = frozenset({"plan"})
_STAY = "hospital admission"
_MAX_VACCINE_WORDS = 5
_NUMBER_OF_STUDY = re.compile(r"-\d{2}-\d|-\d{4,}")
_CONDITIONAL = re.compile(r"[\s\-*•\d.)]*(?:if|should|unless)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"(?:\s(?:of|on|in|from|at)\s[\w\s]{2,30}?)?(?:\s(?:is|was|were|are|came back)|:)\s(?:\w+\s)?(?:unremarkable|negative|normal|clear)\b",
    re.IGNORECASE,
)
"""A test with such a result was done, though the words deny what it looked for."""
_PUNCTUATION = re.compile(r"[:;.,(]")
_CLAUSE = re.compile(r"[;.]\s|\bbut\b")


def find_procedures(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """Procedures, immunizations and devices in reading order, disjoint. Linear.

    A planned, ordered or advised one is hypothetical with the status planned; a declined one is negated; one that was done is present
    whenever it was, with its date as a slot and as ``time``. A side or site beside it is a slot.
    """
    return tuple(mention for passage in passages(text, sections) for mention in _in_passage(passage))


def _in_passage(passage: Passage) -> list[Mention]:
    phrases = [phrase for phrase in find_phrases(passage, _tree()) if _counts(passage, phrase)]
    if not phrases:
        return []
    names = [Span(passage.words[phrase.first].start, passage.words[phrase.last - 1].end) for phrase in phrases]
    said = passage.said_of(names)
    found = [_mention(passage, phrase, name, names, assertion) for phrase, name, assertion in zip(phrases, names, said, strict=True)]
    return [mention for mention in map(_as_stay, found) if mention]


def _as_stay(mention: Mention) -> Mention | None:
    """A hospital stay is told only where it is denied ("never hospitalized for …"): the chart's encounters tell of the others."""
    if mention.canonical != _STAY:
        return mention
    return replace(mention, kind="encounter") if mention.assertion == "negated" else None


def _counts(passage: Passage, phrase: Phrase) -> bool:
    """Whether the words name a thing done: no heading, no word that only looks like an abbreviation ("port", "pt")."""
    first, last = passage.words[phrase.first], passage.words[phrase.last - 1]
    if first.start < passage.heading:
        return False
    text, written = passage.text, passage.text[first.start : last.end]
    if "bare" in phrase.kinds:
        return _vaccine_follows(passage, phrase.last)
    if written.lower() in word_set("mention_procedures", "ignored") or _NUMBER_OF_STUDY.match(text, last.end):
        return False
    if (
        (len(written) <= 3 or first.key in word_set("mention_procedures", "capitals"))
        and phrase.last - phrase.first == 1
        and written.islower()
    ):
        return False
    if (
        written[0].isupper()
        and not written.isupper()
        and first.start > passage.sentence.start
        and written.lower() in word_set("mention_procedures", "surnames")
    ):
        return False  # "Mr. Walker"
    following = passage.words[phrase.last].key if phrase.last < len(passage.words) else ""
    return following not in _folded("not_before")


def _vaccine_follows(passage: Passage, at: int) -> bool:
    """Whether a word for a vaccine ends the words that begin at ``at``: "pneumococcal and influenza vaccines", not "… pneumonia"."""
    words = passage.words[at : at + _MAX_VACCINE_WORDS]
    stop = next((i for i, word in enumerate(words) if word.key in _folded("vaccine_words")), None)
    return stop is not None and all(
        word.key in _folded("bare_vaccines") | {"and", "or", "conjugate", "polysaccharide"} for word in words[:stop]
    )


def _mention(passage: Passage, phrase: Phrase, name: Span, names: Sequence[Span], said: Assertion) -> Mention:
    text = passage.text
    kind = "immunization" if "bare" in phrase.kinds else next(iter(phrase.kinds))
    dating = dating_of(passage, name, names)
    label, cue = _label(passage, name, names, said, dated=dating.time is not None)
    slots = [MentionSlot("name", name), *_side(passage, phrase), *dating.slots]
    if cue and passage.text[cue.start : cue.end].lower() != "if":
        slots.append(MentionSlot("status", cue))
    return Mention(
        kind=kind,
        name=name,
        sentence=passage.sentence,
        canonical=canonical_of(text[name.start : name.end], kind),
        code="",
        assertion=label,
        experiencer=said.relative or said.experiencer,
        section=passage.section,
        status="planned" if label == "hypothetical" else "ended" if kind == "device" and _taken_out(passage, name) else "",
        time=dating.time,
        slots=tuple(slots),
    )


def _label(passage: Passage, name: Span, names: Sequence[Span], said: Assertion, *, dated: bool) -> tuple[str, Span | None]:
    """The assertion, and the word that says a procedure is planned or declined."""
    if said.experiencer != "patient":
        return "family", None
    negated = said.negated and not _RESULT.match(passage.text, name.end, passage.sentence.end)
    first = max(
        (other.end for other in names if other.end <= name.start and _CLAUSE.search(passage.text, other.end, name.start)),
        default=passage.sentence.start,
    )
    first = max(first, name.start - _MAX_CUE_CHARS)
    last = min(passage.sentence.end, name.end + _MAX_CUE_CHARS)
    after_end = _CLAUSE.search(passage.text, name.end, last)
    last = after_end.start() if after_end else last
    conditional = _CONDITIONAL.match(passage.text, passage.sentence.start)
    for cues, label in (("declined", "negated"), *(() if conditional else (("done", ""),)), ("planned", "hypothetical")):
        if found := _cue(cues, passage.text, first, name, last):
            return (label or ("negated" if negated else "present")), (found if label else None)
    if negated:
        return "negated", None
    if said.hypothetical or conditional or (passage.section in _PLAN_SECTIONS and not dated):
        return "hypothetical", None
    return ("uncertain" if said.uncertain else "present"), None


def _cue(cues: str, text: str, first: int, name: Span, last: int) -> Span | None:
    before, after = _patterns(cues)
    found = None
    for match in before.finditer(text, first, name.start):
        if not _CLAUSE.search(text, match.end(), name.start):
            found = match
    found = found or after.search(text, name.end, last)
    return Span(*found.span()) if found else None


def _taken_out(passage: Passage, name: Span) -> bool:
    """Whether the words right after a device say that it is out: "Foley out 0600", "PICC was removed"."""
    return bool(_patterns("removed")[1].match(passage.text, name.end + 1, passage.sentence.end))


def _side(passage: Passage, phrase: Phrase) -> list[MentionSlot]:
    """The side named beside the thing, with no punctuation between."""
    around = passage.words[max(0, phrase.first - 2) : phrase.last + 4]
    start, end = passage.words[phrase.first].start, passage.words[phrase.last - 1].end
    side = next(
        (
            word
            for word in around
            if word.key in ("left", "right", "bilateral")
            and not _PUNCTUATION.search(passage.text, min(word.end, end), max(word.start, start))
        ),
        None,
    )
    return [MentionSlot("laterality", Span(side.start, side.end))] if side else []


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Cues that stand before a name and those that stand after it."""
    lists = load_words("mention_procedures")
    before, after = (
        re.compile(
            rf"(?<!\w)(?:{'|'.join(re.escape(phrase) for phrase in sorted(lists[key], key=len, reverse=True))})(?!\w)", re.IGNORECASE
        )
        for key in (f"{name}_before", f"{name}_after")
    )
    return before, after


@cache
def _folded(name: str) -> frozenset[str]:
    return frozenset(key for phrase in load_words("mention_procedures")[name] for key in keys_of(phrase))


@cache
def _tree() -> Tree:
    ignored = word_set("mention_procedures", "ignored") | set(phrases_of("condition")) | set(phrases_of("finding"))
    kinds = {kind: [phrase for phrase in phrases_of(kind) if phrase not in ignored] for kind in _KINDS}
    return tree_of({"bare": load_words("mention_procedures")["bare_vaccines"], **kinds})
