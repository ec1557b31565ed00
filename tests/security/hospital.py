"""A small hospital whose every identifier is a canary: a word or number that stands nowhere but where it was planted."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.opening import Owner, open_owner
from api.progress import Counters
from ingestion.pipeline import IngestReport, ingest
from rag.settings import Settings

Resource = dict[str, Any]

# The patient's, relatives' and carers' names are in no list of names: only the source says that they are names.
NAMES = [
    "Zebulonia", "Quagmarsh", "Thistlewyn", "Brackenfurt", "Obadiahna", "Wexcombley", "Marrowgate", "Ferngillian",
    "Pellinorva", "Dunwiddle", "Grimalkyn", "Sorrelwick",
]  # fmt: skip
NUMBERS = ["77120431", "4471-882-19", "617-884-2231", "6178842231", "617-884-7765", "912-55-0147", "02139-4417", "1847 Larkspittle"]
PLACES = ["Larkspittle", "Vossbrook", "Hollerwynne"]
MAIL = ["zq.private@quagmarsh-mail.test", "quagmarsh-mail"]
# No two lie whole weeks apart, so that a date moved by a patient's offset is never another canary.
DATES = ["1947-08-13", "2024-02-03", "2024-02-05", "2024-03-12", "08/13/1947"]
FILES = ["Brackenfurt_chart", "Thistlewyn-letter", "Wexcombley scan"]
IDS = ["pat-zq-001144", "obs-zq-991", "enc-zq-417"]
STRANGERS = ["Mary Johnson", "John Smith"]
CANARIES = [*NAMES, *STRANGERS, *NUMBERS, *PLACES, *MAIL, *DATES, *FILES, *IDS]
SNOMED = "http://snomed.info/sct"

PATIENT: Resource = {
    "resourceType": "Patient", "id": "pat-zq-001144",
    "name": [{"given": ["Zebulonia", "Thistlewyn"], "family": "Quagmarsh"}],
    "birthDate": "1947-08-13",
    "telecom": [{"system": "phone", "value": "617-884-2231"}, {"system": "email", "value": "zq.private@quagmarsh-mail.test"}],
    "address": [{"line": ["1847 Larkspittle Lane"], "city": "Vossbrook", "state": "MA", "postalCode": "02139-4417"}],
    "identifier": [
        {"type": {"coding": [{"code": "MR"}]}, "value": "77120431"},
        {"type": {"coding": [{"code": "SS"}]}, "value": "912-55-0147"},
        {"type": {"coding": [{"code": "MB"}]}, "value": "4471-882-19"},
    ],
    "contact": [{"name": {"given": ["Obadiahna"], "family": "Wexcombley"}, "telecom": [{"system": "phone", "value": "617-884-7765"}]}],
}  # fmt: skip
PRACTITIONER: Resource = {"resourceType": "Practitioner", "id": "prac-1", "name": [{"given": ["Ferngillian"], "family": "Marrowgate"}]}
HOSPITAL: Resource = {"resourceType": "Organization", "id": "org-1", "name": "Hollerwynne Infirmary"}
SUBJECT = {"reference": "Patient/pat-zq-001144", "display": "Zebulonia Quagmarsh"}
IN_VISIT = {"subject": SUBJECT, "encounter": {"reference": "Encounter/enc-zq-417"}}
VISIT: Resource = {
    "resourceType": "Encounter", "id": "enc-zq-417", "status": "finished", "class": {"code": "AMB"}, "subject": SUBJECT,
    "type": [{"text": "Visit of Quagmarsh", "coding": [{"system": SNOMED, "code": "390906007"}]}],
    "participant": [{"individual": {"reference": "Practitioner/prac-1", "display": "Dr. Ferngillian Marrowgate"}}],
    "serviceProvider": {"reference": "Organization/org-1", "display": "Hollerwynne Infirmary"},
    "period": {"start": "2024-02-03T09:00:00-05:00", "end": "2024-02-03T09:30:00-05:00"},
}  # fmt: skip
NOTE = """Hollerwynne Infirmary
Patient: Zebulonia T. Quagmarsh   DOB: 08/13/1947   MRN 77120431   SSN 912-55-0147
Lives at 1847 Larkspittle Lane, Vossbrook, MA 02139-4417; phone (617) 884-2231.
Zebu\u200blonia was brought by Obadiahna Wexcombley (617.884.7765) on 2024-02-03.

