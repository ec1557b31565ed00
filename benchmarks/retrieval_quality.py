"""Dense alone, BM25 alone, reciprocal rank fusion and the engine's fusion over one index of a BEIR-layout set.

    python -m benchmarks.retrieval_quality DIR…

Each set is chunked, embedded and indexed once, as ``chartcite retrieve`` does; a document ranks by its best chunk. Prints a table of
nDCG@10 (graded gains, log2 discount) and Recall@100 over ``qrels/test.tsv``, and one JSON line per set.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from api.commands.retrieve import SCOPE, Indexed, best_documents, open_indexed, read_texts
from rag.index.protocol import Hit
from rag.index.sparse import open_sparse_encoder
from rag.settings import Settings

DEPTH = 500
RRF_K = 20
"""Source: best of RRF's k on SciFact in the measurements that this design began with."""

Ranking = list[str]


def rankings(indexed: Indexed, question: str, documents: int) -> dict[str, Ranking]:
    """The best 100 documents of each method for one question."""
    vector = indexed.embedder.embed_query(question)
    dense = _documents(indexed, indexed.index.search_dense(vector, SCOPE, DEPTH))
    sparse = _documents(indexed, indexed.index.search_sparse(open_sparse_encoder().query(question), SCOPE, DEPTH))
    fused: dict[str, float] = defaultdict(float)
    for ranking in (dense, sparse):
        for rank, doc_id in enumerate(ranking, 1):
            fused[doc_id] += 1 / (RRF_K + rank)
    shipped = [doc_id for doc_id, _ in best_documents(indexed.retriever, question, 100, documents)]
    return {"dense": dense[:100], "bm25": sparse[:100], "rrf": sorted(fused, key=lambda d: (-fused[d], d))[:100], "chartcite": shipped}


def _documents(indexed: Indexed, hits: Sequence[Hit]) -> Ranking:
    return list(dict.fromkeys(indexed.document_of[hit.chunk_id] for hit in hits))


def read_qrels(folder: Path) -> dict[str, dict[str, int]]:
    """Grades by query and document; queries without a relevant document are left out."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            found[query][document] = int(grade)
    return found


def ndcg(ranking: Iterable[str], grades: Mapping[str, int]) -> float:
    """nDCG@10."""
    gained = sum(grades.get(doc_id, 0) / math.log2(place + 2) for place, doc_id in enumerate(list(ranking)[:10]))
    return gained / sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """Mean nDCG@10 and Recall@100 of each method over the judged queries."""
    qrels, documents = read_qrels(folder), read_texts(folder, "corpus")
    queries = [query for query in read_texts(folder, "queries") if query.id in qrels]
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with tempfile.TemporaryDirectory() as temporary, open_indexed(Path(temporary), Settings(), documents) as indexed:
        for query in queries:
            grades = qrels[query.id]
            for method, ranking in rankings(indexed, query.text, len(documents)).items():
                sums[method][0] += ndcg(ranking, grades)
                sums[method][1] += len(grades.keys() & set(ranking)) / len(grades)
    n = len(queries)
    return {method: {"ndcg@10": round(first / n, 4), "recall@100": round(second / n, 4)} for method, (first, second) in sums.items()}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        figures = measure(Path(name))
        for method, row in figures.items():
            sys.stdout.write(f"{Path(name).name:14} {method:10} {row['ndcg@10']:.3f} / {row['recall@100']:.3f}\n")
        sys.stdout.write(json.dumps({Path(name).name: figures}) + "\n")
