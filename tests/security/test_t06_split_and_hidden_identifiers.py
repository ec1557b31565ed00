"""Attack 6: identifiers split by lines and chunks, in headers, tables, captions, metadata, base64 and HL7 segments reach no index."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingestion.demo.pdf import Block, Heading, Paragraph, Table, render_pdf
from ingestion.pipeline import IngestReport
from tests.security.hospital import CANARIES, PATIENT, RESOURCES, SUBJECT, bytes_under, found_in, ingested, manifest, opened

HEADER = "QUAGMARSH, ZEBULONIA   MRN 77120431   Page 1 of 3"
FILLER = "The wound is clean and dry. Continue furosemide 40 mg daily.\n"
HL7 = (
    "PID|1||77120431^^^H^MR||QUAGMARSH^ZEBULONIA^T||19470813|F|||1847 LARKSPITTLE LANE^^VOSSBROOK^MA^02139-4417||6178842231\n"
    "NK1|1|WEXCOMBLEY^OBADIAHNA|SPO||6178847765\nOBX|1|NM|4548-4^Hemoglobin A1c||8.2|%\n"
)
TEXTS = {
    "split by lines": "Seen: Zebulonia\nQuagmarsh with Oba-\ndiahna Wexcombley. Phone 617-884-\n2231.\n" + FILLER,
    "split by chunks": "".join(f"{FILLER * n}Zebulonia {'very ' * n}ill; Zebulonia Quagmarsh, MRN 77120431, sleeps.\n" for n in range(12)),
    "page headers": f"{HEADER}\n{FILLER * 9}{HEADER}\n{FILLER * 9}{HEADER}\n",
    "tables": f"| Name | MRN |\n|---|---|\n| Quagmarsh, Zebulonia | 77120431 |\n| 617-884-2231 | Vossbrook |\n{FILLER}",
    "columns": (
        "Name             Born         Next of kin\nQUAGMARSH        08/13/1947   WEXCOMBLEY\nZEBULONIA        Vossbrook    OBADIAHNA\n"
        + FILLER
    ),
    "HL7": HL7 + FILLER,
    "initials and order": f"Q. Zebulonia; Quagmarsh,Zebulonia; Zebulonia_Quagmarsh.jpg\n{FILLER}",
}
PAGE = (
    "<html><head><title>Letter about Zebulonia Quagmarsh</title></head><body><h1>Zebulonia Quagmarsh</h1>"
    "<table><caption>Vitals of Quagmarsh</caption><tr><th>Name</th><td>Zebulonia</td></tr></table>"
    '<img alt="Quagmarsh on the ward" src="q.png">'
    "<figure><figcaption>Zebulonia Quagmarsh, 617-884-2231</figcaption></figure><p>Furosemide 40 mg daily.</p></body></html>"
)


def attachment(name: str, kind: str, content: bytes) -> dict[str, Any]:
    data = base64.b64encode(content).decode()
    return {
        "resourceType": "DocumentReference", "id": name.replace(" ", "-"), "status": "current", "subject": SUBJECT,
        "content": [{"attachment": {"contentType": kind, "data": data, "title": "Zebulonia Quagmarsh.pdf"}}],
    }  # fmt: skip


def pdf(name: str) -> bytes:
    blocks: list[Block] = [
        Heading(f"Discharge of {name}"),
        Paragraph((f"{name} was seen.", "Furosemide 40 mg daily.")),
        Table(("Name", "MRN"), ((name, "77120431"),), caption=f"Identity of {name}"),
    ]
    return render_pdf(blocks, title=f"Letter about {name}", running_head=f"{name}  MRN 77120431")


@pytest.fixture(scope="module", params=["safe_harbor", "date_shift"])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, IngestReport]]:
    folder = tmp_path_factory.mktemp(request.param)
    notes = [attachment(name, "text/plain", text.encode()) for name, text in TEXTS.items()]
    notes += [attachment("page", "text/html", PAGE.encode()), attachment("pdf", "application/pdf", pdf("Zebulonia Quagmarsh"))]
    carers = [r for r in RESOURCES if r["resourceType"] in ("Practitioner", "Organization")]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (PATIENT, *carers, *notes)]}
    (folder / "Brackenfurt_chart.json").write_text(json.dumps(bundle))
    (folder / "letters").mkdir()
    (folder / "letters" / "Wexcombley scan.pdf").write_bytes(pdf("Mary Johnson"))
    (folder / "letters" / "Thistlewyn-letter.html").write_text(
        PAGE.replace("Zebulonia Quagmarsh", "Mr. John Smith").replace("Quagmarsh", "John Smith")
    )
    path = folder / "m.yaml"
    path.write_text(manifest("m", request.param, [("fhir-bundle", "*.json"), ("document", "letters")]))
    with opened(folder) as owner:
        report = ingested(owner, path)
    yield folder, report


def test_t06_no_split_or_hidden_identifier_is_stored_or_indexed(ward: tuple[Path, IngestReport]) -> None:
    folder, report = ward
    canaries = [c for c in CANARIES if c != "Zebulonia"] + ["Zebulonia", "QUAGMARSH", "diahna", "19470813"]
    assert found_in(json.dumps(report.as_json()).encode(), canaries) == []
    assert {path.name: found for path, content in bytes_under(folder / "workspace") if (found := found_in(content, canaries))} == {}


def test_t06_the_clinical_words_around_them_stay(ward: tuple[Path, IngestReport]) -> None:
    folder, report = ward
    assert not report.failed
    with closing(sqlite3.connect(folder / "workspace" / "store.sqlite")) as connection:
        texts = [row[0] for row in connection.execute("SELECT text FROM documents")]
        reasons = connection.execute("SELECT reason FROM quarantine").fetchall()
    told = [text for text in texts if "urosemide 40 mg daily" in text]
    assert reasons == [] and len(told) >= len(TEXTS) + 4
    assert any("Hemoglobin A1c||8.2|%" in text for text in told)


def test_t06_an_identifier_in_base64_within_a_text_is_replaced_or_quarantines(tmp_path: Path) -> None:
    inner = base64.b64encode(b"Dear colleague, Zebulonia Quagmarsh (617-884-2231) came today.").decode()
    note = {"id": "1", "patient": "m", "author": "Zebulonia Quagmarsh", "text": f"Letter: {inner}\n{FILLER}", "type": "Note"}
    (tmp_path / "n.jsonl").write_text(json.dumps(note) + "\n")
    path = tmp_path / "m.yaml"
    path.write_text(manifest("m", "safe_harbor", [("notes-jsonl", "n.jsonl")]))
    with opened(tmp_path) as owner:
        step = ingested(owner, path).corpora[0].accounts.as_json()["prepare"]
        assert step["dropped"] in ({}, {"quarantined:residual_identifier": 1})
    kept = b"".join(file.read_bytes() for file in tmp_path.joinpath("workspace").rglob("*") if file.is_file())
    assert kept and inner[:40].encode() not in kept and b"Quagmarsh" not in kept
