"""Headings found, lines that only look like headings left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.headings import kind_of_heading, kind_of_label
from rag.clinical.sections import find_sections, section_at
from tests.growth import grows_linearly


def kinds(text: str) -> list[tuple[str, str]]:
    return [(section.title, section.kind) for section in find_sections(text)]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("CHIEF COMPLAINT", "chief_complaint"),
        ("HPI:", "history_of_present_illness"),
        ("PMH:", "past_medical_history"),
        ("Past Surgical History:", "past_surgical_history"),
        ("MEDICATIONS ON ADMISSION:", "medications"),
        ("# Allergies", "allergies"),
        ("Family Hx:", "family_history"),
        ("SOCIAL HISTORY", "social_history"),
        ("ROS:", "review_of_systems"),
        ("Vital signs", "vitals"),
        ("PHYSICAL EXAMINATION:", "exam"),
        ("LABORATORY DATA", "labs"),
        ("FINDINGS:", "imaging"),
        ("IMPRESSION:", "assessment"),
        ("Assessment & Plan:", "assessment_and_plan"),
        ("A/P:", "assessment_and_plan"),
        ("PLAN", "plan"),
        ("Brief Hospital Course:", "hospital_course"),
        ("DISCHARGE INSTRUCTIONS:", "discharge"),
        ("FINAL DIAGNOSIS:", "pathology"),
        ("## Contraindications", "contraindications"),
        ("BODY.METHODS:", "methods"),
        ("3.2 Monitoring", "monitoring"),
        ("MEDICATIONS AT THE TIME OF TRANSFER", "medications"),
    ],
)
def test_heading_opens_a_section_of_its_kind(heading: str, kind: str) -> None:
    found = find_sections(f"Note of today.\n\n{heading}\nText under it.\n")
    assert [section.kind for section in found] == ["other", kind]
    assert found[1].title == heading.strip("#: ")


def test_label_with_text_on_its_line_opens_a_section() -> None:
    text = "PMH: diabetes.\nMedications: metformin 500 mg.\nAllergies: none.\n"
    assert [kind for _, kind in kinds(text)] == ["past_medical_history", "medications", "allergies"]


@pytest.mark.parametrize(
    "line",
    [
        "Cardiovascular: no murmur.",
        "The following were reviewed:",
        "Continue metformin 500 mg daily.",
        "CHF.",
        "HIV",
        "• Medications: reviewed.",
        "A",
        "BP: 120/80",
        "2024-03-01 Procedures: none",
    ],
)
def test_other_lines_open_no_section(line: str) -> None:
    assert len(find_sections(f"Seen today.\n{line}\nmore text\n")) == 1


def test_problem_names_inside_a_plan_inherit_its_kind() -> None:
    prose = "Blood pressure has stayed above the goal at home, so lisinopril is raised to 20 mg a day from now on."
    text = f"ASSESSMENT AND PLAN\n\nHypertension\n\n{prose}\n"
    assert kinds(text) == [("ASSESSMENT AND PLAN", "assessment_and_plan"), ("Hypertension", "assessment_and_plan")]


def test_lower_markdown_heading_inherits_and_an_equal_one_does_not() -> None:
    text = "# Medications\n\n## Morning\na\n\n## Plan\nb\n\n# Appendix\nc\n"
    assert [kind for _, kind in kinds(text)] == ["medications", "medications", "plan", "other"]


def test_section_of_an_offset() -> None:
    text = "Plan:\nrest\n\nAllergies:\nnone\n"
    sections = find_sections(text)
    found = section_at(sections, text.index("none"))
    assert found is not None
    assert found.kind == "allergies"
    assert section_at(sections, len(text)) is None
    assert section_at((), 0) is None


def test_words_of_a_heading_decide_only_where_it_surely_is_one() -> None:
    assert kind_of_heading("Medications given in the ambulance") == "medications"
    assert kind_of_label("Medications given in the ambulance") is None


LINES = st.sampled_from(
    ["PLAN", "Plan: rest", "# A", "## Results", "no fever", "", "HPI:", "1.2 Dosing", "😀 e\u0301", "\t", "Short title", "x" * 90]
)


@given(st.lists(LINES, max_size=20))
def test_sections_are_contiguous_and_cover_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    sections = find_sections(text)
    assert "".join(text[section.start : section.end] for section in sections) == text
    assert all(section.start < section.end for section in sections)


@pytest.mark.parametrize(("unit", "small"), [("A", 600_000), ("PLAN\n", 6_000), ("# ", 250_000), ("Aa Bb ", 400_000), ("A:", 125_000)])
def test_hostile_text_takes_linear_time(unit: str, small: int) -> None:
    assert grows_linearly(lambda size: find_sections(unit * (size // len(unit))), small)
