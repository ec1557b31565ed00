"""What crosses a stage: one frozen record per thing, each stage changing the type.

``RawDocument`` (ingestion only) → ``Document`` → ``Chunk`` → ``ScoredChunk`` → ``Evidence`` → ``Answer``.
Offsets are Unicode code points into ``Document.text``: zero-based, half-open.
Nothing here may hold an identifier, except the ``Revealed…`` fields of an answer that a purpose was stated for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.numeric import Vector


class Verdict(StrEnum):
    """What the cited spans say of a statement."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_ENOUGH_INFORMATION = "not_enough_information"


class Status(StrEnum):
    """How an answer ended."""

    ANSWERED = "answered"
    NOT_DOCUMENTED = "not_documented"
    REFUSED = "refused"


class Policy(StrEnum):
    """How a corpus is de-identified; ``NONE`` only where the manifest says ``contains_phi: false``."""

    SAFE_HARBOR = "safe_harbor"
    DATE_SHIFT = "date_shift"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in some text named by the holder."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """A range of one version of one stored document."""

    doc_id: str
    doc_sha256: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ResourceSpan:
    """The part of a document that one FHIR resource was rendered to; ``resource`` is its keyed pseudonym."""

    start: int
    end: int
    resource: str


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The part of a document that stood on one printed page (numbered from 1)."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it; ``kind`` is the canonical name (``medications``), ``title`` as written."""

    start: int
    end: int
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """A de-identified text as stored. ``sha256`` is the hex digest of its UTF-8 bytes.

    ``patient`` is the pseudonym, None in corpora without PHI. ``date`` is ISO 8601 at the precision the
    policy allows; ``time`` is the date moved as ``Fact.time`` is, never printed under ``safe_harbor``. ``uri`` has every path component
    pseudonymised in corpora with PHI.
    """

    doc_id: str
    sha256: str
    corpus: str
    patient: str | None
    kind: str
    title: str
    date: str | None
    uri: str
    text: str
    resources: tuple[ResourceSpan, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    superseded: bool = False
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one document version: the unit that is embedded.

    ``chunk_id`` is a UUIDv5 of (doc_id, sha256, ordinal). ``sentences`` are document offsets inside
    [start, end). ``copied_from`` names the earlier chunk whose paragraph this repeats, if any.
    """

    chunk_id: str
    doc_id: str
    doc_sha256: str
    ordinal: int
    start: int
    end: int
    text: str
    section: str
    sentences: tuple[Span, ...]
    copied_from: str | None = None


@dataclass(frozen=True, slots=True)
class ChunkVectors:
    """What the encoder made of one chunk: the chunk's unit vector, float32[d], and one per sentence, float16[n, d]."""

    chunk: Vector
    sentences: Vector


@dataclass(frozen=True, slots=True)
class FactSlot:
    """One part of a fact where it stands: ``text`` is ``Document.text[start:end]``; ``name`` is one of ``rag.vocabulary.SLOT_NAMES``.

    ``time`` is set where the part is a date: that date (ISO 8601, at its precision) moved by the patient's secret offset.
    """

    name: str
    start: int
    end: int
    text: str
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the chart and the span of the line or sentence it stands in, from a resource or from text.

    ``value`` is the resource's decimal or text verbatim. ``time`` is a calendar date (ISO 8601, at the precision given) moved by the
    patient's secret offset: for order and windows only, never printed under ``safe_harbor``. ``clock`` is the rest of the stamp as
    written (``T10:22:00-05:00``), for order within a day; ``end_time`` is when it stopped, abated or ended, moved alike.
    ``assertion`` is present, negated, family, historical, hypothetical or uncertain. ``experiencer`` is ``patient`` or the relative's
    word. ``origin`` is ``resource`` or ``text``; ``section`` the kind of section of a text fact. ``doc_sha256`` is empty until stored.
    """

    patient: str
    kind: str
    code: str
    display: str
    value: str | None
    unit: str | None
    time: str | None
    status: str
    assertion: str
    doc_id: str
    start: int
    end: int
    doc_sha256: str = ""
    origin: str = "resource"
    clock: str = ""
    end_time: str | None = None
    experiencer: str = "patient"
    section: str = ""
    slots: tuple[FactSlot, ...] = ()

    def slot(self, name: str) -> FactSlot | None:
        """The first part of that name; None where the fact has none."""
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True)
class ChartConcept:
    """One thing that a chart has facts on: how the chart codes and displays it, and how many facts there are.

    ``origin`` is ``resource`` where a record bears the name, ``text`` where only notes do: a note's word may have a code, a record none.
    """

    kind: str
    code: str
    display: str
    count: int
    origin: str = "resource"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a principal may read for one question: both sets non-empty, checked by ``rag.scope``.

    ``patients`` holds pseudonyms, or only ``NO_PATIENT`` where corpora without PHI are asked.
    ``doc_ids`` narrows further when not None.
    """

    corpora: frozenset[str]
    patients: frozenset[str]
    doc_ids: frozenset[str] | None = None


NO_PATIENT = "-"
"""Payload value of documents that belong to no patient, so that every filter names a patient."""


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A search hit: higher ``score`` is better; ``dense`` is the cosine, ``sparse`` the BM25 score, None where not found by it."""

    chunk: Chunk
    score: float
    dense: float | None = None
    sparse: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence (or line) offered as support: ``score`` in [0, 1] is the calibrated probability that it answers."""

    span: SourceSpan
    quote: str
    score: float
    section: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a citation comes from, as shown: pseudonyms unless revealed. ``version`` is a guideline's own number, year or date."""

    corpus: str
    resource: str | None
    uri: str
    page: int | None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that can be checked and the place it was taken from. ``display`` only in revealed answers."""

    n: int
    span: SourceSpan
    quote: str
    date: str | None
    section: str
    title: str
    source: Source
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a composed statement. ``kind`` says where its ``text`` comes from:

    ``words`` are the composer's own and hold no number, date or name; a ``slot`` is what stands at ``span``; a ``date`` is the moved
    ISO date ``time`` as the policy lets it be printed; ``computed`` is the result of ``operation`` over the cited spans, for a distance
    in time with the interval ``time`` (``earlier/later``, moved dates).
    """

    kind: str
    text: str
    span: SourceSpan | None = None
    time: str | None = None
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the numbers of the citations it rests on (never empty).

    ``parts`` make up ``text`` where it was composed; a statement without parts is its quotes, verbatim.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    score: float
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series: ``date`` as printed, ``value`` the decimal as written, ``citation`` the number of its citation.

    ``time`` is the moved date behind ``date``.
    """

    date: str
    value: str
    citation: int
    time: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one thing over time, oldest first, in one unit: what a table or a plot shows."""

    label: str
    unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one slot in one period: all are cited, none is presumed right."""

    slot: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A mention that is not evidence: ``kind`` is negated, family, outside_window or related."""

    kind: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was searched before saying "not documented". Dates are document dates as printed."""

    documents_searched: int
    first: str | None
    last: str | None
    terms: tuple[str, ...]
    near_misses: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about an answer: a stable code and one sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Hashes of everything that made an answer, enough to make it again."""

    pipeline: str
    models: tuple[tuple[str, str], ...]
    index: str
    settings: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as asked, after the edge has validated it. ``patient`` is the source id or pseudonym as given."""

    text: str
    patient: str | None = None
    corpus: str | None = None
    source: str | None = None
    reveal: str | None = None
    thread: str | None = None
    as_of: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, an abstention with its receipt, or a refusal with its reason."""

    id: str | None
    question: str
    patient: str | None
    status: Status
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    receipt: Receipt | None
    generator: str
    provenance: Provenance | None
    interpretation: tuple[tuple[str, str], ...] = ()
    series: tuple[Series, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    withheld: tuple[Statement, ...] = ()
    notices: tuple[Notice, ...] = ()
    thread: str | None = None
    error: str | None = None
    source_patient: str | None = None
    timings_ms: tuple[tuple[str, float], ...] = field(default=())
