"""Which de-identified notes people are to look at: a random sample by type, and every note that the detectors disputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from evaluation.reviews.sampling import MIN_FRACTION, MIN_NOTES, draw
from rag.deidentification.sealing import unseal_document
from rag.deidentification.version import detection_identity
from rag.errors import InputError, StoreError
from rag.scope import Principal, readable
from rag.store.corpora import CorpusRecord, get_corpus, list_corpora
from rag.store.documents import get_all_sealed, get_documents
from rag.store.reviews import (
    Candidate,
    ReviewItem,
    ReviewSample,
    candidates,
    current_versions,
    get_sample,
    sample_items,
    verdicts_on,
    write_sample,
)
from rag.types import Policy
from rag.workspace import Workspace

QUEUE = "deid"
RANDOM, DISPUTED = "random", "disputed"
"""Why a note is in a sample. Only the random part says something of the notes that nobody looked at."""
METHOD = (
    f"The larger of {100 * MIN_FRACTION:g} % of the notes and {MIN_NOTES}, all where there are fewer; drawn at random, without "
    "replacement, in proportion to the types of note, at least one of each. Besides, every other note with a mark of disputed "
    "de-identification."
)
_OTHER_MARKS = ("text_facts_failed:",)
"""Marks that say nothing of de-identification."""
_READ_AT_ONCE = 500


def draw_sample(workspace: Workspace, principal: Principal, *, corpus: str | None = None, seed: int = 0) -> ReviewSample:
    """Draw and store a sample of the current documents that the principal may read; of one corpus where it is named.

    Corpora with the policy ``none`` are no part of the population.

    Raises:
        InputError: no such corpus, one that is not de-identified, or no document.
    """
    corpora = _corpora(workspace, principal, corpus)
    population = candidates(workspace.database, [c.name for c in corpora])
    if not population:
        raise InputError("no de-identified document is stored; ingest a corpus with a policy first")
    by_id = {candidate.doc_id: candidate for candidate in population}
    strata: dict[str, list[str]] = {}
    for candidate in population:
        strata.setdefault(candidate.kind, []).append(candidate.doc_id)
    drawn = draw(strata, seed)
    disputed = [candidate.doc_id for candidate in population if _is_disputed(candidate)]
    extra = sorted(set(disputed) - set(drawn))
    chosen = [(RANDOM, by_id[doc_id]) for doc_id in drawn] + [(DISPUTED, by_id[doc_id]) for doc_id in extra]
    method: dict[str, Any] = {
        "text": METHOD,
        "corpora": [{"name": c.name, "policy": c.policy} for c in corpora],
        "population": len(population),
        "population_by_type": {kind: len(ids) for kind, ids in sorted(strata.items())},
        "random": len(drawn),
        "disputed": len(disputed),
        "disputed_extra": len(extra),
        "without_marks": sum(candidate.marks is None for candidate in population),
        "detection": detection_identity(),
        "pipelines": sorted({candidate.pipeline for candidate in population}),
    }
    return write_sample(workspace.database, QUEUE, now(), seed, method, _items(workspace, chosen))


def now() -> str:
    """The present time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def open_sample(workspace: Workspace, number: int | None = None) -> ReviewSample:
    """The sample of that number, or the latest.

    Raises:
        InputError: there is none.
    """
    sample = get_sample(workspace.database, QUEUE, number)
    if sample is None:
        raise InputError("no such sample; draw one with `chartcite review deid sample`")
    return sample


def next_item(workspace: Workspace, sample: ReviewSample, reviewer: str, skipped: frozenset[str] = frozenset()) -> ReviewItem | None:
    """The next note for a reviewer: the first that nobody judged, else the first that this reviewer did not; None when all is done.

    A note that was replaced or erased since it was drawn is left out, and so are the ``skipped`` (ids).
    """
    items = sample_items(workspace.database, sample.id)
    current = current_versions(workspace.database, [item.doc_id for item in items])
    verdicts = verdicts_on(workspace.database, QUEUE, {(item.doc_id, item.doc_sha256) for item in items})
    second: ReviewItem | None = None
    for item in items:
        if current.get(item.doc_id) != item.doc_sha256 or item.doc_id in skipped:
            continue
        reviewers = {verdict.reviewer for verdict in verdicts.get((item.doc_id, item.doc_sha256), ())}
        if not reviewers:
            return item
        if reviewer not in reviewers:
            second = second or item
    return second


def _corpora(workspace: Workspace, principal: Principal, name: str | None) -> list[CorpusRecord]:
    """The de-identified corpora that the principal may read, or the one of them that is named."""
    allowed = [access.name for access in readable(principal, list_corpora(workspace.database))]
    if name is not None and name not in allowed:
        raise InputError(f"{name[:40]}: no such corpus")
    records = [get_corpus(workspace.database, allowed_name) for allowed_name in allowed if name in (None, allowed_name)]
    found = [record for record in records if record and record.policy != Policy.NONE.value]
    if name is not None and not found:
        raise InputError(f"{name}: this corpus is not de-identified (policy none); there is nothing to review")
    return found


def _is_disputed(candidate: Candidate) -> bool:
    return any(not mark.startswith(_OTHER_MARKS) for mark in candidate.marks or ())


def _items(workspace: Workspace, chosen: Sequence[tuple[str, Candidate]]) -> list[ReviewItem]:
    """The chosen notes in order, each with its words and what was replaced in it, counted now: a report needs no vault."""
    items: list[ReviewItem] = []
    for at in range(0, len(chosen), _READ_AT_ONCE):
        some = chosen[at : at + _READ_AT_ONCE]
        versions = {(candidate.doc_id, candidate.sha256) for _, candidate in some}
        documents, sealed = get_documents(workspace.database, versions), get_all_sealed(workspace.database, versions)
        for position, (part, candidate) in enumerate(some, at):
            version = (candidate.doc_id, candidate.sha256)
            if version not in documents or version not in sealed:
                raise StoreError(f"{candidate.doc_id}: changed while the sample was drawn; draw again")
            secret = unseal_document(workspace.keys, sealed[version], *version)
            replaced = Counter(replacement.entity_type for replacement in secret.replacements)
            words = len(documents[version].text.split())
            items.append(ReviewItem(position, *version, part, candidate.kind, words, dict(sorted(replaced.items()))))
    return items
