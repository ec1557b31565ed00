"""The figures of a de-identification review: what a privacy officer files. Counts and rates; no text, no document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.reviews.deid import DISPUTED, QUEUE, RANDOM, now
from evaluation.statistics import clopper_pearson_upper, cohen_kappa, rule_of_three, wilson_interval
from rag.deidentification.findings import EntityType
from rag.store.reviews import MarkedSpan, ReviewItem, ReviewSample, ReviewVerdict, current_versions, sample_items, verdicts_on
from rag.workspace import Workspace

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Note:
    """A reviewed note: what its reviewers found, united."""

    item: ReviewItem
    verdicts: Sequence[ReviewVerdict]
    leaks: tuple[MarkedSpan, ...]
    over_redactions: tuple[MarkedSpan, ...]


def review_report(workspace: Workspace, sample: ReviewSample) -> Figures:
    """Every figure of one sample as it stands, JSON-ready. A figure of nothing is null, with ``n`` 0."""
    items = sample_items(workspace.database, sample.id)
    current = current_versions(workspace.database, [item.doc_id for item in items])
    verdicts = verdicts_on(workspace.database, QUEUE, {(item.doc_id, item.doc_sha256) for item in items})
    notes = [_note(item, found) for item in items if (found := verdicts.get((item.doc_id, item.doc_sha256)))]
    replaced_since = {item.doc_id for item in items if current.get(item.doc_id) != item.doc_sha256}
    return {
        "queue": QUEUE,
        "created": now(),
        "sample": {"id": sample.id, "created": sample.created, "seed": sample.seed, **sample.method},
        "coverage": _coverage(sample, items, notes, replaced_since),
        RANDOM: _part([note for note in notes if note.item.part == RANDOM], bounded=True),
        DISPUTED: _part([note for note in notes if note.item.part == DISPUTED], bounded=False),
        "agreement": _agreement(notes),
        "reviewers": _reviewers(notes),
    }


def exceeds(report: Figures, max_leak_rate: float) -> bool:
    """Whether the upper bound of leaking notes in the random part is beyond the limit; a bound of nothing is."""
    bound = report[RANDOM]["notes"]["upper_95"]
    return bound is None or bound > max_leak_rate


def _note(item: ReviewItem, verdicts: Sequence[ReviewVerdict]) -> _Note:
    leaks = _united([span for verdict in verdicts for span in verdict.leaks])
    over = sorted({span for verdict in verdicts for span in verdict.over_redactions}, key=lambda span: span.start)
    return _Note(item, verdicts, leaks, tuple(over))


def _united(spans: Sequence[MarkedSpan]) -> tuple[MarkedSpan, ...]:
    """Spans that overlap made one, of the first one's type: two reviewers mark one identifier differently."""
    united: list[MarkedSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if united and span.start < united[-1].end:
            last = united[-1]
            united[-1] = MarkedSpan(last.start, max(last.end, span.end), last.entity_type)
        else:
            united.append(span)
    return tuple(united)


def _coverage(sample: ReviewSample, items: Sequence[ReviewItem], notes: Sequence[_Note], replaced_since: set[str]) -> Figures:
    reviewed = {note.item.doc_id for note in notes}
    parts = {}
    for part in (RANDOM, DISPUTED):
        ids = {item.doc_id for item in items if item.part == part}
        parts[part] = {"sampled": len(ids), "reviewed": len(ids & reviewed), "replaced_since": len(ids & replaced_since)}
    drawn = Counter(item.kind for item in items if item.part == RANDOM)
    seen = Counter(note.item.kind for note in notes if note.item.part == RANDOM)
    types = [
        {"type": kind, "population": size, "sampled": drawn[kind], "reviewed": seen[kind]}
        for kind, size in sample.method["population_by_type"].items()
    ]
    return {**parts, "by_type": types}


def _part(notes: Sequence[_Note], *, bounded: bool) -> Figures:
    """The figures of one part; only a random part has bounds."""
    replaced, leaked, over = Counter[str](), Counter[str](), Counter[str]()
    for note in notes:
        replaced.update(note.item.replaced)
        leaked.update(span.entity_type for span in note.leaks)
        over.update(span.entity_type for span in note.over_redactions)
    found = {kind: max(0, replaced[kind] - over[kind]) for kind in replaced}
    words = sum(note.item.words for note in notes)
    identifiers = sum(found.values()) + leaked.total()
    return {
        "notes": _rate(sum(bool(note.leaks) for note in notes), len(notes), bounded=bounded),
        "identifiers": _rate(leaked.total(), identifiers, bounded=bounded),
        "categories": [_recall(kind.value, found.get(kind.value, 0), leaked[kind.value]) for kind in EntityType],
        "over_redaction": {
            "words": words,
            "n": over.total(),
            "per_1000_words": 1000 * over.total() / words if words else None,
            "by_type": dict(sorted(over.items())),
        },
    }


def _rate(leaking: int, n: int, *, bounded: bool) -> Figures:
    return {
        "n": n,
        "leaking": leaking,
        "rate": leaking / n if n else None,
        "upper_95": clopper_pearson_upper(leaking, n) if bounded else None,
        "rule_of_three": rule_of_three(n) if bounded and not leaking else None,
    }


def _recall(kind: str, found: int, leaked: int) -> Figures:
    n = found + leaked
    low, high = wilson_interval(found, n) or (None, None)
    return {"type": kind, "n": n, "replaced": found, "leaked": leaked, "recall": found / n if n else None, "low_95": low, "high_95": high}


def _agreement(notes: Sequence[_Note]) -> Figures:
    """Of the notes that two judged: did both say that something leaks? Each pair by name, so that it keeps its seats."""
    pairs = []
    for note in notes:
        if len(note.verdicts) > 1:
            first, second = sorted(note.verdicts[:2], key=lambda verdict: verdict.reviewer)
            pairs.append((bool(first.leaks), bool(second.leaks)))
    n = len(pairs)
    return {"n": n, "observed": sum(a == b for a, b in pairs) / n if n else None, "kappa": cohen_kappa(pairs)}


def _reviewers(notes: Sequence[_Note]) -> list[Figures]:
    counts = Counter(verdict.reviewer for note in notes for verdict in note.verdicts)
    return [{"reviewer": name, "notes": count} for name, count in sorted(counts.items())]
