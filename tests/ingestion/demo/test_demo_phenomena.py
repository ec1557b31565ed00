"""What phenomena.yaml says was planted stands in the notes."""

from __future__ import annotations

import re
from collections import defaultdict

from ingestion.demo.notes import note_fields, note_text
from ingestion.demo.phenomena import KINDS, load_phenomena
from ingestion.demo.questions import DEMO_QUESTIONS, demo_manifests
from ingestion.demo.scenario import load_directory, load_scenarios


def texts() -> dict[str, str]:
    found = {}
    for patient in load_scenarios():
        fields = note_fields(patient, load_directory())
        for note in patient.notes:
            found[f"DocumentReference/{patient.id}-{note.key}"] = re.sub(r"\s*\n\s*", " ", note_text(note, fields))
    return found


def test_every_quote_stands_in_its_note() -> None:
    notes = texts()
    missing = [(item.document, item.quote) for item in load_phenomena() if item.quote not in notes[item.document]]
    assert missing == []


def test_documents_belong_to_the_patient_they_are_listed_under() -> None:
    assert all(item.document.startswith(f"DocumentReference/{item.patient}-") for item in load_phenomena())


def test_every_note_kind_of_phenomenon_and_patient_occurs() -> None:
    planted = load_phenomena()
    assert {item.kind for item in planted} == KINDS
    assert {item.patient for item in planted} == {patient.id for patient in load_scenarios()}


def test_every_patient_has_a_disagreement_negation_and_condition() -> None:
    kinds = defaultdict(set)
    for item in load_phenomena():
        kinds[item.patient].add(item.kind)
    assert all({"negation", "hypothetical", "disagreement"} <= found for found in kinds.values())


def test_topics_join_at_least_two_passages() -> None:
    topics = defaultdict(list)
    for item in load_phenomena():
        assert (item.topic is not None) == (item.kind in ("disagreement", "copied_forward")), item
        if item.topic is not None:
            topics[item.kind, item.topic].append(item)
    for (kind, topic), items in topics.items():
        if kind == "copied_forward" and topic != "demo-06-dose":
            assert len({item.document for item in items}) >= 2, topic
            assert len({item.quote for item in items}) == 1, topic
        if kind == "disagreement":
            assert len({item.quote for item in items}) >= 2, topic


def test_demo_questions_are_answered_by_one_sentence_of_the_corpus() -> None:
    notes = texts()
    charts = [question for question in DEMO_QUESTIONS if question.patient]
    assert len(charts) == 2
    assert all(question.sentence in notes[question.document] for question in charts)


def test_bundled_manifests_exist() -> None:
    assert [path.name for path in demo_manifests()] == ["demo-charts.yaml", "demo-guidelines.yaml"]
    assert all(path.is_file() for path in demo_manifests())
