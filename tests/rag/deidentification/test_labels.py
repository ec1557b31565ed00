"""Codes behind labels: many ways of numbering, and labels without a code."""

from __future__ import annotations

import pytest
import regex

from rag.deidentification.labels import labelled_pattern, load_labels


def values(text: str, sure: list[str], vague: list[str]) -> list[str]:
    return [m["value"] for m in regex.finditer(labelled_pattern(sure, vague, 3), text, regex.IGNORECASE)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("badge 2217 of", "2217"),
        ("Badge No.: C5551", "C5551"),
        ("badge # 22-1093-A.", "22-1093-A"),
        ("badge 6 6 0 1 8 4 today", "6 6 0 1 8 4"),
        ("badge TN 58 AZ 5550 not", "TN 58 AZ 5550"),
        ("badge: SMH/GJ/771203/05", "SMH/GJ/771203/05"),
        ("case no. 5508-113-20", "5508-113-20"),
        ("ba\u0064ge 884201 72 y/o", "884201"),
    ],
)
def test_code_behind_a_label_is_found_whole(text: str, value: str) -> None:
    assert values(text, ["badge"], ["case"]) == [value]


@pytest.mark.parametrize(
    "text", ["badge of honour", "badge 12", "badge 500 mg", "badge 03/14/2021", "case 2217", "lowbadge 2217", "badge 10:30"]
)
def test_labels_without_a_code_are_left(text: str) -> None:
    assert values(text, ["badge"], ["case"]) == []


def test_scanned_label_is_read() -> None:
    assert values("l1cense N0. 22-B550", ["license"], []) == ["22-B550"]


def test_no_label_is_in_both_lists_of_a_kind() -> None:
    lists = load_labels()
    for kind, labels in lists.items():
        assert len(set(labels)) == len(labels), kind
        assert not set(labels) & set(lists.get(f"{kind}_vague", ())), kind
