"""Facts carried to the stored text: every part stands where it says, whatever de-identification did to the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.facts import Carrier, carry_facts
from ingestion.preparation import Job, Prepared, Preparer
from ingestion.readers.fhir import read_fhir
from ingestion.records import RawDocument, RawFact, RawFactSlot
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.identity import PatientIdentity
from rag.keys import KEY_BYTES, Keys
from rag.types import Fact, Policy, Span
from rag.vocabulary import SLOT_NAMES
from tests.ingestion.readers.fhir_charts import PATIENT, VISIT, Resource, concept, in_visit, lab, of, read
from tests.ingestion.readers.test_fhir_lines import AMOXICILLIN, BP, CASES, SINUSITIS
from tests.rules_alone import rules_alone

KEYS = Keys(bytes(range(KEY_BYTES)))
OFFSET_DAYS = -70
DEMO_BUNDLES = Path(__file__).resolve().parents[2] / "ingestion" / "demo" / "corpus" / "charts"
HARD: list[Resource] = [
    lab("o-name", note=[{"text": "Called to Tobias Okafor at 555-0147-221 on 2024-03-02."}]),
    {**lab("o-words", valueString="Discussed with Grace  Okafor"), "valueQuantity": None},
    {**lab("o-typed"), "code": {"text": "A1c for\u00a0Grace Ann Okafor, 12 Quay Street"}},
    of("FamilyMemberHistory", "f-typed", status="completed", relationship={"text": "Tobias Okafor"}, condition=[{"code": concept("Gout")}]),
    in_visit("Condition", "c-typed", code={"text": "Cafe\u0301-au-lait spots\u200b and \ufb01brosis"}, onsetDateTime="2020-02"),
    in_visit("Procedure", "p-typed", status="completed", code=concept("Okafor"), performedDateTime="2021-12-31T23:59:59+01:00"),
]  # fmt: skip


@pytest.fixture(scope="module")
def preparer() -> Preparer:
    return Preparer(KEYS, open_deidentifier(KEYS, tagging=rules_alone()), lambda texts: [len(text.split()) for text in texts], 64)


def chart() -> tuple[RawDocument, ...]:
    cases = [case[0] for case in CASES if case[0] is not VISIT]
    return read(PATIENT, VISIT, AMOXICILLIN, *cases, *HARD).documents


def prepared(preparer: Preparer, documents: Sequence[RawDocument], policy: Policy) -> Iterator[Prepared]:
    for raw in documents:
        identity = PatientIdentity("p-00000000000000aa", raw.identifiers, OFFSET_DAYS)
        outcome = preparer.prepare(Job(raw, "c", policy, "d-1", "k", "s", identity))
        assert isinstance(outcome, Prepared)
        yield outcome


def broken(text: str, facts: Sequence[Fact]) -> list[str]:
    """What does not hold of the parts of facts over a text."""
    faults = []
    for fact in facts:
        for slot in fact.slots:
            where = f"{fact.kind} {slot.name} {slot.start}:{slot.end}"
            if text[slot.start : slot.end] != slot.text or slot.text != slot.text.strip():
                faults.append(f"{where} is not its text")
            if not fact.start <= slot.start < slot.end <= fact.end or slot.name not in SLOT_NAMES:
                faults.append(f"{where} is no part of its fact")
        spans = sorted({(slot.start, slot.end) for slot in fact.slots})
        outer = [(a, b) for a, b in spans if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in spans)]
        faults += [f"{fact.kind} {a} and {b} overlap" for a, b in pairwise(outer) if a[1] > b[0]]
    return faults


@pytest.mark.parametrize("policy", list(Policy))
def test_every_part_is_the_stored_text_at_its_span(preparer: Preparer, policy: Policy) -> None:
    stored = list(prepared(preparer, chart(), policy))
    assert [fault for one in stored for fault in broken(one.document.text, one.facts)] == []
    names = {slot.name for one in stored for fact in one.facts for slot in fact.slots}
    assert {"date", "name", "value", "unit", "status", "dose", "frequency", "route", "reason", "relation", "age", "reaction"} <= names
    assert all(fact.display for one in stored for fact in one.facts)


def test_a_part_that_was_a_name_holds_what_stands_in_its_place(preparer: Preparer) -> None:
    (one,) = prepared(preparer, read(PATIENT, VISIT, HARD[0]).documents, Policy.DATE_SHIFT)
    note = one.facts[1].slot("text")
    assert note is not None and "Okafor" not in note.text and "Tobias" not in note.text and "2024-03-02" not in note.text


@pytest.mark.parametrize(
    ("policy", "shown", "time"),
    [
        (Policy.NONE, "2024-03-01", "2024-03-01"),
        (Policy.DATE_SHIFT, "2023-12-22", "2023-12-22"),
        (Policy.SAFE_HARBOR, "2024", "2023-12-22"),
    ],
)
def test_a_date_is_shown_as_the_policy_lets_it_and_ordered_by_the_moved_day(
    preparer: Preparer, policy: Policy, shown: str, time: str
) -> None:
    (one,) = prepared(preparer, read(PATIENT, VISIT, lab()).documents, policy)
    fact = one.facts[1]
    date = fact.slot("date")
    assert date is not None and (date.text, date.time) == (shown, time)
    assert (fact.time, fact.clock) == (time, "T09:05:00-05:00")


def test_an_end_moves_with_its_beginning(preparer: Preparer) -> None:
    (one,) = prepared(preparer, read(PATIENT, SINUSITIS).documents, Policy.SAFE_HARBOR)
    assert (one.facts[0].time, one.facts[0].end_time) == ("2012-02-21", "2012-03-05")


def test_a_relative_named_in_person_stays_a_relative(preparer: Preparer) -> None:
    (one,) = prepared(preparer, read(PATIENT, HARD[3]).documents, Policy.DATE_SHIFT)
    assert one.facts[0].experiencer == "relative"


def test_a_concept_without_a_code_goes_by_the_words_of_its_line(preparer: Preparer) -> None:
    (one,) = prepared(preparer, read(PATIENT, {**SINUSITIS, "code": {"text": "Atopic dermatitis"}}).documents, Policy.SAFE_HARBOR)
    assert (one.facts[0].display, one.facts[0].code) == ("Atopic dermatitis", "")


def test_a_part_that_grew_over_its_border_is_left_out() -> None:
    """De-identification that replaces the end of a value with the word after it leaves no value of its own."""
    text = "A1c: 8 Grace said"
    slots = (RawFactSlot("name", 0, 3), RawFactSlot("value", 5, 7))
    fact = RawFact("observation", "c", "A1c", "8", None, None, "final", 0, len(text), slots=slots)
    raw = RawDocument("k", "u", "Note", "Note", text, facts=(fact,))

    def move(span: Span) -> Span:
        start, end = 5, 12  # replaced as one
        return Span(start if start < span.start < end else span.start, end if start < span.end < end else span.end)

    (carried,) = carry_facts(raw, "d", "p", Carrier(text, move, lambda iso: iso))
    assert [slot.name for slot in carried.slots] == ["name"]


def test_a_planted_shift_of_the_parts_is_caught(preparer: Preparer) -> None:
    (one,) = prepared(preparer, read(PATIENT, VISIT, BP).documents, Policy.NONE)
    shifted = [replace(f, slots=tuple(replace(s, start=s.start + 1, end=s.end + 1) for s in f.slots)) for f in one.facts]
    assert broken(one.document.text, one.facts) == [] and broken(one.document.text, shifted)


@pytest.mark.parametrize("policy", list(Policy))
def test_every_part_of_the_demonstration_charts_is_the_stored_text_at_its_span(preparer: Preparer, policy: Policy) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(DEMO_BUNDLES.glob("*.json"))]
    documents = [raw for name, data in files for raw in read_fhir([(name, data)], name).documents if raw.facts]
    stored = list(prepared(preparer, documents, policy))
    assert [fault for one in stored for fault in broken(one.document.text, one.facts)] == []
    of_source, carried = [[fact for one in ones for fact in one.facts] for ones in (documents, stored)]
    assert len(of_source) == len(carried) > 500
    slots, kept = (sum(len(fact.slots) for fact in facts) for facts in (of_source, carried))
    assert kept >= 0.995 * slots  # a part that de-identification joined with its neighbour is rare
