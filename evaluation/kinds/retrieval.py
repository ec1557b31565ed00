"""Queries with graded documents: nDCG@10, recall@10 and recall@100 of the build's own retrieval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from evaluation.build import Build, needed
from evaluation.items import Data, Item, RetrievalItem
from evaluation.kinds.kind import Kind, Take
from evaluation.scores import Score, Tally
from rag.errors import InputError

DEPTH = 100


class RetrievalSample(Data):
    """The best documents of a query, best first."""

    documents: tuple[str, ...]


@contextmanager
def _taking(build: Build, folder: Path | None) -> Iterator[Take]:
    if folder is None:
        raise InputError("a retrieval part needs a folder in BEIR's layout")
    with needed(build.search, "retrieval")(folder) as search:
        yield lambda items: [RetrievalSample(documents=tuple(search(i.query, DEPTH))) for i in items if isinstance(i, RetrievalItem)]


def _score(item: Item, sample: Data) -> Score:
    if not isinstance(item, RetrievalItem) or not isinstance(sample, RetrievalSample):
        raise TypeError(f"{type(item).__name__} with {type(sample).__name__}")
    found = sample.documents
    return Score(
        item.id,
        {
            "ndcg_at_10": Tally(ndcg(found, item.relevant, 10), 1),
            "recall_at_10": Tally(recall(found, item.relevant, 10), 1),
            "recall_at_100": Tally(recall(found, item.relevant, 100), 1),
        },
    )


def ndcg(found: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Discounted gain of the first ``k`` over the best possible, gains linear in the grade. Source: trec_eval, ``ndcg_cut``."""
    gain = sum(relevant.get(document, 0) / math.log2(rank + 2) for rank, document in enumerate(found[:k]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(relevant.values(), reverse=True)[:k]))
    return gain / best


def recall(found: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """The share of relevant documents among the first ``k``."""
    return len(relevant.keys() & set(found[:k])) / len(relevant)


RETRIEVAL = Kind("retrieval", RetrievalSample, _taking, _score, block=1)
