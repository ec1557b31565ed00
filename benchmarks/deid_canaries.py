"""Does any of 1,000 planted identifiers survive ingestion in clear?

    python -m benchmarks.deid_canaries --data ../shared/data [--charts 200] [--canaries 1000] [--seed 5] [--keep FOLDER] [--show]

Copies of the demo charts, of the FHIR bundles, the bulk export, the US Core examples and the visit notes under ``--data`` get new
identifiers (``benchmarks.canaries``): in their Patient resources, notes, titles and file names. The real ``ingest`` command takes them
under each policy. Then every canary is looked for, whatever its case, in what the command printed, in its temporary files while it ran
and after, in every file of the workspace as bytes, in every column of the store and in every payload of the index. Prints a table; exit
1 when one was found.
``--show`` adds where, with the words around it: the sources are open data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.canaries import CONTROL, Canary, Mint, plant

POLICIES = ("safe_harbor", "date_shift")
CHARTS_OF_A_SET = ("synthea_notes_bundles", "synthea_bundles")
_LOOK_SECONDS = 0.1
_NOTES_SHARE = 0.35


def charts(data: Path) -> Iterator[dict[str, Any]]:
    """Bundles of one patient each: the demo's, then those of the archives."""
    from ingestion.demo.generate import corpus_files

    for name, content in corpus_files().items():
        if name.startswith("charts/") and name.endswith(".json"):
            yield json.loads(content)
    for name in CHARTS_OF_A_SET:
        yield from map(json.loads, _members(data, name, ".json"))


def _members(data: Path, name: str, ending: str) -> Iterator[str]:
    with tarfile.open(data / "fhir" / f"{name}.tar.gz") as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(ending) else None
            if file is not None:
                yield file.read().decode("utf-8")


def _resources(texts: Iterable[str]) -> list[dict[str, Any]]:
    return [resource for text in texts if "resourceType" in (resource := json.loads(text))]


def _plant_each(resources: list[dict[str, Any]], mint: Mint, reserved: int) -> None:
    """Plant in every patient's resources of a set that holds many patients; notes that are added join the set."""
    for patient in [resource for resource in resources if resource["resourceType"] == "Patient"]:
        if mint.left > reserved:
            own = [patient, *(resource for resource in resources if _patient_of(resource) == f"Patient/{patient['id']}")]
            known = len(own)
            plant(own, mint)
            resources += own[known:]


def _patient_of(resource: dict[str, Any]) -> str | None:
    reference: str | None = (resource.get("subject") or resource.get("patient") or {}).get("reference")
    return reference


def write_sources(folder: Path, data: Path, mint: Mint, most_charts: int) -> None:
    """Copies under ``folder``: the bulk export, the US Core examples, charts, planted until ``_NOTES_SHARE`` of the canaries are left;
    one that is cut off; planted notes."""
    for name in ("charts", "bulk", "core"):
        (folder / name).mkdir(parents=True)
    reserved = round(mint.left * _NOTES_SHARE)
    lines = [line for file in _members(data, "bulk_10_patients", ".ndjson") for line in file.splitlines()]
    bulk = _resources(filter(str.strip, lines))
    _plant_each(bulk, mint, reserved)
    for kind in sorted({resource["resourceType"] for resource in bulk}):
        own = [json.dumps(resource) for resource in bulk if resource["resourceType"] == kind]
        (folder / "bulk" / f"{kind}.000.ndjson").write_text("\n".join(own) + "\n")
    core = _resources(_members(data, "us_core_examples", ".json"))
    _plant_each(core, mint, reserved)
    for number, resource in enumerate(core):
        (folder / "core" / f"{resource['resourceType']}-{number}.json").write_text(json.dumps(resource))
    for number, bundle in enumerate(islice(charts(data), most_charts)):
        resources = [entry["resource"] for entry in bundle["entry"]]
        alone = sum(r["resourceType"] == "Patient" for r in resources) == 1
        name = plant(resources, mint) if alone and mint.left > reserved else f"chart-{number}.json"
        copy = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]})
        (folder / "charts" / name).write_text(copy)
    (folder / "charts" / f"cut {mint.make('name', known=True)}.json").write_text(copy[:-40])
    with gzip.open(data / "notes" / "aci_bench.jsonl.gz", "rt") as notes, (folder / "notes.jsonl").open("w") as out:
        for line in notes:
            out.write(json.dumps(_note(json.loads(line)["note"], mint)) + "\n")


def _note(text: str, mint: Mint) -> dict[str, str]:
    author, patient = ("Stone", "p") if mint.left < 8 else (mint.make("name", known=True), mint.make("record number", known=True))
    head, gap, tail = text.partition("\n\n")
    return {
        "id": f"{author}-{len(mint.made)}", "patient": patient, "date": "2024-02-05", "type": "Progress note", "author": f"Ann {author}",
        "text": f"{head}\n{mint.sentences(3)}{gap}{tail}\n{mint.sentences(3)}\nSigned: {author}, {patient}\n",
    }  # fmt: skip


def write_manifest(folder: Path, policy: str) -> Path:
    """A manifest over the planted copies."""
    path = folder / f"{policy}.yaml"
    path.write_text(
        f"name: canaries\nversion: '1'\nlicense: mixed\ncontains_phi: true\ndeidentification: {{policy: {policy}}}\n"
        "sources:\n  - {format: fhir-bundle, path: 'charts/*.json'}\n  - {format: fhir-bundle, path: 'core/*.json'}\n"
        "  - {format: fhir-ndjson, path: bulk}\n  - {format: notes-jsonl, path: notes.jsonl}\n"
    )
    return path


