"""The guidelines that are stored, their versions, and which took the place of which: read once and again after every ingestion."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from rag.clinical.versions import HEAD_CHARS, SAME_FAMILY, TAIL_CHARS, VersionMark, families, find_version, replaces
from rag.store.database import Database
from rag.store.guidelines import GuidelineRow, guideline_ids, read_guidelines, store_state
from rag.types import Notice

MAX_DOCUMENTS = 5_000
"""Documents of one corpus whose versions are compared; a collection of articles is larger, and is not guidelines."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One guideline in force or not: ``newer`` is the newest version that took its place, where that is stored too."""

    doc_id: str
    corpus: str
    title: str
    mark: VersionMark
    newer: Listed | None = None

    @property
    def superseded(self) -> bool:
        """Whether it is out of force: something newer is stored, or it says so."""
        return self.newer is not None or self.mark.superseded


@dataclass(frozen=True, slots=True)
class _Corpus:
    """One corpus as last read: at which state, what states a version, and every document id."""

    state: object
    listed: Mapping[str, Listed]
    doc_ids: frozenset[str]


class GuidelineLibrary:
    """The guidelines of a store by corpus. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._listed: dict[str, _Corpus] = {}

    def listed(self, corpora: Collection[str], found: Collection[str] = ()) -> dict[str, Listed]:
        """Documents of the corpora that state a version, by id. Read anew where the store changed, or for an unknown id in ``found``."""
        state = store_state(self._database)
        with self._lock:
            kept = [self._listed.get(corpus) for corpus in corpora]
            known = frozenset().union(*(corpus.doc_ids for corpus in kept if corpus))
            if not known.issuperset(found) or any(corpus is None or corpus.state != state for corpus in kept):
                for corpus in corpora:
                    self._listed[corpus] = _Corpus(state, *self._read(corpus))
            return {doc_id: one for corpus in corpora for doc_id, one in self._listed[corpus].listed.items()}

    def _read(self, corpus: str) -> tuple[Mapping[str, Listed], frozenset[str]]:
        ids = guideline_ids(self._database, corpus)
        if len(ids) > MAX_DOCUMENTS:
            return {}, ids
        rows = read_guidelines(self._database, corpus, HEAD_CHARS, TAIL_CHARS)
        return _related([made for row in rows if (made := _listed(corpus, row))]), ids


def _listed(corpus: str, row: GuidelineRow) -> Listed | None:
    mark = find_version(row.title, f"{row.head}\n\n{row.tail}" if row.tail else row.head, row.uri)
    return Listed(row.doc_id, corpus, row.title, mark) if mark else None


def _related(listed: Sequence[Listed]) -> dict[str, Listed]:
    """Each with the newest that replaced it. Only those that share a rare word of a name, or a policy number, are compared."""
    keys = _keys(listed)
    by_key: dict[str, list[int]] = {}
    for at, own in enumerate(keys):
        for key in own:
            by_key.setdefault(key, []).append(at)
    found: dict[str, Listed] = {}
    for one, own in zip(listed, keys, strict=True):
        near = {at for key in own for at in by_key[key]}
        newer = [listed[at] for at in sorted(near) if listed[at] is not one and replaces(listed[at].mark, one.mark)]
        newer = [n for n in newer if not replaces(one.mark, n.mark)]  # each says it replaces the other: neither is presumed
        found[one.doc_id] = replace(one, newer=_newest(newer))
    return found


def _keys(listed: Sequence[Listed]) -> list[frozenset[str]]:
    """What each may be found by: of every name so many of its rarest words that a name like enough shares one; also of what it replaces.

    Source: prefix filtering (Bayardo et al., WWW 2007).
    """
    counts = Counter(word for one in listed for words in one.mark.families for word in words)
    keys = []
    for one in listed:
        own = {f"#{one.mark.number}"} if one.mark.number else set()
        for words in one.mark.families:
            rare_first = sorted(words, key=lambda word: (counts[word], word))
            own.update(rare_first[: len(words) - math.ceil(SAME_FAMILY * len(words)) + 1])
        if one.mark.supersedes:
            own.update(*families(one.mark.supersedes.words))
        keys.append(frozenset(own))
    return keys


def _newest(found: Sequence[Listed]) -> Listed | None:
    """The one that none of the others replaces; the first of several."""
    last = [one for one in found if not any(replaces(other.mark, one.mark) for other in found if other is not one)]
    return min(last or found, key=lambda one: (one.mark.superseded, one.doc_id), default=None)


def superseded_notice(one: Listed) -> Notice:
    """Which version was cited and what replaced it."""
    said = f"“{one.title}”, {_named(one.mark)}," if one.mark.shown else f"“{one.title}”"
    if one.newer is not None:
        title = "" if one.newer.title == one.title else f"“{one.newer.title}”, "
        return Notice("superseded_version", f"{said} was replaced by {title}{_named(one.newer.mark)}.")
    if one.mark.superseded_by is not None:
        words = one.mark.superseded_by.words
        return Notice("superseded_version", f"{said} was replaced by {words}, which is not among the guidelines in scope.")
    return Notice("superseded_version", f"{said} says of itself that it is no longer in force.")


def _named(mark: VersionMark) -> str:
    if mark.label is None:
        return f"the version of {mark.date}" if mark.date else "another version"
    return f"version {mark.label}" + (f" ({mark.date})" if mark.date and mark.date != mark.label else "")