ASSESSMENT:
Heart failure with an ejection fraction of 35 %. Start furosemide 40 mg daily.
QUAGMARSH, ZEBULONIA denies chest pain. Quag-
marsh walks with a frame; see Thistlewyn's form and zq.private@quagmarsh-mail.test.

Electronically signed by Dr. Ferngillian Marrowgate, 2024-02-05
"""


def coded(text: str, code: str = "1") -> Resource:
    """A CodeableConcept whose text a person typed beside a code."""
    return {"text": text, "coding": [{"system": SNOMED, "code": code, "display": "Clinical finding"}]}


def observation(name: str, **fields: Any) -> Resource:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": coded("Hemoglobin A1c", "43396009"),
        "effectiveDateTime": "2024-02-03T09:10:00-05:00", **IN_VISIT, **fields,
    }  # fmt: skip


def document_reference(name: str, text: str, **fields: Any) -> Resource:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": name, "status": "current", "date": "2024-02-05T10:00:00Z", "subject": SUBJECT,
        "context": {"encounter": [{"reference": "Encounter/enc-zq-417"}]},
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data, "title": "Quagmarsh.txt"}}], **fields,
    }  # fmt: skip


RESOURCES: list[Resource] = [
    PATIENT, PRACTITIONER, HOSPITAL, VISIT,
    observation("obs-zq-991", valueQuantity={"value": 8.2, "unit": "%"}),
    observation("o1", valueCodeableConcept=coded("fall at the home of Mary Johnson")),
    observation("o2", valueString="as told by Zebulonia Quagmarsh at 617-884-2231"),
    observation("o3", valueCodeableConcept=coded("seen with Quagmarsh")),
    observation("o4", code=coded("Dizziness of Zebulonia", "2"), valueQuantity={"value": 3, "unit": "times"}),
    observation("o5", valueQuantity={"value": 7, "unit": "drops for Quagmarsh"}, note=[{"text": "called Obadiahna 617-884-7765"}]),
    observation("o6", valueQuantity={"value": 7, "unit": "mg"}, interpretation=[coded("high, said Marrowgate")]),
    observation("o7", component=[{"code": coded("Pain of Quagmarsh", "3"), "valueString": "Wexcombley"}]),
    {"resourceType": "Condition", "id": "c1", "code": coded("Heart failure known to Marrowgate", "84114007"), "recordedDate": "2024-03-12",
     "clinicalStatus": {"text": "Quagmarsh"}, "note": [{"text": "MRN 77120431, born 1947-08-13"}], **IN_VISIT},
    {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT, "code": coded("Penicillin (mother Wexcombley)", "7984"),
     "reaction": [{"description": "hives, seen by Obadiahna", "manifestation": [coded("hives on Zebulonia", "4")]}]},
    {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order", "authoredOn": "2024-02-03", **IN_VISIT,
     "medicationCodeableConcept": coded("Furosemide 40 mg for Quagmarsh", "4603"),
     "dosageInstruction": [{"text": "one daily, Obadiahna Wexcombley helps", "route": coded("oral by Obadiahna", "5")}]},
    {"resourceType": "QuestionnaireResponse", "id": "q1", "status": "completed", "authored": "2024-02-03", **IN_VISIT,
     "item": [{"linkId": "Zebulonia", "text": "Does Zebulonia live alone?", "answer": [{"valueString": "No, with Wexcombley"}]},
              {"linkId": "2", "answer": [{"valueCoding": {"code": "x", "display": "Quagmarsh family"}}]}]},
    {"resourceType": "CareTeam", "id": "ct1", "status": "active", "name": "Team Quagmarsh", **IN_VISIT,
     "participant": [{"member": {"display": "Obadiahna Wexcombley"}}]},
    document_reference(
        "d1", NOTE, type=coded("Letter of Marrowgate to Quagmarsh", "11488-4"), description="Letter about Zebulonia Quagmarsh"
    ),
    document_reference("d2", NOTE.replace("35 %", "40 %"), type={"text": "Quagmarsh private"}),
    {"resourceType": "DocumentReference", "id": "d3", "status": "current", "subject": SUBJECT,
     "content": [{"attachment": {"contentType": "application/x-Quagmarsh", "data": "AAAA"}}]},
    {"resourceType": "Quagmarsh", "id": "x1", "subject": SUBJECT},
    {"resourceType": "Composition", "id": "k1", "status": "final", "title": "Summary of Quagmarsh", "date": "2024-02-05", **IN_VISIT,
     "type": coded("Summary for Wexcombley", "60591-5"),
     "section": [{"title": "What Zebulonia told", "text": {"status": "generated", "div": "<div>Quagmarsh sleeps well.</div>"}}]},
]  # fmt: skip
NOTES: list[Resource] = [
    {"id": "Quagmarsh-1", "patient": "77120431", "date": "2024-02-03 Zebulonia", "type": "Quagmarsh visit note",
     "author": "Pellinorva Dunwiddle", "encounter": "Zebulonia",
     "text": "Seen by Pellinorva Dunwiddle. Zebulonia Quagmarsh, phone 617-884-2231, takes furosemide 80 mg daily.\n"},
    {"id": "n2", "patient": "Grimalkyn-5", "date": "2024-03-12", "type": "Nursing note", "author": "Sorrelwick",
     "text": "Denies chest pain on 2024-03-12. Signed Sorrelwick.\n"},
]  # fmt: skip
BROKEN_FILES = ("Brackenfurt_chart 2.json", "Thistlewyn-letter.pdf", "letters/Wexcombley scan.Quagmarsh", "letters/Thistlewyn-letter 3.pdf")


def manifest(name: str, policy: str, sources: list[tuple[str, str]], *, phi: bool = True, extra: str = "") -> str:
    listed = "".join(f"  - {{format: {kind}, path: '{path}'}}\n" for kind, path in sources)
    return (
        f"name: {name}\nversion: '1'\nlicense: CC0-1.0\ncontains_phi: {str(phi).lower()}\n"
        f"deidentification: {{policy: {policy}}}\n{extra}sources:\n{listed}"
    )


def write_hospital(folder: Path, policy: str) -> Path:
    """The hospital's files and its manifest."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in RESOURCES]}
    (folder / "letters").mkdir(parents=True)
    (folder / "charts").mkdir()
    (folder / "charts" / "Brackenfurt_chart.json").write_text(json.dumps(bundle))
    (folder / "charts" / BROKEN_FILES[0]).write_text(json.dumps(bundle)[:-40])
    (folder / BROKEN_FILES[1]).write_bytes(b"%PDF-1.4 broken")
    (folder / BROKEN_FILES[2]).write_bytes(b"scan")
    (folder / BROKEN_FILES[3]).write_bytes(b"")
    (folder / "letters" / "Brackenfurt_chart letter.txt").write_text("Dr. John Smith saw Mary Johnson, MRN 77120431, phone 617-884-2231.\n")
    (folder / "notes.jsonl").write_text("".join(json.dumps(note) + "\n" for note in NOTES))
    sources = [("fhir-bundle", "charts/*.json"), ("document", "*.pdf"), ("document", "letters"), ("notes-jsonl", "notes.jsonl")]
    path = folder / "hospital.yaml"
    path.write_text(manifest("hospital", policy, sources))
    return path


def ingested(owner: Owner, *manifests: Path) -> IngestReport:
    """Ingest into an open workspace."""
    with Counters() as progress:
        return ingest(owner.workspace, owner.index, owner.embedder, list(manifests), progress)


@contextmanager
def opened(folder: Path) -> Iterator[Owner]:
    """The workspace of a folder, made where it is not there."""
    with open_owner(Settings(workspace=folder / "workspace", workers=0), create=True) as owner:
        yield owner


def bytes_under(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a folder with its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def found_in(content: bytes, canaries: list[str]) -> list[str]:
    """The canaries that stand in some bytes, whatever their case, as UTF-8 or UTF-16."""
    low = content.lower()
    return [c for c in canaries if c.lower().encode() in low or c.lower().encode("utf-16-le") in low]
