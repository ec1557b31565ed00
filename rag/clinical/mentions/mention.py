"""One mention in a text: the thing, the sentence around it, what the sentence says of it, and its parts."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Span


@dataclass(frozen=True, slots=True)
class MentionSlot:
    """A part of a mention; ``name`` is one of ``rag.vocabulary.SLOT_NAMES``."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing of ``kind`` (one of ``rag.vocabulary.FACT_KINDS``) that a text names; offsets into the text.

    ``name`` is where it is named, ``sentence`` the whole sentence or list line. ``canonical`` is the concept's canonical name where the
    lexicon knows it, ``code`` is ``system|code`` where one is known, else empty. ``assertion`` is present, negated, family,
    historical, hypothetical or uncertain; ``experiencer`` is ``patient`` or the relative's word. ``status`` is active, stopped, ended,
    planned or empty. ``time`` is an ISO date, at its precision, that the sentence gives for it; None where the note's date holds.
    """

    kind: str
    name: Span
    sentence: Span
    canonical: str
    code: str
    assertion: str
    experiencer: str
    section: str
    status: str = ""
    value: str | None = None
    unit: str | None = None
    time: str | None = None
    slots: tuple[MentionSlot, ...] = ()
