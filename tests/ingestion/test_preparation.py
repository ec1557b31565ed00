"""What a worker makes of one document: stored with its facts, or stored without those that could not be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion import preparation, text_facts
from ingestion.preparation import Job, Prepared, Preparer, Quarantined, tag_jobs
from ingestion.records import RawDocument
from rag.clinical.mentions.mention import Mention
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.tagging import tagged_elsewhere
from rag.keys import KEY_BYTES, Keys
from rag.normalization import Normalized
from rag.types import Policy
from tests.rules_alone import rules_alone

KEYS = Keys(bytes(range(KEY_BYTES)))
NOTE = RawDocument(
    "note/1", "notes.jsonl#1", "Progress note", "Progress note", "She has asthma. Takes metformin 500 mg daily.", "7", date="2024-05-02"
)


def test_a_note_is_stored_when_a_finder_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> tuple[Mention, ...]:
        raise ValueError("a text")

    finders = tuple((name, broken if name == "medications" else finder) for name, finder in text_facts._FINDERS)
    monkeypatch.setattr(text_facts, "_FINDERS", finders)
    preparer = Preparer(KEYS, open_deidentifier(KEYS, tagging=rules_alone()), lambda texts: [len(text.split()) for text in texts], 64)
    prepared = preparer.prepare(Job(NOTE, "c", Policy.NONE, "d-1", "k", "s", PatientIdentity("p-00000000000000aa", (), 0)))
    assert isinstance(prepared, Prepared)
    assert prepared.review == ("text_facts_failed:medications",)
    assert [(fact.kind, fact.display) for fact in prepared.facts] == [("condition", "asthma")]


def test_a_text_that_cannot_be_read_for_tagging_ends_no_run_and_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = preparation.normalise

    def broken(text: str) -> Normalized:
        if "poison" in text:
            raise ValueError(text)
        return honest(text)

    monkeypatch.setattr(preparation, "normalise", broken)
    identity = PatientIdentity("p-00000000000000aa", (), 7)
    raws = [NOTE, replace(NOTE, text="poison"), NOTE]
    jobs = [Job(raw, "c", Policy.DATE_SHIFT, f"d-{i}", "k", "s", identity) for i, raw in enumerate(raws)]
    tagged = list(tag_jobs(jobs, rules_alone()))
    monkeypatch.undo()  # what only the tagging could not read is not stored either
    preparer = Preparer(KEYS, open_deidentifier(KEYS, tagging=tagged_elsewhere()), lambda texts: [len(text.split()) for text in texts], 64)
    outcomes = [preparer.prepare(job) for job in tagged]
    assert [type(outcome) for outcome in outcomes] == [Prepared, Quarantined, Prepared]
    assert isinstance(outcomes[1], Quarantined) and outcomes[1].reason == "detector_missing"
