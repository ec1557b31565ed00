"""Charts of about 1,000 facts each, in any number: a workspace to time typed answers in.

``ARCHETYPES`` charts are written as FHIR, read, de-identified and chunked by the code under test; every further patient is a copy of
one of them under ids of its own with every date some days later, so that no line is another patient's. A chart holds 60 encounters
over 12 years, each a document of about 12 lines, the rest of its resources by kind, and 12 notes whose facts are read from their text.
Only the notes are chunked into the index: typed answers do not search it, and an abstention searches notes.
"""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from api.opening import Owner
from ingestion.demo import phrases
from ingestion.demo.resources import CVX, LOINC, RXNORM, SNOMED, UCUM, concept, of_system
from ingestion.demo.scenario import Coding, load_codes
from ingestion.preparation import Job, Prepared, open_preparer
from ingestion.readers.fhir import read_fhir
from rag.citations import text_sha256
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.sealing import PatientSecret, seal_document, seal_patient, unseal_document
from rag.index.sync import replay_outbox
from rag.store.corpora import CorpusRecord, write_corpus
from rag.store.documents import write_documents
from rag.store.patients import PatientRow, remember_patient
from rag.store.records import DocumentRecord
from rag.types import Chunk, ChunkVectors, Document, Fact, Policy

ARCHETYPES = 10
CORPUS, DOMAIN, SEED = "charts", "bench", 20261121
ENCOUNTERS, DAYS_BETWEEN = 60, 73
EVERY_TIME = ("a1c", "creatinine", "potassium")
"""Laboratory values of each encounter: series of 60 values."""
IN_TURN = ("glucose", "bun", "sodium", "bicarbonate", "magnesium", "egfr", "ntprobnp", "hemoglobin", "wbc", "platelets", "crp", "tsh",
           "ft4", "ldl", "hdl", "alt", "albumin", "calcium", "lactate", "inr", "uacr", "procalcitonin", "phq9", "pco2", "lvef",
           "pain")  # fmt: skip
VITALS = ("hr", "weight", "temp", "spo2")
PATIENTS_PER_WRITE = 5
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Archetype:
    """One prepared chart with the vectors of its notes' chunks."""

    prepared: tuple[Prepared, ...]
    vectors: dict[str, ChunkVectors]

    @property
    def facts(self) -> int:
        """How many facts its documents hold."""
        return sum(len(item.facts) for item in self.prepared)


def patient_name(number: int) -> str:
    """The pseudonym of a generated patient."""
    return f"p-typed{number:09d}"