def ingest(manifest: Path, workspace: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Run the command; its report, and whatever it printed or left in temporary files, even for a moment, by place."""
    scratch = workspace.with_name(f"{workspace.name}-tmp")
    scratch.mkdir()
    temporary: dict[Path, bytes] = {}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(scratch, temporary, done))
    watcher.start()
    command = [sys.executable, "-m", "api.cli", "ingest", str(manifest), "--workspace", str(workspace), "--json"]
    process = subprocess.run(command, capture_output=True, env={**os.environ, "TMPDIR": str(scratch)}, check=False)
    done.set()
    watcher.join()
    if process.returncode not in (0, 2):  # 2: the file that is cut off
        raise SystemExit(process.stderr.decode())
    _look(scratch, temporary)
    printed = {"stdout": process.stdout, "stderr": process.stderr, "temporary files": b"\n".join(temporary.values())}
    return json.loads(process.stdout), printed


def _watch(scratch: Path, temporary: dict[Path, bytes], done: threading.Event) -> None:
    while not done.is_set():
        _look(scratch, temporary)
        time.sleep(_LOOK_SECONDS)


def _look(scratch: Path, temporary: dict[Path, bytes]) -> None:
    for path in scratch.rglob("*"):
        try:
            temporary[path] = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        except OSError:  # gone since it was listed
            continue


def stored(workspace: Path) -> Iterator[tuple[str, bytes]]:
    """Every place of a workspace with its bytes: files as they lie, columns and payloads as they are read."""
    for path in sorted(workspace.rglob("*")):
        if path.is_file():
            yield f"file {path.relative_to(workspace).parts[0]}", path.read_bytes()
    with sqlite3.connect(workspace / "store.sqlite") as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
            for column in columns:
                rows = connection.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\'')
                yield f"column {table}.{column}", "\n".join(row[0] for row in rows).encode("utf-8", "surrogatepass")
    yield "index payloads", payloads(workspace)


def payloads(workspace: Path) -> bytes:
    """Ids and payloads of every point of the index."""
    import qdrant_edge as edge

    from api.opening import open_owner
    from rag.settings import Settings

    with open_owner(Settings(workspace=workspace), create=False) as owner:
        shard, found, offset = owner.index._open(), [], None  # type: ignore[attr-defined]
        while True:
            records, offset = shard.scroll(edge.ScrollRequest(limit=1000, offset=offset, with_payload=True, with_vector=False))
            found += [f"{record.id} {record.payload}" for record in records]
            if offset is None:
                return "\n".join(found).encode()


def found_in(content: bytes, canaries: Mapping[str, Canary]) -> dict[str, str]:
    """The canaries that stand in ``content``, as written or as digits alone, each with what stands around it."""
    low = content.lower()
    found = {}
    for value in canaries:
        for form in {value.lower(), re.sub(r"(?<=\d)[-.](?=\d)", "", value.lower())}:
            if (at := low.find(form.encode())) >= 0:
                found[value] = content[max(0, at - 40) : at + 60].decode("utf-8", "replace")
    return found


def measure(folder: Path, policy: str, canaries: Mapping[str, Canary], *, show: bool) -> int:
    """Ingest under one policy, look everywhere, print the table; gives the number of canaries found."""
    workspace = folder / f"workspace-{policy}"
    report, printed = ingest(write_manifest(folder, policy), workspace)
    hits: dict[str, set[str]] = {}
    places = {**printed}
    for place, content in stored(workspace):
        places[place] = places.get(place, b"") + content
    if CONTROL.encode() not in places["column documents.text"] or CONTROL.encode() not in places["file store.sqlite"]:
        raise SystemExit("the words around the canaries were not stored, so that nothing was measured")
    for place, content in places.items():
        for value, around in found_in(content, canaries).items():
            hits.setdefault(value, set()).add(place)
            if show:
                sys.stderr.write(f"{canaries[value].kind} in {place}: {around!r}\n")
    prepare = report["corpora"][0]["steps"]["prepare"]
    print_table(policy, canaries, hits, prepare)
    return len(hits)


def print_table(policy: str, canaries: Mapping[str, Canary], hits: Mapping[str, set[str]], prepare: Mapping[str, Any]) -> None:
    """Planted and found by kind, then the documents."""
    from rich.console import Console
    from rich.table import Table

    table = Table("kind", "told by the source", "planted", "found", "where", title=policy)
    groups = Counter((canary.kind, canary.known) for canary in canaries.values())
    for (kind, known), planted in sorted(groups.items()):
        places = [hits[v] for v, c in canaries.items() if (c.kind, c.known) == (kind, known) and v in hits]
        table.add_row(kind, "yes" if known else "no", str(planted), str(len(places)), ", ".join(sorted(set().union(*places))))
    table.add_row("all", "", str(len(canaries)), str(len(hits)), "")
    console = Console(width=140)
    console.print(table)
    console.print(f"documents: {prepare['in']} in, {prepare['out']} stored, dropped {prepare['dropped']}")


def main() -> int:
    """Plant, ingest under both policies, look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--charts", type=int, default=200, help="at most so many charts")
    parser.add_argument("--canaries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="an empty folder to leave sources and workspaces in")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=POLICIES)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        mint = Mint(options.seed, options.canaries)
        write_sources(folder, options.data, mint, options.charts)
        found = [measure(folder, policy, mint.made, show=options.show) for policy in options.policies]
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
