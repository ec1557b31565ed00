"""A workspace of any size, written directly: generated sentences, vectors drawn around really embedded ones, facts, patients.

``size`` chunks of literature (a corpus without PHI) and a quarter as many of charts, 100 chunks per patient. Each sentence is a
pattern filled anew with numbers; its vector is the pattern's, embedded once, with noise. So questions find evidence and are answered,
while 100,000 chunks take minutes and not the half hour that embedding them would. Workspaces are kept and used again.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from api.opening import Owner, open_owner
from rag.citations import text_sha256
from rag.embedding import Embedder
from rag.index.sync import replay_outbox
from rag.numeric import Vector
from rag.settings import Settings
from rag.store.corpora import CorpusRecord, write_corpus
from rag.store.documents import write_documents
from rag.store.patients import PatientRow, remember_patient
from rag.store.records import DocumentRecord
from rag.types import Chunk, ChunkVectors, Document, Fact, Span

VERSION = 1
SEED = 20261121
LITERATURE, CHARTS, DOMAIN = "literature", "charts", "bench"
CHART_SHARE = 4
CHUNKS_PER_DOCUMENT = 10
CHUNKS_PER_PATIENT = 100
SENTENCES_PER_CHUNK = 7
PATTERNS = 3_000
NOISE = 0.02
"""Standard deviation of the noise per dimension: a cosine of about 0.93 between a sentence's vector and its pattern's."""
DOCUMENTS_PER_WRITE = 200
BUILT = "built.json"

DRUGS = ("metformin", "lisinopril", "empagliflozin", "apixaban", "warfarin", "carvedilol", "sertraline", "methotrexate", "tamoxifen",
         "rituximab", "vancomycin", "prednisone", "levothyroxine", "omeprazole", "allopurinol", "spironolactone")  # fmt: skip
DISEASES = ("heart failure", "atrial fibrillation", "type 2 diabetes", "chronic kidney disease", "asthma", "breast cancer",
            "gout", "rheumatoid arthritis", "depression", "ischemic stroke", "pneumonia", "hypothyroidism", "Crohn's disease",
            "sepsis")  # fmt: skip
OUTCOMES = ("mortality", "major bleeding", "hospital readmission", "hypoglycemia", "renal decline", "relapse", "quality of life",
            "infection", "length of stay", "nausea", "fracture", "blood pressure")  # fmt: skip
SYMPTOMS = ("chest pain", "dyspnea", "palpitations", "dizziness", "leg swelling", "blurred vision", "fever", "cough", "weight loss")
LABS = ("Hemoglobin A1c", "Creatinine", "Potassium", "Sodium", "Hemoglobin", "Platelets", "Ferritin", "TSH", "Albumin")
SITES = ("Northfield", "Ashgrove", "Kettering", "Millbrook", "Dunmore", "Larkhall", "Eastwick", "Redmoor", "Salcombe", "Tarnside")
WORDS = {"drug": DRUGS, "disease": DISEASES, "outcome": OUTCOMES, "lab": LABS, "site": SITES}
LITERATURE_FORMS = (
    "Among {{n}} adults with {disease}, {drug} lowered {outcome} by {{f}} percent compared with placebo.",
    "{drug} did not change {outcome} in {disease} (hazard ratio {{f}}, {{n}} events).",
    "The {site} trial gave {drug} to {{n}} patients with {disease} and followed {outcome} for {{s}} months.",
    "Guidance: in {disease}, offer {drug} when {outcome} is a concern, and review after {{s}} weeks.",
    "{outcome} occurred in {{f}} percent of the {drug} group at {site}.",
    "Evidence on {drug} and {outcome} in {disease} remains of low certainty ({{s}} studies).",
)
CHART_FORMS = (
    "20{{y}}-0{{d}}-1{{d}} {lab}: {{f}}.",
    "Continue {drug} {{s}} mg daily for {disease}.",
    "Denies {symptom} and {other}.",
    "Reports {symptom} for {{s}} days.",
    "Mother had {disease} at age {{s}}.",
    "{drug} stopped in 20{{y}} because of {symptom}.",
    "Known {disease}, seen at {site} {{s}} weeks ago.",
)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Sentences with numbers left open, and the unit vector of each, float32[n, d]."""

    forms: tuple[str, ...]
    vectors: Vector


def open_big_workspace(folder: Path, size: int) -> Path:
    """The workspace of ``size`` chunks under ``folder``, built if it is not there: about 2 minutes per 100,000."""
    workspace = folder / f"workspace-{size}"
    wanted = {"version": VERSION, "size": size}
    marker = workspace / BUILT
    if marker.exists() and wanted.items() <= json.loads(marker.read_text()).items():
        return workspace
    shutil.rmtree(workspace, ignore_errors=True)
    started = time.perf_counter()
    with open_owner(Settings(workspace=workspace), create=True) as owner:
        _fill(owner, size)
        written = time.perf_counter()
        owner.index.optimize()
    done = time.perf_counter()
    marker.write_text(json.dumps({**wanted, "write_seconds": round(written - started, 1), "optimize_seconds": round(done - written, 1)}))
    return workspace


def patient_name(number: int) -> str:
    """The pseudonym of a generated patient."""
    return f"p-bench{number:09d}"


