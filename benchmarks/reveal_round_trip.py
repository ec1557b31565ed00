"""Do the identifiers come back exactly? Every stored document, unsealed and revealed, against its source as read again.

    python -m benchmarks.reveal_round_trip WORKSPACE MANIFEST…

The manifests are those that were ingested. A document is identical when its revealed text, encoded, has the bytes of the normalised text
of a raw document of its id. Prints one JSON line with the share, per corpus and in all; exit 1 when a document differs or has no source.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from ingestion.manifest import Manifest, load_manifest, source_units
from ingestion.sandbox import Limits, ReaderProcess
from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import unseal_document
from rag.errors import SourceError
from rag.keys import Keys, load_keys
from rag.normalization import normalise
from rag.settings import Settings
from rag.store import schema
from rag.store.database import Database, open_database
from rag.store.documents import get_sealed
from rag.types import Policy


def originals(manifest: Manifest, path: Path, keys: Keys, settings: Settings) -> dict[str, set[str]]:
    """The normalised texts of the sources by the ids that a document of theirs may have."""
    found: dict[str, set[str]] = defaultdict(set)
    with ReaderProcess(Limits(settings.reader_memory_bytes, settings.reader_cpu_seconds, settings.reader_seconds)) as reader:
        for unit in source_units(manifest, path).units:
            try:
                documents = reader.read(unit).documents
            except SourceError:  # nothing of it can be stored
                continue
            for raw in documents:
                text = normalise(raw.text).text
                for key in (raw.key, f"{raw.key}\x00{raw.uri}"):
                    found[keys.document_id(manifest.name, key)].add(text)
    return found


def revealed(database: Database, keys: Keys, corpus: str) -> Iterator[tuple[str, str]]:
    """Every current document of a corpus: its id, and its text with the identifiers put back."""
    documents = schema.documents.c
    query = select(documents.doc_id, documents.sha256, documents.text).where(documents.corpus == corpus, documents.current)
    with database.reading() as connection:
        stored = connection.execute(query).all()
    for doc_id, sha256, text in stored:
        sealed = get_sealed(database, doc_id, sha256)
        if sealed is None:
            raise SystemExit(f"{doc_id}: no sealed record")
        yield doc_id, reveal(text, unseal_document(keys, sealed, doc_id, sha256).replacements)


def main(arguments: list[str]) -> int:
    """Count, print, and exit 1 when a document did not come back."""
    workspace, *paths = map(Path, arguments)
    settings = Settings(workspace=workspace)
    keys = load_keys(settings.key_path, create=False)
    counts: dict[str, dict[str, int]] = {}
    with open_database(f"sqlite:///{workspace / 'store.sqlite'}") as database:
        for path in paths:
            manifest = load_manifest(path)
            if manifest.deidentification.policy is Policy.NONE:
                continue
            sources = originals(manifest, path, keys, settings)
            compared = [
                text.encode("utf-8", "surrogatepass") in {source.encode("utf-8", "surrogatepass") for source in sources[doc_id]}
                for doc_id, text in revealed(database, keys, manifest.name)
            ]
            counts[manifest.name] = {"documents": len(compared), "identical": sum(compared)}
    documents, identical = (sum(count[name] for count in counts.values()) for name in ("documents", "identical"))
    share = identical / documents if documents else None
    sys.stdout.write(json.dumps({"corpora": counts, "documents": documents, "identical": identical, "share": share}) + "\n")
    return 0 if documents and identical == documents else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
