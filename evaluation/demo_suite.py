"""The items of the shipped suite ``demo``: what was written by hand joined with what is derived from the bundled corpus.

    python -m evaluation.demo_suite

writes ``suites/demo_questions.jsonl`` and ``suites/demo_responses.jsonl``, the same bytes each time. Gold values, dates and spans come from
the FHIR resources; contexts from the notes and guidelines as their sources say them (every person in them is invented).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from evaluation.demo_faults import FAULTS
from evaluation.items import AnswerItem, FaithfulnessItem, Gold, GoldSpan, Label, Slices
from evaluation.suite import FOLDER
from ingestion.demo.guidelines import load_guidelines
from ingestion.demo.notes import note_fields, note_text
from ingestion.demo.phenomena import load_phenomena
from ingestion.demo.scenario import Scenario, load_directory, load_scenarios
from rag.types import Status

WRITTEN = Path(__file__).with_name("demo_written.yaml")
PURPOSE = "evaluation"
GUIDELINES = "demo-guidelines"
LABS_PER_PATIENT = 3
QUOTED_KINDS = ("dose_change", "negation", "laterality", "family_history")
"""Planted passages that become true responses word for word."""
NEVER_DONE = (
    "sweat chloride test", "serum copper", "blood lead level", "carbamazepine level", "lithium level", "alpha-fetoprotein",
    "cortisol", "ceruloplasmin", "digoxin level", "factor VIII activity",
)  # fmt: skip
"""Tests that no chart of the corpus mentions; which patient is asked for which goes round."""
NEVER_HAD = ("Lyme disease", "sickle cell disease", "tuberculosis", "cystic fibrosis", "multiple sclerosis", "hemophilia", "leprosy")
_SHORT_DOCUMENTS = re.compile(r"^(?:[A-Z][A-Z /&,'()-]{2,60}):$")
_AGES = ((18, "0-17"), (45, "18-44"), (65, "45-64"), (75, "65-74"), (200, "75+"))
_CODE = "text"


@dataclass(frozen=True, slots=True)
class _Measured:
    """One result of a chart."""

    name: str
    value: str
    date: str
    resource: str


def write_suite(folder: Path = FOLDER) -> tuple[int, int]:
    """Write both files; how many questions and responses they hold."""
    written = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
    questions = [*_written_questions(written["questions"]), *_derived_questions()]
    responses = [*_written_responses(written["responses"]), *_derived_responses()]
    for name, items in (("demo_questions", questions), ("demo_responses", responses)):
        lines = [json.dumps(item.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n" for item in items]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(questions), len(responses)


def _written_questions(rows: list[dict[str, Any]]) -> Iterator[AnswerItem]:
    for number, row in enumerate(rows, 1):
        patient = row["patient"]
        named = row.get("spans") or [row["document"]]
        spans = tuple(GoldSpan(document=_document(patient, name), quote=row["quote"]) for name in named)
        gold = Gold(status=Status.ANSWERED, must=tuple(map(tuple, row.get("must", ()))), starts=row.get("starts"), spans=spans)
        source = "guideline" if patient is None else ("notes" if row["quote"] else "resources")
        slices = _slices(patient, intent=row["intent"], found_in=source, document=row["document"])
        yield _question(f"written-{number:03}", row["question"], patient, gold, slices)


def _document(patient: str | None, name: str) -> str:
    """A document key; ``Potassium=6.1`` is the patient's result of that name and value."""
    if "=" not in name or patient is None:
        return name
    test, _, value = name.partition("=")
    return next(one.resource for one in _measured(patient) if (one.name, one.value) == (test, value))


def _derived_questions() -> Iterator[AnswerItem]:
    """Of every patient: the latest of some tests, allergies, when a problem began, and what the chart says nothing of."""
    for number, patient in enumerate(load_scenarios()):
        yield from _latest_results(patient.id)
        yield from _allergies(patient.id)
        yield from _onsets(patient.id)
        test, disease = NEVER_DONE[number % len(NEVER_DONE)], NEVER_HAD[number % len(NEVER_HAD)]
        nothing = Gold(status=Status.NOT_DOCUMENTED, why="never mentioned")
        asked = ((f"What was the result of the {test}?", "latest"), (f"When was {disease} diagnosed?", "started"))
        for kind, (question, intent) in zip(("test", "disease"), asked, strict=True):
            yield _question(f"{patient.id}-no-{kind}", question, patient.id, nothing, _slices(patient.id, intent=intent, found_in="none"))


