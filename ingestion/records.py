"""What a reader hands to the pipeline. These records may hold PHI and never leave ``ingestion``.

A reader turns one ``SourceUnit`` (a file, or all loose resources of an archive) into a ``ReadResult``:
documents, and a count of every record read, kept or dropped with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.deidentification.identity import KnownIdentifier
from rag.types import PageSpan, Span


@dataclass(frozen=True, slots=True)
class RawResourceSpan:
    """The line that one FHIR resource was rendered to; ``reference`` is ``Type/id`` as in the source."""

    start: int
    end: int
    reference: str


@dataclass(frozen=True, slots=True)
class RawFactSlot:
    """One part of a fact where it stands in the text; ``name`` is one of ``rag.vocabulary.SLOT_NAMES``, ``date`` the ISO date it says."""

    name: str
    start: int
    end: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class RawFact:
    """A coded statement read from a resource, with the span of its rendered line and of its parts in it.

    ``time`` and ``end_time`` are calendar dates as written, ``clock`` the rest of the stamp after the day of ``time``.
    ``display`` is empty where the source gives only free text: a fact's display is stored in clear.
    """

    kind: str
    code: str
    display: str
    value: str | None
    unit: str | None
    time: str | None
    status: str
    start: int
    end: int
    assertion: str = "present"
    clock: str = ""
    end_time: str | None = None
    experiencer: str = "patient"
    slots: tuple[RawFactSlot, ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One text as read, identifiers and all.

    ``key`` is the stable identity inside the corpus (``Encounter/17``, ``guidelines/sepsis.pdf``, ``note/42``);
    ``uri`` is the path under the manifest, POSIX, with ``#Type/id`` for a resource. ``clear`` are spans of coded
    displays, values and units that bypass name detection; ``dates`` are spans known to hold a full or partial ISO date.
    ``identifiers`` are the known identifiers of the patient, their relatives and carers. ``patient`` is the id the source
    uses (a FHIR id or MRN), ``patient_aliases`` the patient's other record numbers: both may be asked for.
    """

    key: str
    uri: str
    kind: str
    title: str
    text: str
    patient: str | None = None
    patient_aliases: tuple[str, ...] = ()
    date: str | None = None
    resources: tuple[RawResourceSpan, ...] = ()
    clear: tuple[Span, ...] = ()
    dates: tuple[Span, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    facts: tuple[RawFact, ...] = ()
    identifiers: tuple[KnownIdentifier, ...] = ()
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class UnitError:
    """A file, or a member of an archive, that could not be read while the rest could. ``message`` holds no text of the source."""

    code: str
    uri: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Everything one source unit gave. ``records_in == rendered + sum(dropped.values())``.

    Records are FHIR resources and their attachments (a DocumentReference counts by its attachments, at least one), lines of
    JSONL, or whole documents. ``errors`` are the members that could not be read; their records are in no count.
    """

    documents: tuple[RawDocument, ...]
    records_in: int
    rendered: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    errors: tuple[UnitError, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceMember:
    """One file of a source unit: its path under the manifest (``a.tar.gz!/b.json`` inside an archive) and size in bytes."""

    uri: str
    size: int


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """What is read, hashed and skipped as one: ``sha256`` covers every member's name and bytes.

    ``path`` is the file on disk, the archive, or the folder that the members' uris start from; ``members`` are empty for a plain file.
    """

    format: str
    uri: str
    path: str
    sha256: str
    members: tuple[SourceMember, ...] = ()
