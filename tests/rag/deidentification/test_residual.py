"""The last look over the output: independent of the first pass, hard on formats, soft on titles and labels."""

from __future__ import annotations

import base64

import pytest

from rag.deidentification import residual
from rag.deidentification.formats import HARD, SOFT, encoded_texts, looks_like
from rag.deidentification.known import KnownDetector
from rag.deidentification.residual import check_residual
from rag.errors import QuarantineError
from rag.types import Span
from tests.rag.deidentification.conftest import person

HARD_SAMPLES = {
    "ssn": "SSN 123-45-6789",
    "phone": "call (617) 555-0143",
    "email": "write to a.b@example.net",
    "url": "see www.ward-portal.example/x",
    "ip": "from 10.20.30.41",
    "date": "seen 03/14/2021",
    "date in words": "seen on March 14th, 2021",
    "record number": "MRN: 00482913",
}
SOFT_SAMPLES = {"title": "Thanks to Dr. Okonkwo", "label": "Patient name: Zlandry", "hl7": "PID|1||77||ZLANDRY^ROBERT|"}
CLINICAL = (
    "BP 138/82, HR 72, 98.6 F. GCS 15. Pain 7/10. INR 2.5. Hgb 9.6-10.2. Sodium 138-142. NDC 0093-1048-01. Version 1.2.3. "
    "Seen in March 2021 and 2021. 1-2-3. mg/dL. COVID-19. Ratio 3/14. T4-T5. 10-20-30 mg. Dr to review. Mr and Mrs came. "
    "Name of drug: aspirin. ABCDEFGHIJKLMNOPQRSTUVWXYZ. Pseudomonas/Escherichia/Klebsiella."
)


@pytest.fixture(autouse=True)
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of the first pass find nothing: what is found here, the second pass finds alone."""
    monkeypatch.setattr(residual, "_hard_rules", lambda: ())


@pytest.mark.parametrize("kind", HARD)
def test_an_unmistakable_format_quarantines_without_its_text(kind: str) -> None:
    with pytest.raises(QuarantineError) as caught:
        check_residual(HARD_SAMPLES[kind], [], [], None)
    assert caught.value.reason == "residual_identifier" and kind in str(caught.value)
    assert not any(word in str(caught.value) for word in HARD_SAMPLES[kind].split() if any(map(str.isdigit, word)))


@pytest.mark.parametrize("kind", SOFT)
def test_a_title_a_label_or_a_segment_is_for_review(kind: str) -> None:
    [mark] = check_residual(SOFT_SAMPLES[kind], [], [], None)
    assert mark.startswith(f"residual:{kind}[")


@pytest.mark.parametrize("sample", [*HARD_SAMPLES.values(), *SOFT_SAMPLES.values()])
def test_what_we_wrote_or_what_bypasses_detection_is_ours(sample: str) -> None:
    everything = Span(0, len(sample))
    assert check_residual(sample, [everything], [], None) == check_residual(sample, [], [everything], None) == ()


def test_clinical_numbers_are_no_identifiers() -> None:
    assert list(looks_like(HARD, CLINICAL)) == list(looks_like(SOFT, CLINICAL)) == [] and check_residual(CLINICAL, [], [], None) == ()


def test_a_known_name_or_a_format_in_base64_quarantines() -> None:
    for inner in ("Letter about Robert Zlandry of today", "The SSN is 123-45-6789 as said"):
        text = f"Attached: {base64.b64encode(inner.encode()).decode()} end"
        with pytest.raises(QuarantineError) as caught:
            check_residual(text, [], [], KnownDetector([person("Robert Zlandry")]))
        assert caught.value.reason == "residual_identifier" and "Zlandry" not in str(caught.value)


def test_other_encoded_text_is_for_review_and_bytes_are_not() -> None:
    text = base64.b64encode(b"nothing that anyone would know").decode()
    assert check_residual(text, [], [], None) == (f"residual:encoded[0:{len(text)}]",)
    assert list(encoded_texts(base64.b64encode(bytes(range(120, 220))).decode())) == []


@pytest.mark.parametrize("unit", ["a", "1", "1-", "@", "a@a.", "www.", "A^", "PID|", "Dr. ", "=", "jan 1, "])
def test_the_formats_take_linear_time_on_degenerate_text(unit: str) -> None:
    text = unit * (400_000 // len(unit))  # a quadratic pattern would take minutes
    sum(1 for patterns in (HARD, SOFT) for _ in looks_like(patterns, text))
    sum(1 for _ in encoded_texts(text))
