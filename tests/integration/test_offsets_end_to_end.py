"""Offsets through the whole preparation: whatever the text holds, spans, pages, facts and chunks land on the right characters."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.preparation import Job, Prepared, Preparer
from ingestion.records import RawDocument, RawFact, RawResourceSpan
from rag.citations import text_sha256
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import unseal_document
from rag.keys import KEY_BYTES, Keys
from rag.normalization import normalise
from rag.types import PageSpan, Policy, Span
from tests.rules_alone import rules_alone

KEYS = Keys(bytes(range(KEY_BYTES)))
IDENTITY = PatientIdentity(
    "p-00000000000000aa", (KnownIdentifier("Zebulonia Quagmarsh", "PERSON"), KnownIdentifier("77120431", "MRN")), -70
)
PIECES = [
    "Zebulonia Quagmarsh takes furosemide 40 mg daily.",
    "Zeb\u200bulonia Quag\u00admarsh, MRN 77120431, was seen on 2024-03-09.",
    "ASSESSMENT:\r\nHeart failure, ejection fraction 35 %.",
    "Patient says 😀👩‍⚕️ after 3/14/2024; Dr. John Smith agrees.",
    "Re\u0301sume\u0301 of QUAGMARSH: cafe\u0301 au lait spots, \ufb01brosis.",
    "Phone (617) 884-2231,\u00a0fax 617\u2011884\u20112232.",
    "Denies chest pain\r\nand\u2028dyspnea.\tWalks\u0000 alone.",
    "\u202eDose\u202c: 1\u00bd tablets \u00b5g \uff11\uff12 units.",
    "Seen by Zebulonia's mother; Quag-\nmarsh family.",
]
BREAKS = st.sampled_from(["\n\n", "\r\n\r\n", "\n", " ", "\r\n \r\n"])
PARAGRAPHS = st.lists(st.sampled_from(PIECES) | st.text(max_size=40), min_size=1, max_size=6)


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) + 2 for text in texts]


@pytest.fixture(scope="module")
def preparer() -> Preparer:
    return Preparer(KEYS, open_deidentifier(KEYS, tagging=rules_alone()), words, 24)


@st.composite
def raw_documents(draw: st.DrawFn) -> RawDocument:
    """A text with half of its paragraphs repeated; each paragraph is a resource's line with a fact, pages cut it anywhere."""
    once = draw(PARAGRAPHS)
    paragraphs = draw(st.permutations([*once, *once[: (len(once) + 1) // 2]]))
    text, resources, facts = "", [], []
    for number, paragraph in enumerate(paragraphs):
        start = len(text)
        text += paragraph
        resources.append(RawResourceSpan(start, len(text), f"Observation/{number}"))
        facts.append(RawFact("note", f"c|{number}", "", None, None, "2024-03-09", "final", start, len(text)))
        text += draw(BREAKS)
    cut = draw(st.integers(0, len(text)))
    pages = (PageSpan(0, cut, 1), PageSpan(cut, len(text), 2))
    clear = [span for span in resources if draw(st.booleans()) and "furosemide" in text[span.start : span.end]]
    return RawDocument(
        "note/1", "n.jsonl#1", "Note", "Note", text, patient="m", resources=tuple(resources), pages=pages, facts=tuple(facts),
        clear=tuple(Span(span.start + 20, span.end) for span in clear),
    )  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(raw=raw_documents(), policy=st.sampled_from(list(Policy)))
def test_every_span_lands_on_its_characters_and_reversal_gives_the_text_back(preparer: Preparer, raw: RawDocument, policy: Policy) -> None:
    outcome = preparer.prepare(Job(raw, "c", policy, "d-1", "k", "s", IDENTITY))
    normal = normalise(raw.text)
    if not isinstance(outcome, Prepared):
        assert outcome.reason == "empty"
        return
    document = outcome.document
    assert document.sha256 == text_sha256(document.text)
    secret = unseal_document(KEYS, outcome.sealed, "d-1", document.sha256) if policy is not Policy.NONE else None
    replacements = secret.replacements if secret else ()

    def original(start: int, end: int) -> str:
        return reveal(document.text, replacements, Span(start, end))

    assert original(0, len(document.text)).encode() == normal.text.encode()
    last = 0
    for chunk in outcome.chunks:
        assert chunk.text == document.text[chunk.start : chunk.end] and chunk.start >= last
        assert not document.text[last : chunk.start].strip()
        assert all(chunk.start <= s.start < s.end <= chunk.end for s in chunk.sentences)
        last = chunk.end
    assert not document.text[last:].strip()
    for line, fact, resource in zip(raw.resources, outcome.facts, document.resources, strict=True):
        wanted = normal.text[slice(*_ends(normal.offsets.to_new(Span(line.start, line.end))))]
        assert (fact.start, fact.end) == (resource.start, resource.end)
        # an identifier that runs over the border of a line is whole on both sides; nothing else is added or lost
        assert wanted in original(resource.start, resource.end)
        assert len(original(resource.start, resource.end)) - len(wanted) <= _overhang(replacements, resource.start, resource.end)
    assert [page.number for page in document.pages] == [1, 2]
    assert document.pages[0].start == 0 and document.pages[1].end == len(document.text)
    if secret and policy is not Policy.NONE:
        for name in ("Zebulonia", "Quagmarsh", "77120431"):
            assert name.casefold() not in document.text.casefold()


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _overhang(replacements: Sequence[object], start: int, end: int) -> int:
    touching = [r for r in replacements if r.new_start < end and r.new_end > start]  # type: ignore[attr-defined]
    return sum(len(r.original) for r in touching if r.new_start <= start or r.new_end >= end)  # type: ignore[attr-defined]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), at=st.integers(0, 200), size=st.integers(1, 80))
def test_a_quote_that_cuts_a_surrogate_shows_the_whole_original(preparer: Preparer, text: list[str], at: int, size: int) -> None:
    raw = RawDocument("note/1", "n.jsonl#1", "Note", "Note", "\n\n".join(text), patient="m")
    outcome = preparer.prepare(Job(raw, "c", Policy.SAFE_HARBOR, "d-1", "k", "s", IDENTITY))
    assert isinstance(outcome, Prepared)
    stored = outcome.document.text
    start, end = min(at, len(stored) - 1), min(at + size, len(stored))
    if start >= end:
        return
    secret = unseal_document(KEYS, outcome.sealed, "d-1", outcome.document.sha256)
    shown = reveal(stored, secret.replacements, Span(start, end))
    assert shown in normalise(raw.text).text
    for r in secret.replacements:
        assert (r.original in shown) or r.new_end <= start or r.new_start >= end


@pytest.mark.parametrize("fault", ["shift", "search"])
def test_a_planted_offset_fault_is_caught(preparer: Preparer, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The checks above would fail if offsets were moved by one, or found again by searching (repeats then share a place)."""
    text = "\n\n".join([PIECES[0], PIECES[2], PIECES[0]])
    second = text.rindex(PIECES[0])
    raw = RawDocument("n", "n", "Note", "Note", text, patient="m", resources=(RawResourceSpan(second, len(text), "Observation/2"),))
    from rag.normalization import OffsetMap

    honest = OffsetMap.to_new

    def faulty(self: OffsetMap, span: Span) -> Span:
        moved = honest(self, span)
        return Span(moved.start + 1, moved.end) if fault == "shift" else Span(0, moved.end - moved.start)

    def first() -> int:
        outcome = preparer.prepare(Job(raw, "c", Policy.NONE, "d-1", "k", "s", IDENTITY))
        assert isinstance(outcome, Prepared)
        return outcome.document.resources[0].start

    expected = normalise(text).text.rindex(PIECES[0])
    assert first() == expected
    monkeypatch.setattr(OffsetMap, "to_new", faulty)
    assert first() != expected
