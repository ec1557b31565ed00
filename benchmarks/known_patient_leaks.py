"""Are identifiers of Patient resources left in clear in what was stored of these patients?

    python -m benchmarks.known_patient_leaks WORKSPACE IDENTITY_DOMAIN ARCHIVE.tar.gz…

Reads every Patient of the FHIR archives (bundles, single resources or NDJSON), finds its pseudonym, and looks for each name,
address line, city, ZIP, telephone number, identifier and birth date, as whole words, in the text, title and address of the patient's
documents. Under ``date_shift`` a moved date can equal a birth date by chance; such hits are counted apart. Prints one JSON line.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rag.keys import load_keys
from rag.store import schema
from rag.store.database import Database, open_database
from rag.store.patients import find_pseudonyms

MIN_IDENTIFIER_CHARS = 4


def patients(archive: Path) -> Iterator[dict[str, Any]]:
    """Every Patient resource of an archive."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.name.endswith((".json", ".ndjson")) else None
            if file is None:
                continue
            lines = file.read().splitlines() if member.name.endswith(".ndjson") else [file.read()]
            for resource in map(json.loads, filter(None, lines)):
                if isinstance(resource, dict):
                    inner = [entry.get("resource", {}) for entry in resource.get("entry", [])] or [resource]
                    yield from (r for r in inner if r.get("resourceType") == "Patient")


def identifiers(patient: dict[str, Any]) -> set[str]:
    """What the resource says that identifies its patient."""
    found = [part for name in patient.get("name", []) for part in (name.get("family"), *name.get("given", []))]
    found += [part for place in patient.get("address", []) for part in (*place.get("line", []), place.get("city"), place.get("postalCode"))]
    found += [telecom.get("value") for telecom in patient.get("telecom", [])]
    found += [known["value"] for known in patient.get("identifier", []) if len(known.get("value", "")) >= MIN_IDENTIFIER_CHARS]
    return {value for value in found if value}


def texts(database: Database, pseudonym: str) -> list[str]:
    """Everything in clear of a patient's current documents."""
    documents = schema.documents.c
    query = select(documents.text, documents.title, documents.uri, documents.kind).where(documents.patient == pseudonym, documents.current)
    with database.reading() as connection:
        return ["\n".join(row) for row in connection.execute(query)]


def main(arguments: list[str]) -> int:
    """Count, print, and exit 1 when an identifier other than a date is found."""
    workspace, domain, *archives = arguments
    keys = load_keys(Path(workspace) / "key", create=False)
    counts = {"patients": 0, "documents": 0, "identifiers": 0, "left_in_clear": 0, "equal_birth_dates": 0}
    with open_database(f"sqlite:///{Path(workspace) / 'store.sqlite'}") as database:
        for patient in (p for archive in archives for p in patients(Path(archive))):
            found = find_pseudonyms(database, [keys.lookup(domain, patient["id"])], patient["id"], [domain])
            if not found:
                continue
            stored = texts(database, next(iter(found)))
            values = identifiers(patient)
            counts["patients"] += 1
            counts["documents"] += len(stored)
            counts["identifiers"] += len(values)
            counts["left_in_clear"] += sum(_stands_in(value, stored) for value in values)
            counts["equal_birth_dates"] += _stands_in(patient.get("birthDate", "-"), stored)
    sys.stdout.write(json.dumps(counts) + "\n")
    return 1 if counts["left_in_clear"] or not counts["patients"] else 0


def _stands_in(value: str, stored: list[str]) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
    return any(pattern.search(text) for text in stored)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
