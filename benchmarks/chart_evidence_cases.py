"""Questions about rendered FHIR charts whose gold is every line that states the named thing; unanswerable ones name a thing no line of the
chart holds all specific words of."""

from __future__ import annotations

import hashlib
import random
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evidence_cases import Case, Collection, Encoder, as_case, as_document
from ingestion.readers.fhir import read_fhir
from ingestion.records import RawDocument, RawFact
from rag.answering.lexical import profile_question, profile_sentence
from rag.types import ResourceSpan

# (kinds of facts, our phrasings). "{}" is the coded display without its parenthesis.
PHRASINGS: dict[str, tuple[str, ...]] = {
    "observation": (
        "Latest {}",
        "Which {} values are there?",
        "How high is the {} now?",
        "What did the {} start out at?",
        "Give the newest {} reading.",
    ),
    "condition": ("Since when does the patient have {}?", "Is {} a problem of this patient?", "What does the chart say about {}?"),
    "medication": ("Is {} among the medications?", "Which dose of {} was ordered?", "Who is the {} for and when was it started?"),
    "immunization": ("Date of {}", "Did the patient get {}?"),
    "procedure": ("When did the patient last undergo {}?", "Was {} done?"),
    "allergy": ("Any reaction to {}?",),
}
# Everyday words for a coded display: our own list. The gold is still every line that holds the display's terms.
EVERYDAY = {
    "Body Weight": "How much does the patient weigh?", "Body Height": "How tall is the patient?", "Body Mass Index": "BMI?",
    "Body temperature": "Is there a fever reading?", "Heart rate": "What is the pulse?", "Respiratory rate": "How fast is the breathing?",
    "Blood Pressure": "BP readings", "Glucose": "blood sugar results", "Hemoglobin A1c/Hemoglobin.total in Blood": "What is the HbA1c?",
    "Total Cholesterol": "cholesterol level", "Creatinine": "How is the kidney function?", "Hypertension": "Is there high blood pressure?",
    "Influenza, seasonal, injectable, preservative free": "When was the flu shot?", "Hyperlipidemia": "Are the blood fats raised?",
    "Tobacco smoking status NHIS": "Does the patient smoke?", "Leukocytes [#/volume] in Blood by Automated count": "white cell count",
    "Low Density Lipoprotein Cholesterol": "How is the LDL?", "High Density Lipoprotein Cholesterol": "HDL results",
    "Hemoglobin [Mass/volume] in Blood": "Is the patient anaemic?", "Acute bronchitis": "Any chest infections?",
    "Normal pregnancy": "Was she ever pregnant?", "Colonoscopy": "Was the bowel looked at?", "Asthma": "Any trouble with breathing?",
    "Diabetes": "Is the patient diabetic?", "Fracture of ankle": "broken bones", "Triglycerides": "triglyceride level",
    "Urea Nitrogen": "BUN?", "Potassium": "K level", "Sodium": "Na level", "Oxygen saturation in Arterial blood": "SpO2?",
}  # fmt: skip
SHORTENED_PERCENT = 40
EVERYDAY_SHARE = 0.15
ANSWERABLE_PER_CHART = 10
UNANSWERABLE_PER_CHART = 6


@dataclass(frozen=True, slots=True)
class _Named:
    kind: str
    name: str
    terms: frozenset[str]
    specific: frozenset[str]


def chart_cases(encoder: Encoder, sources: Sequence[Path], *, patients: int, seed: int = 0) -> Iterable[Case]:
    """Cases of up to ``patients`` bundles of each source (a folder or a .tar.gz of R4 bundles)."""
    charts = [chart for source in sources for chart in _charts(source, patients)]
    names = {name: _named(documents) for name, documents in charts}
    everything = sorted({named for of_chart in names.values() for named in of_chart}, key=lambda named: (named.kind, named.name))
    rng = random.Random(seed)
    for name, documents in charts:
        collection = encoder.collection(
            [
                as_document(f"{name}/{raw.key}", raw.text, tuple(ResourceSpan(r.start, r.end, r.reference) for r in raw.resources))
                for raw in documents
            ]
        )
        own = sorted(names[name], key=lambda named: (named.kind, named.name))
        lines = [profile_sentence(line).terms.keys() for raw in documents for line in raw.text.splitlines()]
        absent = [named for named in everything if named.specific and not any(named.specific <= line for line in lines)]
        near = [named for named in absent if any(named.terms & line for line in lines)]
        for named in rng.sample(own, min(ANSWERABLE_PER_CHART, len(own))):
            lines_of = {(f"{name}/{raw.key}", fact.start, fact.end) for raw in documents for fact in raw.facts if _is_about(fact, named)}
            case = _ask(collection, encoder, name, named, rng, lines_of)
            if case.gold:
                yield case
        for named in rng.sample(absent, UNANSWERABLE_PER_CHART // 2) + rng.sample(near, min(UNANSWERABLE_PER_CHART // 2, len(near))):
            yield _ask(collection, encoder, name, named, rng, set())


def _is_about(fact: RawFact, named: _Named) -> bool:
    return fact.kind == named.kind and named.terms <= profile_sentence(fact.display).terms.keys()


def _ask(collection: Collection, encoder: Encoder, group: str, named: _Named, rng: random.Random, lines: set[tuple[str, int, int]]) -> Case:
    if named.name in EVERYDAY and rng.random() < EVERYDAY_SHARE:
        question = EVERYDAY[named.name]
    else:
        question = rng.choice(PHRASINGS[named.kind]).format(named.name)
    vector = encoder.query(question)
    hits = collection.search(question, vector)
    spans = [(hit.chunk, at, span) for hit in hits for at, span in enumerate(hit.chunk.sentences)]
    gold = frozenset(
        (chunk.chunk_id, at)
        for chunk, at, span in spans
        if any(chunk.doc_id == doc_id and start <= span.start and span.end <= end for doc_id, start, end in lines)
    )
    return as_case("charts", group, question, vector, hits, collection, gold)


def _named(documents: Sequence[RawDocument]) -> frozenset[_Named]:
    found = set()
    for raw in documents:
        for fact in raw.facts:
            name = _spoken(fact.display)
            asked = profile_question(name)
            terms = frozenset(asked.terms)
            specific = frozenset(term for term, is_specific in zip(asked.terms, asked.specific, strict=True) if is_specific)
            if fact.kind in PHRASINGS and terms and len(name) <= 60:
                found.add(_Named(fact.kind, name, terms, specific))
    return frozenset(found)


def _spoken(display: str) -> str:
    """A display as people say it: no parenthesis, and of some long ones (by a hash) only the first specific word."""
    name = display.split(" (")[0].strip()
    words = [word for word in name.split() if word.isalpha() and len(word) > 5]
    shortened = int(hashlib.sha256(display.encode()).hexdigest(), 16) % 100 < SHORTENED_PERCENT
    return words[0] if shortened and len(name.split()) > 3 and words else name


def _charts(source: Path, patients: int) -> Iterator[tuple[str, Sequence[RawDocument]]]:
    if source.is_dir():
        files = [(path.name, path.read_bytes()) for path in sorted(source.glob("*.json"))]
    else:
        with tarfile.open(source) as archive:
            members = sorted((member for member in archive.getmembers() if member.name.endswith(".json")), key=lambda member: member.name)
            files = [(member.name, handle.read()) for member in members[:patients] if (handle := archive.extractfile(member)) is not None]
    for name, content in files[:patients]:
        yield name, read_fhir([(name, content)], name).documents
