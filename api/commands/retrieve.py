"""``chartcite retrieve``: a retrieval set in BEIR's layout through the engine's own chunking, index and fusion, to a TREC run file.

Source: BEIR, corpus.jsonl ``{"_id", "title", "text"}`` and queries.jsonl ``{"_id", "text"}``; the qrels are never opened.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.problems import DONE
from api.progress import track
from rag.citations import text_sha256
from rag.errors import InputError
from rag.normalization import normalise
from rag.settings import Settings, read_settings
from rag.types import NO_PATIENT, Chunk, Document, Scope

if TYPE_CHECKING:
    from rag.embedding import Embedder
    from rag.index.protocol import VectorIndex
    from rag.retrieval.retriever import Retriever

CORPUS = "beir"
RUN_TAG = "chartcite"
SCOPE = Scope(frozenset({CORPUS}), frozenset({NO_PATIENT}))
_DOCUMENTS_PER_WRITE = 2_000


@dataclass(frozen=True, slots=True)
class BeirText:
    """One document (title, blank line, text) or query of the set, normalised as in ingestion."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """A set that is indexed: its encoder, index and retriever, and each chunk's document."""

    embedder: Embedder
    index: VectorIndex
    retriever: Retriever
    document_of: Mapping[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``retrieve``."""
    parser.add_argument("--beir", type=Path, required=True, metavar="DIR", help="folder with corpus.jsonl and queries.jsonl, or .jsonl.gz")
    parser.add_argument("--run", type=Path, required=True, metavar="FILE", help="TREC run file to write")
    parser.add_argument("--k", type=int, default=100, help="documents per query (default 100)")


def run(arguments: argparse.Namespace) -> int:
    """Index into a temporary folder, search every query, write the run whole or not at all."""
    if not 1 <= arguments.k <= 10_000:
        raise InputError(f"--k {arguments.k}: give a number from 1 to 10000")
    settings = read_settings(workspace=arguments.workspace)
    documents = read_texts(arguments.beir, "corpus")
    queries = read_texts(arguments.beir, "queries")
    with tempfile.TemporaryDirectory(prefix="chartcite-") as folder, _Draft(arguments.run) as draft:
        for line in run_lines(Path(folder), settings, documents, queries, arguments.k):
            draft.write(line)
    return DONE


def run_lines(folder: Path, settings: Settings, documents: Sequence[BeirText], queries: Sequence[BeirText], k: int) -> Iterator[str]:
    """The run's lines in the order of the queries, best document first; the index goes into ``folder`` and nothing elsewhere."""
    with open_indexed(folder, settings, documents) as indexed:
        for query in track(queries, "queries", len(queries)):
            for rank, (doc_id, score) in enumerate(best_documents(indexed.retriever, query.text, k, len(documents)), 1):
                yield f"{query.id} Q0 {doc_id} {rank} {score:.8f} {RUN_TAG}\n"


@contextmanager
def open_indexed(folder: Path, settings: Settings, documents: Sequence[BeirText]) -> Iterator[Indexed]:
    """The documents chunked, embedded and indexed in ``folder``, and what searches them."""
    from rag.embedding import open_embedder
    from rag.index.edge import open_edge
    from rag.index.sync import replay_outbox
    from rag.retrieval.retriever import Retriever
    from rag.store.database import open_database
    from rag.store.documents import write_documents
    from rag.store.records import DocumentRecord

    with ExitStack() as stack:
        embedder = stack.enter_context(open_embedder(settings.embedding_path, settings.threads))
        database = stack.enter_context(open_database(f"sqlite:///{folder / 'store.sqlite'}"))
        index = stack.enter_context(open_edge(folder, embedder.dimensions))
        starts = range(0, len(documents), _DOCUMENTS_PER_WRITE)
        document_of: dict[str, str] = {}
        for at in track(starts, "indexing", len(starts)):
            made = [_chunked(text, embedder, settings) for text in documents[at : at + _DOCUMENTS_PER_WRITE]]
            vectors = iter(embedder.embed([chunk for _, chunks in made for chunk in chunks]))
            records = [DocumentRecord(d.doc_id, d.sha256, d, chunks, tuple(next(vectors) for _ in chunks), (), b"") for d, chunks in made]
            write_documents(database, records, CORPUS)
            replay_outbox(database, index)
            document_of |= {chunk.chunk_id: chunk.doc_id for _, chunks in made for chunk in chunks}
        index.optimize()
        yield Indexed(embedder, index, Retriever(database, index, embedder), document_of)


def best_documents(retriever: Retriever, question: str, k: int, documents: int) -> list[tuple[str, float]]:
    """The best ``k`` documents, each with the score of its best chunk; asks for more chunks until there are ``k`` or no more."""
    wanted, limit = min(k, documents), 2 * k
    while True:
        hits = retriever.retrieve(question, SCOPE, limit)
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(hit.chunk.doc_id, hit.score)
        if len(best) >= wanted or len(hits) < limit:
            return list(best.items())[:k]
        limit *= 2


def _chunked(text: BeirText, embedder: Embedder, settings: Settings) -> tuple[Document, tuple[Chunk, ...]]:
    from ingestion.chunking import chunk_document

    document = Document(text.id, text_sha256(text.text), CORPUS, None, "passage", "", None, text.id, text.text)
    return document, chunk_document(document, embedder.count_tokens, max_tokens=settings.max_tokens_per_chunk)


def read_texts(folder: Path, stem: str) -> list[BeirText]:
    """Every line of ``stem.jsonl`` or ``stem.jsonl.gz``.

    Raises:
        InputError: no such file, or a line that is not an object with ``_id`` and ``text``; names the file and line.
    """
    path = next((p for p in (folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz") if p.is_file()), None)
    if path is None:
        raise InputError(f"{folder}: no {stem}.jsonl or {stem}.jsonl.gz; give a folder in BEIR's layout")
    found: dict[str, BeirText] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    text = _parsed(line, f"{path}: line {number}")
                    if text.id in found:
                        raise InputError(f"{path}: line {number}: the _id stands on an earlier line too; make ids unique")
                    found[text.id] = text
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); give whole UTF-8 JSON lines") from None
    return list(found.values())


def _parsed(line: str, where: str) -> BeirText:
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{where}: not JSON; write one object per line") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str) or not isinstance(fields.get("_id"), str | int):
        raise InputError(f"{where}: needs the fields _id and text")
    identity, title = str(fields["_id"]), fields.get("title") or ""
    if not identity or any(character.isspace() for character in identity):
        raise InputError(f"{where}: an empty _id, or one with white space, does not fit a TREC run")
    return BeirText(identity, normalise(f"{title}\n\n{fields['text']}".strip()).text)


class _Draft:
    """A file that appears whole when the block ends well, and not at all when it does not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> _Draft:
        try:
            self._file = self._draft.open("w", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self._path}: cannot be written ({error.strerror}); give a file in a folder that exists") from None
        return self

    def write(self, line: str) -> None:
        self._file.write(line)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._file.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink(missing_ok=True)