class Builder:
    """Adds charts to an open workspace until it holds enough facts; ``former`` filled the same workspace before."""

    def __init__(self, owner: Owner, former: Builder | None = None) -> None:
        self._owner = owner
        self._archetypes: tuple[Archetype, ...] = former._archetypes if former else ()
        self.patients = former.patients if former else 0
        self.facts = former.facts if former else 0

    def grow(self, facts: int) -> None:
        """Write whole charts until the workspace holds at least ``facts`` facts."""
        database = self._owner.workspace.database
        if not self._archetypes:
            roles = ("clinician", "coordinator", "qa")
            write_corpus(database, CorpusRecord(CORPUS, "1", "Apache-2.0", True, "date_shift", roles, DOMAIN))
            self._archetypes = tuple(_archetype(self._owner, number) for number in range(ARCHETYPES))
        while self.facts < facts:
            records: list[DocumentRecord] = []
            for _ in range(PATIENTS_PER_WRITE):
                if self.facts < facts:
                    chart = self._archetypes[self.patients % ARCHETYPES]
                    records += self._copies(chart, patient_name(self.patients), self.patients // ARCHETYPES)
                    self.patients, self.facts = self.patients + 1, self.facts + chart.facts
            write_documents(database, records, "bench")
            replay_outbox(database, self._owner.index)
        self._owner.index.optimize()

    def _copies(self, chart: Archetype, patient: str, days: int) -> Iterator[DocumentRecord]:
        keys = self._owner.workspace.keys
        secret = PatientSecret(f"source-{patient}", frozenset())
        remember_patient(self._owner.workspace.database, PatientRow(patient, DOMAIN, (), seal_patient(keys, secret, patient)))
        for item in chart.prepared:
            doc_id = keys.document_id(CORPUS, f"{patient}/{item.document.doc_id}")
            sha256 = item.document.sha256
            secrets = unseal_document(keys, item.sealed, item.document.doc_id, sha256)
            document = _later(item.document, days, doc_id, patient)
            kept = [chunk for chunk in item.chunks if chunk.chunk_id in chart.vectors]
            yield DocumentRecord(
                key_digest=f"{patient}{item.key_digest}",
                source_sha256=item.source_sha256,
                document=document,
                chunks=tuple(_chunk(chunk, document) for chunk in kept),
                vectors=tuple(chart.vectors[chunk.chunk_id] for chunk in kept),
                facts=tuple(_fact(fact, document, days) for fact in item.facts),
                sealed=seal_document(keys, replace(secrets, patient=f"source-{patient}"), doc_id, document.sha256),
            )


def _later(document: Document, days: int, doc_id: str, patient: str) -> Document:
    text = _DATE.sub(lambda match: _moved(match[0], days) or "", document.text)
    moved = {"date": _moved(document.date, days), "time": _moved(document.time, days)}
    return replace(document, doc_id=doc_id, sha256=text_sha256(text), patient=patient, text=text, **moved)


def _chunk(chunk: Chunk, document: Document) -> Chunk:
    name, text = str(uuid5(NAMESPACE_OID, f"{document.doc_id}:{chunk.ordinal}")), document.text[chunk.start : chunk.end]
    return replace(chunk, chunk_id=name, doc_id=document.doc_id, doc_sha256=document.sha256, text=text)


def _fact(fact: Fact, document: Document, days: int) -> Fact:
    slots = tuple(
        replace(slot, text=document.text[slot.start : slot.end], time=_moved(slot.time, days)) if slot.time else slot for slot in fact.slots
    )
    times = {"time": _moved(fact.time, days), "end_time": _moved(fact.end_time, days)}
    return replace(fact, patient=document.patient or "", doc_id=document.doc_id, doc_sha256="", slots=slots, **times)


def _moved(iso: str | None, days: int) -> str | None:
    """A whole day, so much later; a month or year as it is."""
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat() if iso and len(iso) == len("2020-01-01") else iso


def _archetype(owner: Owner, number: int) -> Archetype:
    workspace = owner.workspace
    preparer = open_preparer(workspace.settings.key_path, workspace.settings.max_tokens_per_chunk)
    bundle = json.dumps(_bundle(number)).encode()
    name = f"archetype-{number}"
    prepared = []
    for raw in read_fhir([(f"{name}.json", bundle)], name).documents:
        identity = PatientIdentity(name, raw.identifiers, workspace.keys.date_offset_days(name))
        doc_id = workspace.keys.document_id(CORPUS, raw.key)
        outcome = preparer.prepare(Job(raw, CORPUS, Policy.DATE_SHIFT, doc_id, raw.key, raw.key, identity))
        if not isinstance(outcome, Prepared):
            raise SystemExit(f"a generated document was quarantined: {outcome.reason}")
        prepared.append(outcome)
    chunks = [chunk for item in prepared if _is_narrative(item) for chunk in item.chunks]
    spans = [[replace(span, start=span.start - c.start, end=span.end - c.start) for span in c.sentences] for c in chunks]
    made = owner.embedder.embed_chunks([chunk.text for chunk in chunks], spans)
    return Archetype(tuple(prepared), {chunk.chunk_id: vectors for chunk, vectors in zip(chunks, made, strict=True)})


def _is_narrative(item: Prepared) -> bool:
    return len(item.document.resources) <= 1 and all(fact.origin == "text" for fact in item.facts)


class _Chart:
    """One bundle in the making."""

    def __init__(self, number: int) -> None:
        self.draw = random.Random(f"{SEED}:{number}")
        self.patient = f"bench-{number:03d}"
        self.codes = load_codes()
        self.entries: list[Resource] = []
        measured = self.codes["labs"] | self.codes["vitals"]
        self.values = {key: self.draw.uniform(*_limits(coding)) for key, coding in measured.items()}

    def add(self, kind: str, **fields: Any) -> None:
        """Append a resource of the patient."""
        subject = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
        identity = fields.pop("id", f"{self.patient}-{len(self.entries):04d}")
        named = {} if kind == "Patient" else {subject: {"reference": f"Patient/{self.patient}"}}
        self.entries.append({"resource": {"resourceType": kind, "id": identity, **named, **fields}})


def _limits(coding: Coding) -> tuple[float, float]:
    low, high = coding.range or (40, 90)
    low, high = (low if low is not None else (high or 1) / 4), (high if high is not None else (low or 1) * 2)
    return float(low), float(high) * 1.3


def _bundle(number: int) -> Resource:
    chart = _Chart(number)
    draw = chart.draw
    given, family = draw.choice(phrases.FEMALE_NAMES), draw.choice(phrases.FAMILY_NAMES)
    chart.add("Patient", id=chart.patient, name=[{"given": [given], "family": family}], gender="female", birthDate="1951-04-12")
    day = date(2012, 1, 9) + timedelta(days=draw.randint(0, 90))
    for visit in range(ENCOUNTERS):
        _visit(chart, visit, day + timedelta(days=DAYS_BETWEEN * visit + draw.randint(0, 20)), f"{given} {family}")
    return {"resourceType": "Bundle", "type": "collection", "entry": chart.entries}


def _visit(chart: _Chart, number: int, day: date, name: str) -> None:
    identity, draw = f"{chart.patient}-e{number:02d}", chart.draw
    when = f"{day.isoformat()}T{draw.randint(8, 16):02d}:{draw.choice((10, 25, 40)):02d}:00-05:00"
    place = {"encounter": {"reference": f"Encounter/{identity}"}}
    emergency = number % 11 == 5
    visit_class = {"code": "EMER" if emergency else "AMB", "display": "emergency" if emergency else "ambulatory"}
    kind = [{"text": "Emergency department visit" if emergency else "Office visit"}]
    chart.add("Encounter", id=identity, status="finished", **{"class": visit_class}, type=kind, period={"start": when, "end": when})
    _pressure(chart, place, when)
    for key in VITALS:
        _measured(chart, "vitals", key, place, when)
    labs = (*EVERY_TIME, IN_TURN[number % len(IN_TURN)])
    for key in labs:
        _measured(chart, "labs", key, place, when)
    _history(chart, number, place, day, when)
    if number % 5 == 1:
        _write_note(chart, labs, place, when, name)


def _measured(chart: _Chart, family: str, key: str, place: Resource, when: str) -> None:
    coding = chart.codes[family][key]
    chart.values[key] *= chart.draw.uniform(0.95, 1.05)
    quantity: Resource = {"value": round(chart.values[key], 1), "unit": coding.unit, "system": UCUM, "code": coding.ucum or coding.unit}
    category = [of_system("observation-category", "vital-signs" if family == "vitals" else "laboratory")]
    fields = {"code": concept(coding, LOINC), "effectiveDateTime": when, "valueQuantity": quantity}
    chart.add("Observation", status="final", category=category, **fields, **place)


def _pressure(chart: _Chart, place: Resource, when: str) -> None:
    vitals = chart.codes["vitals"]
    unit = {"unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
    values = {"sbp": chart.draw.randint(108, 171), "dbp": chart.draw.randint(60, 98)}
    parts = [{"code": concept(vitals[key], LOINC), "valueQuantity": {"value": value, **unit}} for key, value in values.items()]
    code = concept(Coding(code="85354-9", display="Blood pressure panel with all children optional", text="Blood pressure"), LOINC)
    category = [of_system("observation-category", "vital-signs")]
    chart.add("Observation", status="final", category=category, code=code, effectiveDateTime=when, component=parts, **place)


def _history(chart: _Chart, number: int, place: Resource, day: date, when: str) -> None:
    """What else happened at a visit: a problem, a drug, a procedure, a vaccine, an allergy or a report, each in its turn."""
    codes, draw = chart.codes, chart.draw
    problems, drugs, acts, vaccines, studies, substances = (
        list(codes[family].values()) for family in ("conditions", "drugs", "procedures", "vaccines", "studies", "substances")
    )
    if number < len(problems):
        ended = number % 3 == 2
        status = of_system("condition-clinical", "resolved" if ended else "active")
        abated = {"abatementDateTime": (day + timedelta(days=120)).isoformat()} if ended else {}
        code = concept(problems[number], SNOMED)
        chart.add(
            "Condition", clinicalStatus=status, code=code, onsetDateTime=day.isoformat(), recordedDate=day.isoformat(), **abated, **place
        )
    if number < len(drugs):
        status, reason = ("active" if number // 6 % 2 else "stopped"), [{"text": problems[number % 6].label}]
        sig = [{"text": "1 tablet by mouth once daily", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}]
        code = concept(drugs[number], RXNORM)
        fields = {"medicationCodeableConcept": code, "authoredOn": day.isoformat(), "dosageInstruction": sig, "reasonCode": reason}
        chart.add("MedicationRequest", status=status, intent="order", **fields, **place)
    if number % 2:
        code = concept(acts[number // 2 % len(acts)], SNOMED)
        chart.add("Procedure", status="completed", code=code, performedDateTime=when, **place)
    if number % 3 == 0:
        code = concept(vaccines[number // 3 % len(vaccines)], CVX)
        chart.add("Immunization", status="completed", vaccineCode=code, occurrenceDateTime=day.isoformat())
    if number % 12 == 0 and number // 12 < len(substances) - 1:
        code, reaction = concept(substances[number // 12], SNOMED), [{"manifestation": [{"text": draw.choice(("Hives", "Rash", "Cough"))}]}]
        status = of_system("allergyintolerance-clinical", "active")
        chart.add("AllergyIntolerance", clinicalStatus=status, code=code, recordedDate=day.isoformat(), reaction=reaction)
    if number % 5 == 4:
        code = concept(studies[number // 5 % len(studies)], LOINC)
        told = "No acute change since the prior study."
        chart.add("DiagnosticReport", status="final", code=code, effectiveDateTime=when, conclusion=told, **place)


def _write_note(chart: _Chart, labs: Sequence[str], place: Resource, when: str, name: str) -> None:
    draw, codes = chart.draw, chart.codes
    symptoms = draw.sample(phrases.SYMPTOMS, 4)
    results = " ".join(f"{codes['labs'][key].label} {round(chart.values[key], 1)} {codes['labs'][key].unit}." for key in labs)
    drugs = draw.sample([coding.label for coding in codes["drugs"].values()], 3)
    problems = draw.sample([coding.label for coding in codes["conditions"].values()], 2)
    text = (
        f"PROGRESS NOTE\nPatient: {name}\nDate of service: {when[:10]}\n\nHISTORY OF PRESENT ILLNESS:\n"
        f"{draw.choice(phrases.DENIALS).format(a=symptoms[0], b=symptoms[1], c=symptoms[2])} {draw.choice(phrases.MOODS)}\n\n"
        f"FAMILY HISTORY:\n{draw.choice(phrases.FAMILY)}\n\nMEDICATIONS:\n- {drugs[0]}\n- {drugs[1]}\n- {drugs[2]}\n\n"
        f"RESULTS:\n{results}\n\n"
        f"ASSESSMENT AND PLAN:\n1. {problems[0]}: stable.\n2. {problems[1]}: continue {drugs[0]}.\n"
        f"{draw.choice(phrases.CONDITIONALS).format(d=symptoms[3])}\n\n{draw.choice(phrases.SIGNERS)}\n"
    )
    attachment = {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode("ascii")}
    code = concept(codes["documents"]["progress"], LOINC)
    context = {"encounter": [place["encounter"]]}
    chart.add("DocumentReference", status="current", type=code, date=when, content=[{"attachment": attachment}], context=context)
