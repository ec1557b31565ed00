"""The heading over a passage of a guideline."""

from __future__ import annotations

from rag.clinical.outline import heading_over

MARKED = "# Gout\n\n## Dose\n\nGive 0.6 mg of colchicine.\n\n## Follow-up\n\nCheck uric acid."
PRINTED = (
    "Treating Gout\n\nDose thresholds\n\nDoses of colchicine above 1.2 mg per day need a documented consultation with a pharmacist.\n\n"
    "Colchicine | 0.6 mg\n\nNaloxone\n\nOffer naloxone to every patient.\n\n"
    "What changed since version 1.0\n• The limit was lowered.\n• The taper was removed."
)


def heading(text: str, words: str) -> str | None:
    return heading_over(text, text.index(words))


def test_marked_heading_is_found() -> None:
    assert heading(MARKED, "Give") == "Dose"
    assert heading(MARKED, "Check") == "Follow-up"


def test_printed_heading_is_found_without_marks() -> None:
    assert heading(PRINTED, "Doses of") == "Dose thresholds"
    assert heading(PRINTED, "Offer") == "Naloxone"
    assert heading(PRINTED, "The taper") == "What changed since version 1.0"


def test_table_row_is_no_heading() -> None:
    assert heading(PRINTED, "0.6 mg") == "Dose thresholds"


def test_row_without_heading_stands_under_its_caption() -> None:
    text = "and ends the reference, 12(3), 4-5.\n\nTABLE. Doses by weight\n\nWeight | Dose\n50 kg | 5 mg"
    assert heading(text, "50 kg") == "TABLE. Doses by weight"


def test_heading_above_the_floor_does_not_count() -> None:
    assert heading_over(MARKED, MARKED.index("Check"), MARKED.index("Check")) is None


def test_no_heading_in_plain_prose() -> None:
    assert heading_over("all of this is one sentence of prose that goes on.", 10) is None