def _latest_results(patient: str) -> Iterator[AnswerItem]:
    latest: dict[str, _Measured] = {}
    for one in _measured(patient):
        if one.name not in latest or one.date >= latest[one.name].date:
            latest[one.name] = one
    for name in sorted(latest, key=lambda name: (-sum(one.name == name for one in _measured(patient)), name))[:LABS_PER_PATIENT]:
        one = latest[name]
        gold = Gold(status=Status.ANSWERED, must=((one.value,), _dates(one.date)), spans=(GoldSpan(document=one.resource),))
        slug = re.sub(r"\W+", "-", name.lower()).strip("-")
        shown = name if name[:2].isupper() or name[1:2].isupper() else name[0].lower() + name[1:]
        slices = _slices(patient, intent="latest", found_in="resources")
        yield _question(f"{patient}-latest-{slug}", f"What was the latest {shown}, and when?", patient, gold, slices)


def _allergies(patient: str) -> Iterator[AnswerItem]:
    found = [(r["id"], r["code"][_CODE]) for r in _resources(patient, "AllergyIntolerance")]
    named = [(name, text) for name, text in found if not text.startswith("No known")]
    if named:
        spans = tuple(GoldSpan(document=f"AllergyIntolerance/{name}") for name, _ in named)
        gold = Gold(status=Status.ANSWERED, must=tuple((text,) for _, text in named), spans=spans, spans_needed="all")
        yield _question(
            f"{patient}-allergies", "Which allergies are recorded?", patient, gold, _slices(patient, intent="list", found_in="resources")
        )


def _onsets(patient: str) -> Iterator[AnswerItem]:
    """When the first problem on the list began, asked by its name."""
    row = next((r for r in _resources(patient, "Condition") if "," not in r["code"][_CODE] and "onsetDateTime" in r), None)
    if row is not None:
        name = row["code"][_CODE]
        gold = Gold(status=Status.ANSWERED, must=(_dates(row["onsetDateTime"]),), spans=(GoldSpan(document=f"Condition/{row['id']}"),))
        shown = name if name[:2].isupper() else name[0].lower() + name[1:]
        yield _question(
            f"{patient}-onset", f"When did the {shown} begin?", patient, gold, _slices(patient, intent="started", found_in="resources")
        )


def _question(name: str, text: str, patient: str | None, gold: Gold, slices: Slices) -> AnswerItem:
    corpus = GUIDELINES if patient is None else None
    return AnswerItem(id=name, question=text, patient=patient, corpus=corpus, reveal=PURPOSE if patient else None, gold=gold, slices=slices)


def _written_responses(rows: list[dict[str, Any]]) -> Iterator[FaithfulnessItem]:
    for number, row in enumerate(rows, 1):
        contexts = _contexts(row["document"], row["quote"])
        for place, text in enumerate(row["right"], 1):
            yield _response(f"written-{number:03}-right-{place}", row["document"], contexts, text, None, row["quote"])
        for slot, text in row["planted"].items():
            yield _response(f"written-{number:03}-{slot}", row["document"], contexts, text, slot, row["quote"])


def _derived_responses() -> Iterator[FaithfulnessItem]:
    """Planted passages of the corpus as they stand, and some of them with one slot made wrong by rule."""
    taken: set[tuple[str, str]] = set()
    for number, passage in enumerate(load_phenomena(), 1):
        if passage.kind not in QUOTED_KINDS or (passage.document, passage.quote) in taken or not _is_current(passage.document):
            continue
        taken.add((passage.document, passage.quote))
        contexts = _contexts(passage.document, passage.quote)
        yield _response(f"quoted-{number:03}", passage.document, contexts, passage.quote, None, passage.quote)
        if len(taken) % FAULT_EVERY == 0:
            for slot, fault in FAULTS:
                wrong = fault(passage.quote)
                if wrong is not None:
                    yield _response(f"quoted-{number:03}-{slot}", passage.document, contexts, wrong, slot, passage.quote)
                    break


