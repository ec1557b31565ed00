"""The drugs, conditions and findings that a text names, and what it says of each: whether, whose, how surely."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.clinical.assertions import Assertion, assess_all
from rag.clinical.concepts.drug_names import classes
from rag.clinical.concepts.lexicon import apart, canonical, members
from rag.clinical.concepts.words import bag
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.drug_guesses import like_a_drug
from rag.clinical.mentions.drug_names import find_drug_names, words_of
from rag.clinical.mentions.passages import passages
from rag.clinical.mentions.problem_names import problems_in, span_of
from rag.clinical.sentences import split_sentences
from rag.types import Span

REMEMBERED_TEXTS = 4096
PROBLEM_KINDS = frozenset({"condition", "finding"})
_REFUTED = re.compile(r",\s(?:verification\s(?:refuted|entered-in-error)|do not take yes|status not[ -](?:done|taken))")
_SUPPOSED = re.compile(r",\sverification\s(?:unconfirmed|provisional|differential|presumed|suspected)")
_ZERO_POINT = re.compile(r"\b0(?=\.\d)")  # "0.34" is a value, "fever: 0" a denial
_ASKING = re.compile(r"\?(?=[:,]|\s[a-z(])")  # the question of a form, as the name of what it measures
_DENIED_VALUE = re.compile(
    r"\s?:\s(?:absent|negative|none|no|denied|not (?:present|detected|seen|found))\b(?=\s[(\[]|[.,;]|$)", re.IGNORECASE
)
_ISO_DAY, _ANY_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b"), "2000-01-01"
_NEXT_WORD = re.compile(r"[\s-]{1,3}([A-Za-z]+)")
_PURPOSE = re.compile(r"(?:\breason:?|\b(?:as needed|prn) for|\bused for|\bindication:?)\s[^.;]{0,40}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something named: ``kind`` is drug, class or condition (findings too), ``names`` what it is called canonically, ``words`` its atoms.

    ``sure`` is False for words that are a drug's only in some places ("iron").
    """

    kind: str
    span: Span
    text: str
    names: frozenset[str]
    words: frozenset[str]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says of a thing. ``relative`` is the word for the relative it is said of, empty where none is named."""

    negated: bool
    of_patient: bool
    relative: str
    unsure: bool


def things_of(text: str) -> tuple[Thing, ...]:
    """The drugs (and classes), conditions and findings of a text, drugs first. Linear; some 0.1 ms a sentence read for the first time."""
    return _things_of(_undated(text))


def _undated(text: str) -> str:
    """The text with one day for all: which day it is tells nothing of things, and lines of a chart that differ by it are read once."""
    return _ISO_DAY.sub(_ANY_DAY, text)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _things_of(text: str) -> tuple[Thing, ...]:
    return (*_drugs(text), *_problems(text))


def _drugs(text: str) -> list[Thing]:
    words = words_of(text)
    found = []
    for name in find_drug_names(text, words):
        written = text[name.start : name.end]
        parts = frozenset(name.canonical.split("/"))
        kind = "class" if name.kind == "class" else "drug"
        found.append(Thing(kind, Span(name.start, name.end), written, parts, bag(written), not name.doubtful))
    for word, start, end in words:
        if like_a_drug(word) and not any(thing.span.start <= start < thing.span.end for thing in found):
            found.append(Thing("drug", Span(start, end), text[start:end], frozenset({word}), frozenset({word})))
    return found


def _problems(text: str) -> list[Thing]:
    found = []
    for passage in passages(text, ()):
        for problem in problems_in(passage):
            span = span_of(passage, problem)
            after = _NEXT_WORD.match(text, span.end)
            if after and after[1].casefold() in word_set("verification", "measured_by"):
                continue
            written = text[span.start : span.end]
            found.append(Thing("condition", span, written, frozenset(canonical(written, PROBLEM_KINDS)), bag(written)))
    return found


def said_of(text: str) -> tuple[Said, ...]:
    """What the text says of each of ``things_of``, in their order."""
    return said_at(text, tuple(thing.span for thing in things_of(text)))


def said_at(text: str, spans: tuple[Span, ...]) -> tuple[Said, ...]:
    """What the text says of each span, by the sentence it stands in. Some 0.2 ms for a text read for the first time."""
    return _said_at(_undated(text), spans)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _said_at(text: str, spans: tuple[Span, ...]) -> tuple[Said, ...]:
    text = _ASKING.sub(" ", _ZERO_POINT.sub("1", text))
    sentences = split_sentences(text) if spans else ()
    found: dict[Span, Said] = {}
    for sentence in sentences:
        inside = [span for span in spans if sentence.start <= span.start < sentence.end]
        if inside:
            for span, assertion in zip(inside, assess_all(text, sentence, inside), strict=True):
                found[span] = _said(text, sentence, span, assertion)
    return tuple(found.get(span, Said(False, True, "", False)) for span in spans)


def _said(text: str, sentence: Span, span: Span, assertion: Assertion) -> Said:
    """An assertion with the status words of a chart line; the purpose of a prescription is a thing that is had."""
    refuted = _REFUTED.search(text, span.end, sentence.end) or _DENIED_VALUE.match(text, span.end, sentence.end)
    supposed = _SUPPOSED.search(text, span.end, sentence.end) is not None
    purpose = _PURPOSE.search(text, sentence.start, span.start) is not None
    return Said(
        negated=assertion.negated or refuted is not None,
        of_patient=assertion.experiencer == "patient",
        relative=_relative(assertion.relative),
        unsure=supposed or (not purpose and (assertion.uncertain or assertion.hypothetical)),
    )


def _relative(word: str) -> str:
    """The plain word for a relative ("mom": "mother"); the word itself where the lists do not know it."""
    return next((plain for plain, forms in load_words("question_family").items() if word in forms), word) if word else ""


def is_own(thing: Thing) -> bool:
    """Whether the words are such as our templates use themselves ("allergy")."""
    return thing.text.casefold() in word_set("verification", "own_words")


def meets(stated: Thing, quoted: Thing) -> bool:
    """Whether the quoted thing is the stated one, or a kind of it ("atorvastatin" for "a statin", "knee pain" for "pain")."""
    if stated.kind == "condition":
        return quoted.kind == "condition" and _same_problem(stated, quoted)
    if quoted.kind == "condition":
        return False
    if stated.kind == "class":
        return bool(stated.names & quoted.names) or any(quoted.names & classes(name) for name in stated.names)
    return stated.names <= quoted.names if quoted.kind == "drug" else stated.names == quoted.names


def _same_problem(stated: Thing, quoted: Thing) -> bool:
    if stated.text.casefold() == quoted.text.casefold() or stated.names & quoted.names:
        return True
    if differs(stated, quoted):
        return False
    if any(quoted.names & frozenset(members(name)) for name in stated.names):
        return True
    return bool(stated.words) and stated.words <= _known_words(quoted)


def differs(stated: Thing, quoted: Thing) -> bool:
    """Whether the quoted thing has the stated one's name inside its own and is still another ("pulmonary hypertension")."""
    return any(quoted.names & apart(name) for name in stated.names)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _known_words(thing: Thing) -> frozenset[str]:
    """The atoms of a thing and of its canonical names."""
    return thing.words.union(*(bag(name) for name in thing.names))