def patients_of(size: int) -> int:
    """How many patients a workspace of that size holds: at least one."""
    return max(1, size // CHART_SHARE // CHUNKS_PER_PATIENT)


def _fill(owner: Owner, size: int) -> None:
    database, random = owner.workspace.database, np.random.default_rng(SEED)
    roles = ("clinician", "coordinator", "qa")
    write_corpus(database, CorpusRecord(LITERATURE, "1", "Apache-2.0", False, "none", roles, LITERATURE))
    write_corpus(database, CorpusRecord(CHARTS, "1", "Apache-2.0", True, "date_shift", roles, DOMAIN))
    for number in range(patients_of(size)):
        remember_patient(database, PatientRow(patient_name(number), DOMAIN, (), b""))
    window: list[DocumentRecord] = []
    documents = size // CHUNKS_PER_DOCUMENT
    patterns = _patterns(owner.embedder, random, LITERATURE_FORMS), _patterns(owner.embedder, random, CHART_FORMS)
    for number, record in enumerate(_records(random, *patterns, documents)):
        window.append(record)
        if len(window) == DOCUMENTS_PER_WRITE:
            _write(owner, window)
            window = []
            if number % 5_000 < DOCUMENTS_PER_WRITE:
                print(f"workspace-{size}: {number + 1} of {documents + documents // CHART_SHARE} documents", file=sys.stderr)
    _write(owner, window)


def _write(owner: Owner, window: list[DocumentRecord]) -> None:
    write_documents(owner.workspace.database, window, "bench")
    replay_outbox(owner.workspace.database, owner.index)


def _patterns(embedder: Embedder, random: np.random.Generator, templates: tuple[str, ...]) -> Patterns:
    forms = []
    for number in range(PATTERNS):
        symptom, other = random.choice(SYMPTOMS, 2, replace=False)
        words = {name: str(random.choice(values)) for name, values in WORDS.items()}
        forms.append(_capitalised(templates[number % len(templates)].format(symptom=symptom, other=other, **words)))
    texts = [_filled(form, random) for form in forms]
    made = embedder.embed_chunks(texts, [[Span(0, len(text))] for text in texts])
    return Patterns(tuple(forms), np.stack([vectors.chunk for vectors in made]))


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _filled(form: str, random: np.random.Generator) -> str:
    n, s, y, d = random.integers([40, 2, 10, 1], [9000, 90, 24, 9])
    return form.format(n=n, s=s, y=y, d=d, f=f"{random.uniform(0.3, 14):.2f}")


def _records(random: np.random.Generator, literature: Patterns, charts: Patterns, documents: int) -> Iterator[DocumentRecord]:
    for number in range(documents):
        yield _record(random, literature, LITERATURE, number, None)
    for number in range(documents // CHART_SHARE):
        patient = number * CHUNKS_PER_DOCUMENT // CHUNKS_PER_PATIENT % patients_of(documents * CHUNKS_PER_DOCUMENT)
        yield _record(random, charts, CHARTS, number, patient_name(patient))


def _record(random: np.random.Generator, patterns: Patterns, corpus: str, number: int, patient: str | None) -> DocumentRecord:
    chosen = random.integers(len(patterns.forms), size=(CHUNKS_PER_DOCUMENT, SENTENCES_PER_CHUNK))
    lines = [[_filled(patterns.forms[at], random) for at in row] for row in chosen]
    text = "\n".join(" ".join(line) for line in lines)
    doc_id, sha256 = f"d-{corpus}-{number:09d}", text_sha256(text)
    chunks = tuple(_chunks(doc_id, sha256, text, lines))
    noise = random.standard_normal((*chosen.shape, patterns.vectors.shape[1]), dtype=np.float32) * NOISE
    sentences = _unit(patterns.vectors[chosen] + noise)
    means = _unit(sentences.mean(axis=1))
    vectors = tuple(ChunkVectors(mean, rows.astype(np.float16)) for mean, rows in zip(means, sentences, strict=True))
    date = f"20{number % 14 + 10}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    kind = "note" if patient else "article"
    document = Document(doc_id, sha256, corpus, patient, kind, f"Document {number}", date, f"{number}.txt", text)
    facts = tuple(_facts(document, chunks)) if patient else ()
    return DocumentRecord(f"{corpus}{number}", sha256, document, chunks, vectors, facts, b"")


def _chunks(doc_id: str, sha256: str, text: str, lines: list[list[str]]) -> Iterator[Chunk]:
    start = 0
    for ordinal, line in enumerate(lines):
        at, spans = start, []
        for sentence in line:
            spans.append(Span(at, at + len(sentence)))
            at += len(sentence) + 1
        chunk_id = str(uuid5(NAMESPACE_OID, f"{doc_id}:{ordinal}"))
        yield Chunk(chunk_id, doc_id, sha256, ordinal, start, at - 1, text[start : at - 1], "other", tuple(spans))
        start = at


def _facts(document: Document, chunks: tuple[Chunk, ...]) -> Iterator[Fact]:
    """A fact for each dated line of a laboratory value."""
    for chunk in chunks:
        for span in chunk.sentences:
            line = document.text[span.start : span.end]
            if line.startswith("20") and ": " in line:
                name, value = line[11:].rstrip(".").split(": ")
                where = (document.doc_id, span.start, span.end)
                yield Fact(str(document.patient), "lab", name.lower(), name, value, None, line[:10], "final", "present", *where)


def _unit(rows: Vector) -> Vector:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True))
