"""Conditions, symptoms and signs named in a text, with what is said of each: whether, whose, where, how bad, since when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.clinical.assertions import Assertion
from rag.clinical.lexicon import load_words
from rag.clinical.mentions.dating import dating_of
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, passages
from rag.clinical.mentions.problem_names import Problem, folded, keyed, problems_in, span_of, touch
from rag.clinical.mentions.vocabulary import canonical_of
from rag.types import Section, Span

_CLAUSE_END = re.compile(r"[;.](?=\s|$)|,\s(?:and|but)\b|\bbut\b")
_HAD, _HAS = frozenset({"had"}), frozenset({"has", "have", "having"})
_MAX_STATUS_CHARS = 60
_ENDED_BEFORE = re.compile(r"\bresolved\s$", re.IGNORECASE)


def find_problems(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """Conditions and findings in reading order, disjoint. Linear; about 6 ms per 5,000 characters, most of it assertions.

    A site and its complaint are one problem ("proximal humerus fracture", "pain in the left knee"); side, severity, dates and
    status are its slots. Those of relatives are given too, with their assertion. Headings, tests, vaccines and risks are no problems.
    """
    return tuple(mention for passage in passages(text, sections) for mention in _in_passage(passage))


def _in_passage(passage: Passage) -> list[Mention]:
    problems = problems_in(passage)
    if not problems:
        return []
    names = [span_of(passage, problem) for problem in problems]
    said = passage.said_of(names)
    return [_mention(passage, problem, name, names, assertion) for problem, name, assertion in zip(problems, names, said, strict=True)]


def _mention(passage: Passage, problem: Problem, name: Span, names: Sequence[Span], said: Assertion) -> Mention:
    dating = dating_of(passage, name, names)
    ended = _ended(passage, name, names)
    slots = [MentionSlot("name", name), *_qualities(passage, problem), *dating.slots, *([MentionSlot("status", ended)] if ended else [])]
    label = _label(passage, problem, said, ended=ended is not None, dated=any(slot.name == "date" for slot in dating.slots))
    return Mention(
        kind=problem.kind,
        name=name,
        sentence=passage.sentence,
        canonical=canonical_of(passage.text[name.start : name.end], problem.kind),
        code="",
        assertion=label,
        experiencer=said.experiencer,
        section=passage.section,
        status="ended" if ended else "active" if label == "present" else "",
        time=dating.time,
        slots=tuple(slots),
    )


def _label(passage: Passage, problem: Problem, said: Assertion, *, ended: bool, dated: bool) -> str:
    """The assertion: over where it ended, and present where a lasting illness stands among past ones.

    "History of hypertension" says that the patient has it; "gestational diabetes in 1993" and "childhood asthma" do not.
    """
    if said.label == "present":
        return "historical" if ended else "present"
    if said.label != "historical" or ended or dated or problem.kind != "condition":
        return said.label
    words = passage.words
    chronic = keyed("chronic", 0)
    lasting = any(
        tuple(word.key for word in words[i : i + len(keys)]) == keys
        for i in range(problem.first, problem.last)
        for keys in chronic.get(words[i].key, ())
    )
    before = {word.key for word in words[max(0, problem.first - 3) : problem.last]}
    after = {word.key for word in words[problem.last : problem.last + 3]}
    past = (before & folded("past") and not (before & folded("past") == {"past"} and "medical" in before)) or after & folded("past_after")
    return "present" if lasting and not past and not (_HAD & before and not _HAS & before) else "historical"


def _qualities(passage: Passage, problem: Problem) -> list[MentionSlot]:
    """Side, severity and site: from the words of the problem and those right before it."""
    words = passage.words
    slots = []
    if problem.site:
        first, last = problem.site
        slots.append(MentionSlot("body_site", Span(words[first].start, words[last - 1].end)))
    start = problem.first
    while start > 0 and problem.first - start < 4 and touch(passage, start - 1) and words[start - 1].key in _qualifying():
        start -= 1
    end = problem.last
    if end < len(words) and words[end].key in ("bilaterally", "bilateral") and touch(passage, end - 1):
        end += 1
    for name in ("laterality", "severity"):
        keys = folded(name)
        chosen = [word for word in words[start:end] if word.key in keys and not word.key.isdigit()]
        if chosen:
            slots.append(MentionSlot(name, Span(chosen[0].start, chosen[0].end)))
    return slots


def _ended(passage: Passage, name: Span, names: Sequence[Span]) -> Span | None:
    """The word that says the problem is over, in the name's own clause: "hypokalemia, resolved"."""
    text = passage.text
    if before := _ENDED_BEFORE.search(text, max(passage.sentence.start, name.start - 12), name.start):
        return Span(before.start(), before.end() - 1)
    last = min((other.start for other in names if other.start >= name.end), default=passage.sentence.end)
    last = min(last, name.end + _MAX_STATUS_CHARS)
    found = _ended_words().search(text, name.end, last)
    if (
        found is None
        or _CLAUSE_END.search(text, name.end, found.start())
        or re.search(r"\b(?:not|n't|never|until|if|when|once|yet)\b", text[name.end : found.start()])
    ):
        return None
    return Span(*found.span())


@cache
def _ended_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(phrase) for phrase in load_words('mention_problems')['ended'])})\b", re.IGNORECASE)


@cache
def _qualifying() -> frozenset[str]:
    return folded("severity") | folded("laterality") | folded("course") | frozenset({"to", "and"})
