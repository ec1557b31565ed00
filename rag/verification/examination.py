"""A statement before it is judged: its evidence, the slots that differ from it, and its features."""

from __future__ import annotations

from dataclasses import dataclass

from rag.verification.contrasts import excused
from rag.verification.evidence import Contexts, Found, best_sentences
from rag.verification.features import FEATURES, feature_row
from rag.verification.slots import check_statement
from rag.verification.statements import Part, plain, split_statements
from rag.verification.verdicts import Claimed
from rag.verification.violation import Violation

CHANGES = {
    "changed_numbers": "another number stands there",
    "changed_denials": "the evidence denies it, or the statement denies what the evidence says",
    "changed_poles": "the evidence says the opposite",
}
_CHANGES_AT = tuple((FEATURES.index(name), told) for name, told in CHANGES.items())


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a statement before the entailment model has read it. ``quotes`` are the sentences read, ``row`` the values of
    ``FEATURES``."""

    part: Part
    text: str
    contexts: Contexts
    found: Found
    quotes: tuple[str, ...]
    violations: tuple[Violation, ...]
    verbatim: bool
    row: tuple[float, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """In words, what a near copy of a sentence of the evidence changes of it."""
        return tuple(told for at, told in _CHANGES_AT if self.row[at])


def examine(claim: Claimed, contexts: Contexts | None = None) -> list[Examined]:
    """The statements of a response with their evidence, violations and features; ``contexts`` where they were read already."""
    read = Contexts(claim.contexts) if contexts is None else contexts
    told = plain(claim.response)
    return [examine_statement(part, told[part.body.start : part.body.end], read) for part in split_statements(claim.response)]


def examine_statement(part: Part, text: str, contexts: Contexts) -> Examined:
    """One statement against contexts that are read."""
    text = " ".join(text.split())
    same = contexts.verbatim(text)
    found = Found((same,), (same,)) if same is not None else best_sentences(text, contexts)
    quotes = tuple(contexts.text_of(index) for index in found.read)
    violations = () if same is not None else tuple(v for v in check_statement(text, quotes) if not excused(v, text, quotes))
    row = feature_row(text, contexts, found, violations, quotes)
    return Examined(part, text, contexts, found, quotes, violations, same is not None, row)
