"""De-identify or quarantine, under each policy, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.deidentification import analyzer
from rag.deidentification import deidentifier as module
from rag.deidentification.analyzer import OVERLAP_CHARS, SEGMENT_CHARS, segments
from rag.deidentification.deidentifier import Deidentifier, open_deidentifier
from rag.deidentification.findings import Finding
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import DocumentSecret, seal_document, unseal_document
from rag.errors import ConfigurationError, QuarantineError
from rag.normalization import normalise
from rag.types import Policy, Span
from tests.growth import grows_linearly, repeated
from tests.rag.deidentification.conftest import KEYS, STRANGER, person
from tests.rules_alone import MissingDetector, rules_alone

IDENTITY = PatientIdentity(
    "p-1", (person("Robert Zlandry"), KnownIdentifier("1931-03-14", "DATE"), KnownIdentifier("00482913", "MRN")), -70
)
NOTE = """Robert Zlandry  MRN: 00482913  DOB: 03/14/1931
Bob was seen on 2021-03-14 by Dr. Okonkwo at Mercy General Hospital; call (617) 555-9243.
He is a 90-year-old with Graves disease since 2004; ZLANDRY lives in Topeka, KS 66614."""


def test_safe_harbor_keeps_years_and_medicine_only(deidentifier: Deidentifier) -> None:
    text = deidentifier.deidentify(NOTE, policy=Policy.SAFE_HARBOR, identity=IDENTITY).text
    for gone in (
        "Robert",
        "Zlandry",
        "ZLANDRY",
        "Bob ",
        "00482913",
        "03/14",
        "1931",
        "03-14",
        "Okonkwo",
        "Mercy",
        "9243",
        "90-year",
        "Topeka",
        "66614",
    ):
        assert gone not in text
    for kept in (
        "MRN: ",
        "DOB: 1936 or earlier",
        "seen on 2021 by Dr. ",
        "General Hospital",
        "90+-year-old",
        "Graves disease since 2004",
        ", KS 666.",
    ):
        assert kept in text


def test_date_shift_moves_every_date_by_the_patients_offset(deidentifier: Deidentifier) -> None:
    text = deidentifier.deidentify(NOTE, policy=Policy.DATE_SHIFT, identity=IDENTITY).text
    assert "DOB: 01/03/1931" in text
    assert "seen on 2021-01-03 by" in text
    assert "90-year-old" in text and "since 2004" in text


def test_policy_none_changes_nothing(deidentifier: Deidentifier) -> None:
    assert deidentifier.deidentify(NOTE, policy=Policy.NONE, identity=None).text == NOTE


def test_same_name_has_one_surrogate_across_notes(deidentifier: Deidentifier) -> None:
    one = deidentifier.deidentify("Dr. Okonkwo agrees.", policy=Policy.SAFE_HARBOR, identity=IDENTITY)
    two = deidentifier.deidentify("Seen by Chidi Okonkwo, MD", policy=Policy.DATE_SHIFT, identity=IDENTITY)
    assert one.replacements[0].surrogate == two.replacements[0].surrogate.split()[1]


@pytest.mark.parametrize(("written", "kept"), [("66614", "666"), ("03601", "000"), ("03601-1234", "000"), ("00399", "000")])
def test_zip_keeps_three_digits_where_the_census_allows(deidentifier: Deidentifier, written: str, kept: str) -> None:
    assert deidentifier.deidentify(f"zip {written}", policy=Policy.SAFE_HARBOR, identity=None).text == f"zip {kept}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born 03/14/1937", "born 1937"),
        ("born 03/14/1936", "born 1936 or earlier"),
        ("DOB: 1920", "DOB: 1936 or earlier"),
        ("surgery in 1920", "surgery in 1920"),
        ("surgery on 03/14/1931", "surgery on 1936 or earlier"),
        ("age 89, died at 97", "age 89, died at 90+"),
    ],
)
def test_ages_over_89_are_not_told(deidentifier: Deidentifier, text: str, expected: str) -> None:
    assert deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=IDENTITY).text == expected


def test_clear_spans_bypass_every_detector_and_the_residual_check(deidentifier: Deidentifier) -> None:
    identity = replace(IDENTITY, known=(person("Anna Graves"),))
    text = "Condition: Graves disease, onset 2021-03-14\nGraves came."
    clear = [Span(11, 25)]
    result = deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=identity, clear=clear, dates=[Span(33, 43)])
    assert result.text.startswith("Condition: Graves disease, onset 2021\n")
    assert "Graves came" not in result.text


def test_date_spans_of_any_precision_follow_the_policy(deidentifier: Deidentifier) -> None:
    text = "a 2021 b 2021-03 c 2021-03-14"
    spans = [Span(2, 6), Span(9, 16), Span(19, 29)]
    assert deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=IDENTITY, dates=spans).text == "a 2021 b 2021 c 2021"
    assert deidentifier.deidentify(text, policy=Policy.DATE_SHIFT, identity=IDENTITY, dates=spans).text == "a 2021 b 2021-01 c 2021-01-03"


@pytest.mark.parametrize("policy", [Policy.SAFE_HARBOR, Policy.DATE_SHIFT])
def test_sealed_replacements_give_the_original_back(deidentifier: Deidentifier, policy: Policy) -> None:
    result = deidentifier.deidentify(NOTE, policy=policy, identity=IDENTITY)
    secret = DocumentSecret(result.replacements, "Zlandry's note", "2021-03-14", "a.txt", "mrn-1", {"r-1": "Observation/1"})
    sealed = seal_document(KEYS, secret, "d-1", "aa")
    assert b"Zlandry" not in sealed
    assert unseal_document(KEYS, sealed, "d-1", "aa") == secret
    replacements = secret.replacements
    assert reveal(result.text, replacements) == NOTE
    with pytest.raises(ConfigurationError):
        unseal_document(KEYS, sealed, "d-2", "aa")
    for replacement in result.replacements:
        assert NOTE[replacement.start : replacement.end] == replacement.original
        assert result.text[replacement.new_start : replacement.new_end] == replacement.surrogate
        assert reveal(result.text, replacements, Span(replacement.new_start, replacement.new_start + 1)) == replacement.original


PIECES = st.sampled_from(
    [
        "John Smith",
        "Dr. Okonkwo",
        " 03/14/2021",
        "\n",
        " ",
        "é",
        "🫀",
        "a\u0301",
        "123-45-6789",
        "a@b.org",
        ", KS 66614",
        "Mr. ",
        "12 Elm Street",
        "Graves disease",
        "x",
        ". ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from([Policy.SAFE_HARBOR, Policy.DATE_SHIFT]))
def test_any_text_comes_back_and_offsets_agree(deidentifier: Deidentifier, text: str, policy: Policy) -> None:
    text = normalise(text).text
    try:
        result = deidentifier.deidentify(text, policy=policy, identity=STRANGER)
    except QuarantineError:
        return
    assert reveal(result.text, result.replacements) == text
    for replacement in result.replacements:
        moved = result.offsets.to_new(Span(replacement.start, replacement.end))
        assert (moved.start, moved.end) == (replacement.new_start, replacement.new_end)


class Broken:
    """A detector that fails."""

    name = "broken"

    def find(self, text: str) -> Sequence[Finding]:
        raise ValueError(text)


@pytest.mark.parametrize(("tagger", "reason"), [(Broken(), "detector_failed"), (MissingDetector("tagger", "no file"), "detector_missing")])
def test_failed_or_missing_detector_quarantines_and_tells_no_text(tagger: Broken | MissingDetector, reason: str) -> None:
    broken = open_deidentifier(KEYS, tagging=rules_alone(), detectors=[tagger], today=date(2026, 6, 1))
    with pytest.raises(QuarantineError) as caught:
        broken.deidentify("Robert Zlandry", policy=Policy.SAFE_HARBOR, identity=IDENTITY)
    assert caught.value.reason == reason
    assert "Zlandry" not in str(caught.value)


def test_a_rule_that_times_out_quarantines(deidentifier: Deidentifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer, "PATTERN_SECONDS", 1e-9)
    with pytest.raises(QuarantineError) as caught:
        deidentifier.deidentify("SSN 123-45-6789 " * 400, policy=Policy.SAFE_HARBOR, identity=None)
    assert caught.value.reason == "detector_timeout"


def test_what_a_blind_detector_leaves_is_quarantined(deidentifier: Deidentifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deidentifier._analyzer, "find", lambda text, extra=(): [])
    for text in ("Zlandry was seen", "SSN 123-45-6789", "write to a.b@example.net"):
        with pytest.raises(QuarantineError) as caught:
            deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=IDENTITY)
        assert caught.value.reason == "residual_identifier"
        assert text not in str(caught.value)


def test_identifier_across_a_segment_border_is_found(deidentifier: Deidentifier) -> None:
    for shift in range(-12, 12):
        text = "x " * ((8_000 + shift) // 2) + "123-45-6789 and Dr. Okonkwo " + "y " * 3_000
        result = deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=None)
        assert "123-45-6789" not in result.text and "Okonkwo" not in result.text


@pytest.mark.parametrize(
    ("unit", "small"),
    [("123-45-6789 ", 2_000), ("John Smith, ", 3_000), ("a", 15_000), ("a@", 3_000), ("Mercy of Hospital ", 4_000), ("Long ", 4_000)],
)
def test_dense_or_degenerate_text_takes_linear_time(deidentifier: Deidentifier, unit: str, small: int) -> None:
    def deidentify(size: int) -> object:
        return deidentifier.deidentify(repeated(unit, size), policy=Policy.SAFE_HARBOR, identity=IDENTITY)

    assert grows_linearly(deidentify, small)


@pytest.mark.parametrize("unit", ["1/2/", "123-45-6789 "])
def test_what_is_quadratic_in_a_segment_is_linear_in_the_text(
    deidentifier: Deidentifier, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    monkeypatch.setattr(analyzer, "SEGMENT_CHARS", 800)  # a whole segment of "1/2/" takes seconds
    monkeypatch.setattr(analyzer, "OVERLAP_CHARS", 40)

    def deidentify(size: int) -> object:
        return deidentifier.deidentify(repeated(unit, size), policy=Policy.SAFE_HARBOR, identity=IDENTITY)

    assert grows_linearly(deidentify, 1_500)


def test_disputes_are_for_review_and_hold_no_text(deidentifier: Deidentifier) -> None:
    result = deidentifier.deidentify("Seen at Mercy Smith Hospital by John Smith", policy=Policy.SAFE_HARBOR, identity=IDENTITY)
    assert all("Smith" not in line for line in result.review)


def test_nothing_heavy_is_loaded_for_the_rules() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from rag.deidentification.analyzer import open_analyzer; open_analyzer([]); "
        "print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
    assert module.PATIENT_CACHE_SIZE > 1


@given(st.integers(0, 3), st.sampled_from(["x", "word ", "a\n", "123-45-6789"]))
def test_segments_cover_the_text_and_overlap(thousands: int, unit: str) -> None:
    text = unit * (9_000 * thousands // len(unit) + 1)
    spans = list(segments(text))
    assert spans[0].start == 0 and spans[-1].end == len(text)
    assert all(span.end - span.start <= SEGMENT_CHARS for span in spans)
    assert all(left.end - right.start >= OVERLAP_CHARS for left, right in pairwise(spans))
