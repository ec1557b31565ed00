"""From a raw document to what may be stored: normalised, de-identified, chunked, with its facts. Runs in a worker.

Every offset of the raw text (resource lines, pages, facts) is taken through the normalisation's and the
de-identifier's maps; nothing is found again by searching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.chunking import chunk_document
from ingestion.facts import Carrier, carry_facts
from ingestion.records import RawDocument
from ingestion.text_facts import TextFacts, text_facts
from rag.citations import text_sha256
from rag.deidentification.calendar import policy_date
from rag.deidentification.deidentifier import Deidentified, Deidentifier, open_deidentifier
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.sealing import DocumentSecret, seal_document
from rag.deidentification.tagging import Tagged, Tagging, tagged_elsewhere
from rag.errors import QuarantineError
from rag.keys import Keys, load_keys
from rag.normalization import normalise
from rag.types import Chunk, Document, Fact, PageSpan, Policy, ResourceSpan, Span

JOBS_PER_TAGGING = 32
"""Enough to sort windows by length, few enough that work goes on meanwhile."""
GENERAL_KIND = "Clinical note"
"""The kind of a document whose own kind names a person or a date."""


@dataclass(frozen=True, slots=True)
class Job:
    """One raw document, whose chart it belongs to and under which policy; ``tagged`` is what the tagger found in its parts."""

    raw: RawDocument
    corpus: str
    policy: Policy
    doc_id: str
    key_digest: str
    source_sha256: str
    identity: PatientIdentity | None
    tagged: JobTags | None = None


@dataclass(frozen=True, slots=True)
class JobTags:
    """The tagger's findings in the normalised text, title and kind of a job's document."""

    text: Tagged
    title: Tagged
    kind: Tagged


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be embedded and stored.

    ``sealed`` is its encrypted reversal; ``review`` names, without text, what a person should look at: places that detectors
    dispute, and ``text_facts_failed:STEP`` for facts that could not be read.
    """

    document: Document
    chunks: tuple[Chunk, ...]
    facts: tuple[Fact, ...]
    sealed: bytes
    key_digest: str
    source_sha256: str
    review: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A document that may not be stored, with a stable reason and no text."""

    doc_id: str
    key_digest: str
    reason: str


Outcome = Prepared | Quarantined


class Preparer:
    """De-identification and chunking with everything they need loaded. One per worker."""

    def __init__(
        self, keys: Keys, deidentifier: Deidentifier, count_tokens: Callable[[Sequence[str]], Sequence[int]], max_tokens: int
    ) -> None:
        self._keys = keys
        self._deidentifier = deidentifier
        self._count_tokens = count_tokens
        self._max_tokens = max_tokens

    def prepare(self, job: Job) -> Outcome:
        """The prepared document, or why it is quarantined. Never raises for a document's content."""
        try:
            return self._prepare(job)
        except QuarantineError as error:
            return Quarantined(job.doc_id, job.key_digest, error.reason)
        except Exception:  # whatever a text does to a step: it is not stored, the rest goes on, and the message may hold text
            return Quarantined(job.doc_id, job.key_digest, "preparation_failed")

    def _prepare(self, job: Job) -> Prepared:
        raw = job.raw
        normal = normalise(raw.text)
        if not normal.text.strip():
            raise QuarantineError("empty", f"{job.doc_id}: no text after normalisation")

        def moved(span: Span) -> Span:
            return normal.offsets.to_new(span)

        body = self._deidentifier.deidentify(
            normal.text,
            policy=job.policy,
            identity=job.identity,
            clear=[moved(span) for span in raw.clear],
            dates=[moved(span) for span in raw.dates],
            tagged=job.tagged.text if job.tagged else None,
        )

        def carried(span: Span) -> Span:
            return body.offsets.to_new(moved(span))

        document = self._document(job, body, carried)
        chunks = chunk_document(document, self._count_tokens, max_tokens=self._max_tokens)
        narrated = self._narrative_facts(job, document)
        return Prepared(
            document=document,
            chunks=chunks,
            facts=narrated.facts
            or carry_facts(raw, job.doc_id, document.patient or "", Carrier(document.text, carried, self._fact_date(job))),
            sealed=self._seal(job, document, body),
            key_digest=job.key_digest,
            source_sha256=job.source_sha256,
            review=(*body.review, *(f"text_facts_failed:{step}" for step in narrated.failed)),
        )

    def _document(self, job: Job, body: Deidentified, carried: Callable[[Span], Span]) -> Document:
        raw, phi = job.raw, job.policy is not Policy.NONE
        resources = []
        for line in raw.resources:
            span = carried(Span(line.start, line.end))
            name = self._keys.resource_pseudonym(job.corpus, line.reference) if phi else line.reference
            resources.append(ResourceSpan(span.start, span.end, name))
        pages = [PageSpan(*_ends(carried(Span(page.start, page.end))), page.number) for page in raw.pages]
        return Document(
            doc_id=job.doc_id,
            sha256=text_sha256(body.text),
            corpus=job.corpus,
            patient=job.identity.pseudonym if job.identity else None,
            kind=self._kind(job),
            title=self._title(job),
            date=policy_date(raw.date, job.policy, job.identity.date_offset_days if job.identity else 0) if raw.date else None,
            uri=self._keys.uri_pseudonym(raw.uri) if phi else raw.uri,
            text=body.text,
            resources=tuple(resources),
            pages=tuple(pages),
            superseded=raw.superseded,
            time=self._fact_date(job)(raw.date) if raw.date else None,
        )

    def _kind(self, job: Job) -> str:
        """The kind as written; a general word where de-identification would change it: a kind is a category, not a text."""
        kind = normalise(job.raw.kind).text
        return kind if self._hidden(kind, job, job.tagged.kind if job.tagged else None) == kind else GENERAL_KIND

    def _title(self, job: Job) -> str:
        """The title without identifiers; the kind where there is none, or where it was made of a file's name that must not be shown."""
        title = normalise(job.raw.title).text.strip()
        if not title or (job.policy is not Policy.NONE and _is_file_name(title, job.raw.uri)):
            return self._kind(job)
        return self._hidden(title, job, job.tagged.title if job.tagged else None)

    def _hidden(self, words: str, job: Job, tagged: Tagged | None) -> str:
        return self._deidentifier.deidentify(words, policy=job.policy, identity=job.identity, tagged=tagged).text

    def _narrative_facts(self, job: Job, document: Document) -> TextFacts:
        """What a patient's note or attachment tells in words; nothing for a chart rendered from resources, whose facts are coded."""
        raw = job.raw
        if raw.facts or any(line.start > 0 or line.end < len(raw.text) for line in raw.resources):
            return TextFacts()
        return text_facts(document, policy=job.policy, document_time=self._fact_date(job)(raw.date) if raw.date else None)

    def _fact_date(self, job: Job) -> Callable[[str], str | None]:
        offset = job.identity.date_offset_days if job.identity else 0
        policy = Policy.NONE if job.policy is Policy.NONE else Policy.DATE_SHIFT
        return lambda iso: policy_date(iso, policy, offset)

    def _seal(self, job: Job, document: Document, body: Deidentified) -> bytes:
        if job.policy is Policy.NONE:
            return b""
        raw = job.raw
        references = {self._keys.resource_pseudonym(job.corpus, line.reference): line.reference for line in raw.resources}
        secret = DocumentSecret(body.replacements, raw.title, raw.date, raw.uri, raw.patient, references)
        return seal_document(self._keys, secret, document.doc_id, document.sha256)


