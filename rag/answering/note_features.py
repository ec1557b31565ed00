"""What tells whether a sentence of a note answers a question, as numbers: words named, likeness, the kind of answer, what is said of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answering.answer_kinds import holds_kind, is_strict, tells_attribute
from rag.answering.candidates import Candidate, Candidates
from rag.answering.note_assertions import assert_of
from rag.answering.note_heads import heads_of
from rag.answering.units_asked import KNOWN_WEIGHT, Unit, held_by, units_of
from rag.clinical.assertions import Assertion
from rag.numeric import Vector
from rag.questions.understood import Intent, Understood

FEATURES = (
    "reranked",
    "own",
    "head",
    "near",
    "like_lead",
    "best_unit",
    "absent",
    "no_kind",
    "planned",
    "negated",
    "relative",
    "words",
    "outside",
    "several",
    "own_lead",
    "phrase",
    "asked_units",
)
MAX_JUDGED = 20
GENERAL_ABSENT = 0.15
PLAIN_ABSENT = 0.5
WHOLE = Unit("", (), 0.0)
"""What stands for all of a sentence that names nothing asked for."""
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr|mister)\b\.? [A-Z][\w'-]+")
_PLAN_ASKED = re.compile(
    r"\b(?:plan\w*|recommend\w*|advi[sc]e\w*|advis\w+|told|tell|suppose\w*|should|would|will|want\w*|rules?|instruct\w*|next|if|due|follow.?up"
    r"|need\w*|suggest\w*|consider\w*|schedul\w*|refer\w*|goals?|target|going to|cover|allowed|stop\w*|held|hold)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:will|would|should|if|unless|overdue|consider\w*|recommend\w*|refer(?:ral|red)?|discuss(?:ed)? (?:starting|adding)|plan(?:s|ned)?"
    r"|scheduled|pending|to be|may|might|cannot be excluded|prefers not|declin\w+|offered|due|order(?:ed)?"
    r"|in \d+ (?:to \d+ )?(?:weeks|months))\b",
    re.IGNORECASE,
)
_ONLY_PLANNED = re.compile(
    r"^(?:\W*\d+[.)] )?if\b|\b(?:overdue|will (?:think|discuss|consider|switch|start)|switch to|cannot be excluded|scheduled|pending"
    r"|refer(?:ral|red)?|recommend(?:ed)?|consider(?:ed|ing)?|to discuss|not yet|when due|if (?:she|he|it|they|no|not|there)|only if"
    r"|to be (?:done|repeated|scheduled)"
    r"|in \d+(?: ?(?:to|-) ?\d+)? (?:days|weeks|months|years))\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:show(?:ed|s)|found|reveal(?:ed|s)|demonstrat(?:ed|es)|was|were|had|normal|negative|positive|underwent|received|began|started|given|(?:on|in|of)"
    r" (?:\d{1,2}/|\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))\b",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"(?:^|[,;:?–-] ?|\b(?:and|so|but) )(?:is|are|was|were|does|do|did|has|have|had|can|could|any|been|ever|will)\b|\?.*\byes\b",
    re.IGNORECASE,
)


_WHEN_ASKED = re.compile(
    r"^\W*(?:and |so )?when\b|\b(?:what|which) (?:date|day|month|year)\b|\bwhen (?:was|did|were|is|begun|started|done|last)\b"
    r"|\b(?:start|stop|end) date\b"
    r"|^\W*date of\b|\bhow (?:old was|long ago)\b",
    re.IGNORECASE,
)
_POLAR_START = re.compile(
    r"\W*(?:is|are|was|were|does|do|did|has|have|had|can|could|any|been|ever|will)\b"
    r"(?! \w+ (?:or|and when)\b)(?!.*\b(?:which|when|what|who)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with its features, in the order of ``FEATURES``, and what it says of what was asked.

    ``own`` is the weighed share of the question that it names, ``known`` that of the clinical things of the question (1 where there are
    none), ``fits_kind`` how surely it holds the kind of answer asked for.
    """

    candidate: Candidate
    features: tuple[float, ...]
    assertion: Assertion
    own: float
    known: float
    fits_kind: float


@dataclass(frozen=True, slots=True)
class Looked:
    """What one question looks for: its units weighed by how rare the chart's sentences name them, and those of its phrase."""

    units: tuple[tuple[Unit, float], ...]
    known: float
    absent: float
    phrase: tuple[Unit, ...]


def is_polar(question: str) -> bool:
    """Whether the words ask for yes or no; a bare noun phrase ("kidney lengths") does not."""
    return _POLAR.search(question) is not None


def asks_when(question: str) -> bool:
    """Whether the question itself, not an event in it, asks for a date."""
    return _WHEN_ASKED.search(question) is not None


def starts_polar(question: str) -> bool:
    """Whether the question opens as one for yes or no ("does he snore", "any fever")."""
    return _POLAR_START.match(question) is not None


def asks_for_plan(question: str) -> bool:
    """Whether a plan, an advice or a condition is what the question asks for."""
    return _PLAN_ASKED.search(question) is not None


def is_only_planned(text: str) -> bool:
    """Whether a sentence only plans, offers or makes conditions ("colonoscopy overdue"), with no result or deed in the past tense."""
    return _ONLY_PLANNED.search(text) is not None and not _DONE.search(text)


