"""Fakes to evaluate: a build that answers from the gold, and a verifier that supports what stands in a context word for word."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evaluation.build import Build
from evaluation.items import AnswerItem, FaithfulnessItem, Gold, GoldSpan, Item, Label, Slices
from evaluation.suite import Part, Suite
from evaluation.thresholds import resolve
from rag.citations import text_sha256
from rag.types import Answer, Citation, Question, Source, SourceSpan, Span, Statement, Status, Verdict
from rag.verification.verdicts import Claimed, ContextSpan, JudgedStatement, Judgement
from rag.verification.violation import Violation

IDENTITY = {"code": "c0de", "settings": "5e77"}


class Silent:
    """Progress that nobody sees."""

    def expect(self, stage: str, count: int) -> None: ...

    def advance(self, stage: str, count: int) -> None: ...


class WordForWord:
    """Supports a response that stands in one of its contexts; ``score`` of what does not can be anything, to break it."""

    def __init__(self, unsupported_score: float = 0.1) -> None:
        self.unsupported_score = unsupported_score
        self.asked: list[int] = []

    def judge(self, claimed: Sequence[Claimed]) -> list[Judgement]:
        self.asked.append(len(claimed))
        return [self._one(claim) for claim in claimed]

    def _one(self, claim: Claimed) -> Judgement:
        found = next(((at, c.find(claim.response)) for at, c in enumerate(claim.contexts) if claim.response in c), None)
        whole = Span(0, len(claim.response))
        if found:
            place = ContextSpan(found[0], Span(found[1], found[1] + len(claim.response)))
            return Judgement((JudgedStatement(claim.response, whole, Verdict.SUPPORTED, 0.99, (place,), (), "word for word"),))
        wrong = (Violation("dose", "40 mg", "no quote has this number"),)
        place = ContextSpan(0, Span(0, min(5, len(claim.contexts[0]) if claim.contexts else 0)))
        verdict = Verdict.CONTRADICTED
        return Judgement((JudgedStatement(claim.response, whole, verdict, self.unsupported_score, (place,), wrong, "not word for word"),))


def question(number: int, **gold: Any) -> AnswerItem:
    """The question of a number, answered in document ``n<number>``."""
    text = f"Lisinopril {number} mg daily was started."
    made: dict[str, Any] = {
        "status": Status.ANSWERED,
        "must": ((f"{number} mg",),),
        "spans": (GoldSpan(document=f"n{number}", quote=text),),
    } | gold
    slices = Slices(sex="female" if number % 2 else "male", intent="dose")
    return AnswerItem(id=f"q-{number:03}", question=f"Which dose {number}?", gold=Gold(**made), slices=slices)


def document_text(number: int) -> str:
    return f"Note {number}. Lisinopril {number} mg daily was started."


def answer_of(question: Question, *, said: str | None = None) -> Answer:
    """What the document of the question says, cited; or other words over the same citation."""
    number = int(question.text.removeprefix("Which dose ").removesuffix("?"))
    text = document_text(number)
    start = text.index("Lisinopril")
    span = SourceSpan(f"n{number}", text_sha256(text), start, len(text))
    citation = Citation(1, span, text[start:], "2024-01-01", "plan", "Note", Source("charts", None, f"n{number}", None))
    stated = said or text[start:]
    statement = Statement(stated, (1,), Verdict.SUPPORTED, 0.99)
    return Answer(question.id, question.text, None, Status.ANSWERED, f"{stated} [1]", (statement,), (citation,), None, "fake", None)


def silence(question: Question) -> Answer:
    return Answer(question.id, question.text, None, Status.NOT_DOCUMENTED, "", (), (), None, "fake", None)


def read(doc_id: str, sha256: str) -> str | None:
    text = document_text(int(doc_id[1:]))
    return text if text_sha256(text) == sha256 else None


def build(ask: Callable[[Question], Answer] = answer_of, verifier: WordForWord | None = None, **identity: str) -> Build:
    return Build(IDENTITY | identity, ask, read, verifier or WordForWord())


def response(number: int, label: Label | None = Label.SUPPORTED, planted: str | None = None) -> FaithfulnessItem:
    """A response with its context: word for word, or with the dose changed where planted."""
    text = f"Lisinopril {number} mg daily was started."
    said = text.replace(f"{number} mg", f"{number + 1000} mg") if planted else text
    slices = Slices(slot=planted)
    return FaithfulnessItem(
        id=f"r-{number:03}", contexts=(document_text(number),), response=said, label=label, planted=planted, slices=slices
    )


def suite(*parts: tuple[str, str, Sequence[Item]], name: str = "tried", sha256: str = "5u17e") -> Suite:
    """A suite of (name, kind, items) parts with the registry's thresholds of their kinds."""
    made = tuple(Part(part, kind, tuple(items), resolve(name, part, kind, {})) for part, kind, items in parts)
    return Suite(name, "1", "A suite for tests.", (), (), made, sha256)


def folder_bytes(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names}


NAN = math.nan
