"""What a guideline says of its version, and which version took the place of which."""

from __future__ import annotations

import pytest

from rag.clinical.versions import VersionMark, document_version, find_version, is_newer, replaces, same_label
from rag.types import Document

OLD = find_version(
    "Treating Gout in Adults", "# Treating Gout in Adults\n\nPolicy number: RX-7\nVersion: 1.0\nEffective date: 2019-05-01\n", "gout-v1.md"
)
NEW = find_version(
    "Treating Gout",
    "Treating Gout\nPolicy number: RX-7\nVersion: 2.0\nEffective date: 1 July 2023\nNext review: 2025-07-01\nSupersedes: Version 1.0\n",
    "gout-v2.pdf",
)


def mark(title: str, head: str = "", uri: str = "a.pdf") -> VersionMark:
    found = find_version(title, head, uri)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("title", "head", "uri", "label", "date"),
    [
        ("Gout", "Gout\nVersion: 1.4\nEffective date: 2024-04-01", "gout.md", "1.4", "2024-04-01"),
        ("opioid-prescribing-v1", "Prescribing\n\nText.", "policies/opioid-prescribing-v1.md", "1", None),
        (
            "Recommendations Guideline Update Final 09Feb2023",
            "",
            "Recommendations_Guideline_Update_Final_09Feb2023.pptx",
            "2023",
            "2023-02-09",
        ),
        ("Update2022 v2 28June2022", "", "Update2022_v2_28June2022.pptx", "2", "2022-06-28"),
        ("2022 Clinical Practice Guideline on Pain", "", "x.pdf", "2022", "2022"),
        ("Guideline for the Management of Asthma, 3rd edition", "", "asthma.pdf", "3", None),
        ("Sepsis", "Sepsis\n\nApproved: March 2021\nLast reviewed 2023-01-10", "s.html", None, "2021-03"),
        ("Sepsis", "Sepsis v1.3\n", "s.txt", "1.3", None),
        ("policy_20240115", "", "policy_20240115.docx", None, "2024-01-15"),
    ],
)
def test_version_is_read_where_a_document_puts_it(title: str, head: str, uri: str, label: str | None, date: str | None) -> None:
    found = mark(title, head, uri)
    assert (found.label or None, found.date) == (label, date)


@pytest.mark.parametrize(
    "head",
    [
        "The dose was raised since version 1.0 of the trial.",
        "We used FHIR version 4.0 and LOINC.",
        "The most effective 2020 regimen was prednisone.",
        "This guideline does not supersede clinical judgement.",
        "Next review: 2026-01-15",
        "See the earlier version 2 for details.",
    ],
)
def test_prose_states_no_version(head: str) -> None:
    assert find_version("Gout", head, "gout.md") is None


def test_next_review_is_no_date_of_a_version() -> None:
    assert mark("Gout", "Version: 2\nNext review: 2026-01-15").date is None


def test_two_years_in_a_title_are_no_version() -> None:
    assert find_version("Comparison of the 2016 and 2022 drafts", "", "comparison.pdf") is None


def test_what_it_replaces_is_read() -> None:
    assert NEW is not None
    assert NEW.supersedes is not None
    assert NEW.supersedes.label == "1.0"
    prose = mark("Pain", "This guideline updates and replaces the Guideline for Opioids, 2016 (Dowell, 2016) and gives advice.")
    assert prose.supersedes is not None
    assert prose.supersedes.date == "2016"


@pytest.mark.parametrize(
    "head",
    [
        "Version: 1\nStatus: Superseded by version 2.0, effective 2023-07-01",
        "Version: 1\nThis policy has been withdrawn.",
        "Version: 1\nThis version is kept for reference only.",
        "Version: 1\nARCHIVED\n\nText",
    ],
)
def test_document_out_of_force_says_so(head: str) -> None:
    assert mark("Gout", head).superseded


@pytest.mark.parametrize("head", ["Version: 1\nStatus: Current", "Version: 1\nSuperseded by: none", "Version: 1\nSupersedes: Version 0.9"])
def test_current_document_is_not_out_of_force(head: str) -> None:
    assert not mark("Gout", head).superseded


def test_newer_version_replaces_older_and_never_the_reverse() -> None:
    assert OLD is not None
    assert NEW is not None
    assert replaces(NEW, OLD)
    assert not replaces(OLD, NEW)


def test_version_of_the_same_file_name_replaces_it() -> None:
    assert replaces(mark("Fever v2", "", "fever-v2.md"), mark("Fever v1", "", "fever-v1.md"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sepsis in Adults v2", "Sepsis in Children v1"),
        ("Type 2 Diabetes in Adult Primary Care v2", "Type 1 Diabetes in Adult Primary Care v1"),
        ("Asthma Guideline v2", "Sepsis Guideline v1"),
        ("Guideline v2", "Policy v1"),
        ("Pain in Adult Inpatients v2", "Pain in Adult Outpatients v1"),
        ("Clinical Guideline Appendix on Gout v2", "Clinical Guideline on Gout v1"),
    ],
)
def test_other_guidelines_are_no_versions(one: str, other: str) -> None:
    assert not replaces(mark(one, "", "a.pdf"), mark(other, "", "b.pdf"))


def test_different_policy_numbers_are_different_guidelines() -> None:
    one = mark("Gout v2", "Policy number: RX-8\n", "x/gout-v2.md")
    assert not replaces(one, mark("Gout v1", "Policy number: RX-7\n", "x/gout-v1.md"))


def test_number_and_date_at_odds_decide_nothing() -> None:
    one, other = mark("Gout", "Version: 2\nEffective: 2019-01-01"), mark("Gout", "Version: 1\nEffective: 2023-01-01")
    assert not is_newer(one, other)
    assert not is_newer(other, one)


def test_date_within_a_year_is_not_newer() -> None:
    assert not is_newer(mark("Gout 2022", "", "g.pdf"), mark("Gout", "Effective: 2022-06-28", "h.pdf"))


def test_letterhead_is_no_name_of_a_guideline() -> None:
    one = mark("a2", "Northfield General Hospital\nVersion: 2", "a2.txt")
    assert not replaces(one, mark("b1", "Northfield General Hospital\nVersion: 1", "b1.txt"))


def test_trailing_zeros_do_not_tell_labels_apart() -> None:
    assert same_label("1", "1.0")
    assert not same_label("1", "10")


def test_chart_document_has_no_version() -> None:
    document = Document("d", "0" * 64, "c", "p-1", "note", "Note v2", None, "n.txt", "Version: 2")
    assert document_version(document) is None