def looked_for(asked: Understood, question: str, helds: Sequence[frozenset[str]]) -> Looked:
    """The units of the whole question. A clinical thing that no sentence names weighs in full, an everyday word hardly."""
    text = _TITLED.sub(" ", question).replace("?", " ").replace(",", " ")
    weighed = []
    total = math.log(len(helds) + 1)
    absent = known = 0.0
    for unit in units_of(text):
        count = sum(unit.stands_in(held) for held in helds)
        is_known = unit.weight >= KNOWN_WEIGHT
        if count:
            weight = unit.weight * max(0.2, math.log((len(helds) + 1) / (count + 1)) / max(total, 1.0))
        else:
            weight = unit.weight if is_known else PLAIN_ABSENT if unit.weight >= 1.0 else GENERAL_ABSENT
            absent += unit.weight * is_known
        known += unit.weight * is_known
        weighed.append((unit, weight))
    return Looked(tuple(weighed), known, absent, units_of(asked.phrase))


def judge(
    asked: Understood,
    question: str,
    candidates: Candidates,
    vector: Vector,
    titles: Mapping[str, str],
    dates: Mapping[str, str | None],
    *,
    telling: Callable[[Candidate], bool],
    inside: Callable[[Candidate], bool],
    reranked: Callable[[Sequence[Candidate]], Vector],
) -> list[Judged]:
    """The sentences that may bear on the question with their features; at most ``MAX_JUDGED``.

    ``reranked`` gives what a trained model, reading question and sentence together, makes of each.
    """
    sentences = candidates.sentences
    if not sentences:
        return []
    helds = [held_by(candidate.text) for candidate in sentences]
    looked = looked_for(asked, question, helds)
    heads = {doc_id: held_by(head) for doc_id, head in heads_of(sentences, titles).items()}
    like = np.asarray(candidates.vectors @ vector)
    rows = [row for row, candidate in enumerate(sentences) if telling(candidate)]
    wide = {row: _coverage(looked, row, sentences, helds, heads) for row in rows}
    rows.sort(key=lambda row: -(wide[row][0] + 0.5 * wide[row][1] + 0.3 * wide[row][2] + float(like[row])))
    rows = rows[:MAX_JUDGED]
    most_like = max((float(like[row]) for row in rows), default=0.0)
    most_own = max((wide[row][0] for row in rows), default=0.0)
    read = reranked([sentences[row] for row in rows])
    found = []
    for row, answers in zip(rows, read, strict=True):
        told, said = _said(asked, question, looked, sentences[row], helds[row], dates)
        own, head, near = wide[row]
        shares = {
            "reranked": float(answers), "own": own, "head": head, "near": near, "like_lead": float(like[row]) - most_like,
            "outside": float(not inside(sentences[row])), "own_lead": own - most_own,
            "absent": looked.absent / looked.known if looked.known else 0.0, "asked_units": math.log(1 + len(looked.units)),
        } | said  # fmt: skip
        features = tuple(shares[name] for name in FEATURES)
        found.append(Judged(sentences[row], features, told, own, shares["known"], shares["kind"]))
    return found


def _coverage(
    looked: Looked, row: int, sentences: Sequence[Candidate], helds: Sequence[frozenset[str]], heads: Mapping[str, frozenset[str]]
) -> tuple[float, float, float]:
    """How much of what was asked the sentence names, how much more its heading and note's head, and how much more its neighbours."""
    candidate = sentences[row]
    total = sum(weight for _, weight in looked.units) or 1.0
    above = held_by(f"{candidate.heading} {candidate.section}") | heads.get(candidate.span.doc_id, frozenset())
    beside: frozenset[str] = frozenset()
    for other in (row - 1, row + 1):
        if 0 <= other < len(sentences) and sentences[other].chunk == candidate.chunk:
            beside |= helds[other]
    shares = [0.0, 0.0, 0.0]
    for unit, weight in looked.units:
        if unit.stands_in(helds[row]) or tells_attribute(unit.words, candidate.text):
            shares[0] += weight
        elif unit.stands_in(above | helds[row]):
            shares[1] += weight
        elif unit.stands_in(beside | helds[row]):
            shares[2] += weight
    return shares[0] / total, shares[1] / total, shares[2] / total


def _said(
    asked: Understood, question: str, looked: Looked, candidate: Candidate, held: frozenset[str], dates: Mapping[str, str | None]
) -> tuple[Assertion, dict[str, float]]:
    """What the sentence says of the thing, and the features that rest on it."""
    own = [(unit, weight) for unit, weight in looked.units if unit.stands_in(held)]
    told = assert_of(candidate, [unit for unit, _ in own] or [WHOLE])
    written = dates.get(candidate.span.doc_id)
    fits = holds_kind(asked, candidate.text, written, lambda text: any(unit.stands_in(held_by(text)) for unit, _ in own))
    wants = is_strict(asked) or asked.intent is Intent.WHY
    most = max((weight for _, weight in looked.units), default=1.0)
    plan = told.hypothetical or _PLANNED.search(candidate.text) is not None
    polar = is_polar(question)
    relative = (told.experiencer != "patient") != (asked.experiencer != "patient")
    return told, {
        "best_unit": max((weight for _, weight in own), default=0.0) / (most or 1.0),
        "known": sum(unit.weight for unit, _ in own if unit.weight >= KNOWN_WEIGHT) / looked.known if looked.known else 1.0,
        "kind": fits,
        "no_kind": float(wants and not fits),
        "planned": float(plan and not asks_for_plan(question)),
        "negated": float(told.negated and not polar),
        "relative": float(relative),
        "words": math.log(1 + min(40, len(candidate.text.split()))),
        "several": min(len(own), 4) / 4,
        "phrase": sum(unit.stands_in(held) for unit in looked.phrase) / len(looked.phrase) if looked.phrase else 0.0,
    }
