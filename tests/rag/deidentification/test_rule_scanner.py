"""The scanner finds what each rule's pattern finds by itself, wherever it looks first; and stops in time."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.deidentification.rule_scanner import RuleScanner
from rag.deidentification.rules import CODE, LABELLED, load_rules
from rag.errors import DetectorError
from rag.types import Span

NOTES = Path(__file__).parents[3] / "finetune" / "data" / "deid_notes.jsonl.gz"
SECONDS = 20.0
STARTING = [rule for rule in load_rules() if rule.starts]
QUICK = RuleScanner(STARTING)
PLAIN = RuleScanner([replace(rule, starts="") for rule in STARTING])
WORDS = sorted({word for rule in STARTING if rule.starts != LABELLED for word in re.findall(r"[A-Za-z]+", rule.pattern)})
SAMPLES = [sample for rule in STARTING for sample in (*rule.samples, *rule.counterexamples)]
PIECES = st.sampled_from([*WORDS, *SAMPLES])
GAPS = st.sampled_from([" ", ", ", ": ", " (", "-", "\n", ".", "/", " no. ", "\u00a0", "é", "\u0301", "\u017f", "\u0664"])


def found(scanner: RuleScanner, text: str) -> list[tuple[str, Span]]:
    return [(rule.name, span) for rule, span in scanner.scan(text, SECONDS)]


def notes() -> Iterator[str]:
    with gzip.open(NOTES, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 12 == 0:
                text = json.loads(line)["text"]
                yield from (text, text.upper(), text.lower())


def test_places_to_start_at_hide_nothing_in_notes() -> None:
    for text in notes():
        assert found(QUICK, text) == found(PLAIN, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PIECES, GAPS, st.sampled_from([str, str.upper, str.lower])), max_size=12))
def test_places_to_start_at_hide_nothing_of_the_rules_own_words(pieces: list[tuple[str, str, Callable[[str], str]]]) -> None:
    text = "".join(case(piece) + gap for piece, gap, case in pieces)
    assert found(QUICK, text) == found(PLAIN, text)


def test_both_shared_kinds_of_place_are_used() -> None:
    assert {CODE, LABELLED} <= {rule.starts for rule in STARTING}


def test_overlapping_codes_are_found_as_one_search_finds_them() -> None:
    assert found(QUICK, "MRN: MRN 00482913 4471") == found(PLAIN, "MRN: MRN 00482913 4471")


@pytest.mark.parametrize("text", ["MRN: 00482913", "call me at 555 0143", "SSN 123-45-6789"])
def test_a_pattern_out_of_time_is_an_error_without_text(text: str) -> None:
    with pytest.raises(DetectorError, match="timed out") as caught:
        list(RuleScanner(load_rules()).scan(text * 200, 1e-9))
    assert text not in str(caught.value)