def _is_file_name(title: str, uri: str) -> bool:
    """Whether a title says what the last part of the path says: names of files hold names of people."""
    name = normalise(uri.partition("#")[0].rpartition("/")[2]).text
    return _letters(title) in _letters(name)


def _letters(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum())


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def tag_jobs(jobs: Iterable[Job], tagging: Tagging) -> Iterator[Job]:
    """The jobs with what the tagger finds, in order, tagged many at a time; those under ``Policy.NONE`` as they are."""
    waiting: list[Job] = []
    for job in jobs:
        waiting.append(job)
        if len(waiting) >= JOBS_PER_TAGGING:
            yield from _tagged(waiting, tagging)
            waiting = []
    yield from _tagged(waiting, tagging)


def _tagged(jobs: Sequence[Job], tagging: Tagging) -> Iterator[Job]:
    parts = [None if job.policy is Policy.NONE else _parts_to_tag(job) for job in jobs]
    found = iter(tagging.tag([text for part in parts if part for text, _ in part], [clear for part in parts if part for _, clear in part]))
    for job, part in zip(jobs, parts, strict=True):
        yield replace(job, tagged=JobTags(next(found), next(found), next(found))) if part else job


def _parts_to_tag(job: Job) -> list[tuple[str, list[Span]]] | None:
    """Text, title and kind with their clear spans; None where they cannot be read, so that the worker quarantines the document."""
    try:
        normal = normalise(job.raw.text)
        clear = [normal.offsets.to_new(span) for span in (*job.raw.clear, *job.raw.dates)]
        return [(normal.text, clear), (normalise(job.raw.title).text.strip(), []), (normalise(job.raw.kind).text, [])]
    except Exception:  # one document must not end the run, and the message may hold text
        return None


def open_preparer(key_path: Path, max_tokens: int) -> Preparer:
    """A preparer with its rules and tokenizer loaded: about one second. Jobs come tagged: one process holds the tagger for all.

    Raises:
        DetectorError: a configured detector cannot be loaded: nothing may be ingested without it.
    """
    from rag.embedding import open_token_counter

    keys = load_keys(key_path, create=False)
    return Preparer(keys, open_deidentifier(keys, tagging=tagged_elsewhere()), open_token_counter(), max_tokens)