FAULT_EVERY = 4
"""One in so many quoted passages is also told with a fault."""


def _response(name: str, document: str, contexts: tuple[str, ...], text: str, slot: str | None, quote: str) -> FaithfulnessItem:
    patient = document.split("/")[1].rsplit("-", 1)[0] if "/" in document else None
    slices = _slices(patient, document=document, section=_section(document, quote), slot=slot)
    label = Label.UNSUPPORTED if slot else Label.SUPPORTED
    return FaithfulnessItem(id=name, contexts=contexts, response=text, label=label, planted=slot, slices=slices)


def _contexts(document: str, quote: str) -> tuple[str, ...]:
    """The paragraph that holds the quote, and the one after it, which does not."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", _text(document)) if part.strip()]
    at = next((place for place, part in enumerate(paragraphs) if " ".join(quote.split()) in part), None)
    if at is None:
        raise ValueError(f"{document}: the quote of {len(quote)} characters does not stand there")
    return (paragraphs[at], *paragraphs[at + 1 : at + 2])


def _section(document: str, quote: str) -> str | None:
    """The heading above the quote, in lower case."""
    text = _text(document)
    lines = text[: text.find(quote.split("\n")[0])].split("\n") if quote in text else []
    heading = next((line for line in reversed(lines) if _SHORT_DOCUMENTS.match(line)), None)
    return heading.rstrip(":").lower() if heading else None


@cache
def _text(document: str) -> str:
    """A note or guideline as its source says it; guidelines a paragraph to a section."""
    for guideline in load_guidelines():
        if guideline.file == document:
            return "\n\n".join(" ".join((*part.text, *part.items, *part.after)) for part in guideline.sections)
    patient, key = document.removeprefix("DocumentReference/").rsplit("-", 1)
    scenario = _scenario(patient)
    note = next(note for note in scenario.notes if note.key == key)
    return note_text(note, note_fields(scenario, load_directory()))


def _is_current(document: str) -> bool:
    patient, key = document.removeprefix("DocumentReference/").rsplit("-", 1)
    return all(note.status == "current" for note in _scenario(patient).notes if note.key == key)


@cache
def _scenario(patient: str) -> Scenario:
    return next(scenario for scenario in load_scenarios() if scenario.id == patient)


def _slices(patient: str | None, *, document: str | None = None, **known: str | None) -> Slices:
    """Demographics as the chart records them, the age at the last visit, and the type of a note."""
    if patient is None:
        return Slices(note_type="guideline", **known)
    scenario = _scenario(patient)
    last = max(visit.start for visit in scenario.visits.values()).date()
    age = last.year - scenario.birth.year - ((last.month, last.day) < (scenario.birth.month, scenario.birth.day))
    key = document.rsplit("-", 1)[1] if document and document.startswith("DocumentReference/") else None
    return Slices(
        note_type=next((note.kind for note in scenario.notes if note.key == key), None),
        age_band=next(name for limit, name in _AGES if age < limit),
        sex=scenario.gender,
        race=scenario.race[1] if scenario.race else None,
        ethnicity=scenario.ethnicity[1] if scenario.ethnicity else None,
        **known,
    )


@cache
def _resources(patient: str, kind: str) -> tuple[dict[str, Any], ...]:
    bundle = json.loads(files("ingestion.demo").joinpath(f"corpus/charts/{patient}.json").read_text(encoding="utf-8"))
    return tuple(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)


@cache
def _measured(patient: str) -> tuple[_Measured, ...]:
    rows = [row for row in _resources(patient, "Observation") if "valueQuantity" in row and row.get("status") == "final"]
    return tuple(
        _Measured(row["code"][_CODE], str(row["valueQuantity"]["value"]), row["effectiveDateTime"], f"Observation/{row['id']}")
        for row in rows
    )


def _dates(iso: str) -> tuple[str, ...]:
    """A date in the ways that an answer may write it."""
    year, month, day = iso[:10].split("-")
    return (iso[:10], f"{month}/{day}/{year}", f"{int(month)}/{int(day)}/{year}")


if __name__ == "__main__":
    counts = write_suite()
    sys.stdout.write(f"{counts[0]} questions, {counts[1]} responses\n")
