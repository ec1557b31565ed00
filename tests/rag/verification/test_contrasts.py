"""A slot that the evidence fills otherwise contradicts; one that it does not fill is not enough information."""

from __future__ import annotations

import pytest

from rag.verification.contrasts import contradicts
from rag.verification.slots import check_statement

NOTE = "She takes metformin 500 mg twice daily; the left knee is swollen. Seen on 2021-03-14 for the swollen knee. No fever."

CASES = [
    ("She takes metformin 850 mg twice daily.", NOTE, "dose", True),
    ("She takes metformin 500 mcg twice daily.", NOTE, "dose", True),
    ("She takes ibuprofen 850 mg.", "She takes ibuprofen.", "dose", False),
    ("The right knee is swollen.", NOTE, "laterality", True),
    ("The right knee is swollen.", "A swollen knee.", "laterality", False),
    ("Seen on 2021-03-15 for the swollen knee.", NOTE, "date", True),
    ("Seen on 2021-03-15 for the swollen knee.", "Seen for the swollen knee.", "date", False),
    ("She has fever.", NOTE, "negation", True),
    ("She takes lisinopril.", NOTE, "drug", False),
    ("She has asthma.", "Her mother has asthma.", "experiencer", True),
    ("She has pneumonia.", "Possible pneumonia.", "certainty", True),
    ("Weight was 71 kg.", "Weight was 62 kg.", "number", True),
    ("Weight was 71 kg.", "She was weighed.", "number", False),
    ("The test was positive.", "The test was negative.", "negation", True),
]


@pytest.mark.parametrize(("statement", "quote", "slot", "expected"), CASES)
def test_contradicted_is_told_from_missing(statement: str, quote: str, slot: str, *, expected: bool) -> None:
    found = [violation for violation in check_statement(statement, [quote]) if violation.slot == slot]
    assert found and contradicts(found[0], statement, [quote]) is expected
