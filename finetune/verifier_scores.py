"""How well the entailment model ranks supported pairs above others, source by source, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finetune.verifier import Example
from rag.verification.entailment import CLASSES, Entailed, Entailment


def score_verifier(model: Entailment, examples: Sequence[Example]) -> dict[str, Any]:
    """By source: how many, AUROC of the probability of support (None where all or none are supported) and the share of right verdicts
    among supported and others; and AUROC of the words' doubts where they are known."""
    judged = model.judge([(example.evidence, example.statement) for example in examples])
    sources: dict[str, list[tuple[Example, Entailed]]] = {}
    for example, entailed in zip(examples, judged, strict=True):
        sources.setdefault(example.source, []).append((example, entailed))
        if example.source.startswith("made-"):
            sources.setdefault("made", []).append((example, entailed))
    # What was made of one kind is all false but for "true": held against the true ones.
    true = sources.get("made-true", [])
    for source, pairs in sources.items():
        if source.startswith("made-") and source != "made-true":
            pairs.extend(true)
    return {
        "sources": {source: _scored(pairs) for source, pairs in sorted(sources.items())},
        "words": _words(list(zip(examples, judged, strict=True))),
    }


def _scored(pairs: Sequence[tuple[Example, Entailed]]) -> dict[str, Any]:
    wanted = [example.label == CLASSES[0] for example, _ in pairs]
    chances = [entailed.supported for _, entailed in pairs]
    hits = [(chance >= 0.5) == want for chance, want in zip(chances, wanted, strict=True)]
    return {"n": len(pairs), "supported": sum(wanted), "auroc": auroc(chances, wanted), "balanced": _balanced(hits, wanted)}


def _balanced(hits: Sequence[bool], wanted: Sequence[bool]) -> float | None:
    shares = []
    for side in (True, False):
        own = [hit for hit, want in zip(hits, wanted, strict=True) if want is side]
        if not own:
            return None
        shares.append(sum(own) / len(own))
    return round(sum(shares) / 2, 4)


def _words(pairs: Sequence[tuple[Example, Entailed]]) -> dict[str, Any]:
    wanted, chances = [], []
    for example, entailed in pairs:
        if example.doubted is None:
            continue
        for doubt in entailed.doubts:
            wanted.append(any(doubt.span.start < span.end and span.start < doubt.span.end for span in example.doubted))
            chances.append(doubt.chance)
    return {"n": len(wanted), "unsupported": sum(wanted), "auroc": auroc(chances, wanted)}


def auroc(scores: Sequence[float], wanted: Sequence[bool]) -> float | None:
    """The share of pairs of one wanted and one other in which the wanted one scores higher, ties as half; None where one side is empty."""
    positive = sum(wanted)
    if not 0 < positive < len(wanted):
        return None
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks, at = [0.0] * len(scores), 0
    while at < len(order):
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + end + 1) / 2
        at = end
    total = sum(rank for rank, want in zip(ranks, wanted, strict=True) if want)
    return round((total - positive * (positive + 1) / 2) / (positive * (len(wanted) - positive)), 4)
