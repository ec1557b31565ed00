"""One form per character, and a map that always leads back."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.normalization import Edit, OffsetMap, normalise, rewrite
from rag.types import Span
from tests.growth import grows_linearly

SPACING = ["\n", "\r\n", "\r", "\r\r\n", "\t", "\x00", "\x0c", "\x85", "\u00a0", "\u2009", "\u00ad", "\u200b", "\u202e", "\ufeff"]
LETTERS = [*"aB7 .éﬁﬃＡ５Å😀각µ½", "e\u0301", "o\u0323\u0302", "\u0301", "\ud800", "👩\u200d⚕\ufe0f", "\u1100\u1161\u11a8", "\uf0b7"]
MESSY = st.lists(st.sampled_from([*SPACING, *LETTERS]), max_size=40).map("".join)
REPLACEMENT = st.tuples(st.integers(0, 4), st.integers(0, 3), st.text("xyz", max_size=4))


def replacements_for(text: str, steps: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Ordered, disjoint replacements made of (gap, length, new text) steps that fit into the text."""
    found, cursor = [], 0
    for gap, length, new in steps:
        start, end = cursor + gap, cursor + gap + length
        if end > len(text):
            break
        found.append((start, end, new))
        cursor = end + 1
    return found


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("page one\x0cpage two\u2028end", "page one\npage two\nend"),
        ("Jo\x00hn\u200b Do\u00ade", "John Doe"),
        ("5\u00a0mg\u2009daily", "5 mg daily"),
        ("ﬁbrillation, eﬀusion, aﬃrmed", "fibrillation, effusion, affirmed"),
        ("Ａ１ｃ ８．２％", "A1c 8.2%"),
        ("naive cafe\u0301", "naive caf\u00e9"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("abc\u202edef\u202c", "abcdef"),
        ("non\u2011small", "non-small"),
        ("\uf0b7 item", "• item"),
        ("tab\tstays\n", "tab\tstays\n"),
        ("10 µg, 5 m², ½ tab, 37 °C, 30–120", "10 µg, 5 m², ½ tab, 37 °C, 30–120"),
        ("", ""),
    ],
)
def test_normal_form(raw: str, clean: str) -> None:
    assert normalise(raw).text == clean


def test_clean_text_is_returned_as_it_is() -> None:
    text = "Metformin 500 mg b.i.d.\n\nNo fever.\n"
    result = normalise(text)
    assert result.text is text
    assert result.offsets == OffsetMap.identity()


@given(MESSY)
def test_normal_text_is_nfc_without_controls_and_stays_as_it_is(raw: str) -> None:
    text = normalise(raw).text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in text if c not in "\t\n")
    assert normalise(text).text == text
    assert normalise(text).offsets == OffsetMap.identity()


@given(MESSY, st.data())
def test_spans_round_trip_through_normalisation(raw: str, data: st.DataObject) -> None:
    result = normalise(raw)
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    old = result.offsets.to_old(Span(start, end))
    assert 0 <= old.start <= old.end <= len(raw)
    if start < end:
        assert result.text[start:end] in normalise(raw[old.start : old.end]).text
        new = result.offsets.to_new(old)
        assert new.start <= start < end <= new.end


@given(MESSY)
def test_whole_text_maps_onto_whole_text(raw: str) -> None:
    result = normalise(raw)
    if result.text:
        assert result.offsets.to_new(Span(0, len(raw))) == Span(0, len(result.text))


def test_untouched_spans_map_exactly_and_touching_ones_grow() -> None:
    result = rewrite("John Smith was seen.", [(0, 10, "Peregrine Oakes")])
    assert result.text == "Peregrine Oakes was seen."
    assert result.offsets.to_new(Span(11, 14)) == Span(16, 19)
    assert result.offsets.to_old(Span(16, 19)) == Span(11, 14)
    assert result.offsets.to_old(Span(3, 5)) == Span(0, 10)
    assert result.offsets.to_new(Span(9, 14)) == Span(0, 19)
    assert result.offsets.to_old(Span(15, 16)) == Span(10, 11)


def test_deleted_run_belongs_to_spans_around_it_only() -> None:
    offsets = rewrite("ab--cd", [(2, 4, "")]).offsets
    assert offsets.to_old(Span(0, 2)) == Span(0, 2)
    assert offsets.to_old(Span(2, 4)) == Span(4, 6)
    assert offsets.to_old(Span(1, 3)) == Span(1, 5)
    assert offsets.to_old(Span(2, 2)) == Span(2, 4)
    assert offsets.to_new(Span(2, 4)) == Span(2, 2)


@given(st.text("abcdef", max_size=20), st.lists(REPLACEMENT, max_size=5), st.data())
def test_rewritten_text_is_equal_outside_the_edits(text: str, steps: list[tuple[int, int, str]], data: st.DataObject) -> None:
    result = rewrite(text, replacements_for(text, steps))
    cursor = 0
    for edit in [*result.offsets.edits, Edit(len(text), len(text), len(result.text), len(result.text))]:
        kept = Span(cursor, edit.old_start)
        if kept.start < kept.end:
            new = result.offsets.to_new(kept)
            assert result.text[new.start : new.end] == text[kept.start : kept.end]
            assert result.offsets.to_old(new) == kept
        cursor = edit.old_end


@given(st.text("abcdef", max_size=20), st.lists(REPLACEMENT, max_size=5), st.lists(REPLACEMENT, max_size=5), st.data())
def test_joined_maps_hold_what_the_two_in_turn_give(
    text: str, steps: list[tuple[int, int, str]], later_steps: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    first = rewrite(text, replacements_for(text, steps))
    second = rewrite(first.text, replacements_for(first.text, later_steps))
    joined = first.offsets.then(second.offsets)
    edges = [(edit.old_start, edit.old_end, edit.new_start, edit.new_end) for edit in joined.edits]
    assert all(a[1] <= b[0] and a[3] <= b[2] for a, b in pairwise(edges))
    start = data.draw(st.integers(0, len(second.text)))
    end = data.draw(st.integers(start, len(second.text)))
    if start < end:
        stepwise = first.offsets.to_old(second.offsets.to_old(Span(start, end)))
        whole = joined.to_old(Span(start, end))
        assert whole.start <= stepwise.start <= stepwise.end <= whole.end
    kept_old = text
    for edit in reversed(joined.edits):
        kept_old = kept_old[: edit.old_start] + second.text[edit.new_start : edit.new_end] + kept_old[edit.old_end :]
    assert kept_old == second.text


def test_identity_is_neutral() -> None:
    offsets = rewrite("abc", [(1, 2, "xyz")]).offsets
    assert OffsetMap.identity().then(offsets) == offsets
    assert offsets.then(OffsetMap.identity()) == offsets


@pytest.mark.parametrize("bad", [[(2, 1, "x")], [(0, 2, "x"), (1, 3, "y")], [(0, 9, "x")], [(-1, 2, "x")]])
def test_disordered_replacements_are_refused(bad: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="overlaps or leaves"):
        rewrite("abcd", bad)


def test_runs_of_marks_take_linear_time() -> None:
    assert len(normalise("e" + "\u0301\u0323" * 50_000).text) <= 100_001
    assert grows_linearly(lambda size: normalise("e" + "\u0301\u0323" * size), 6_250)  # sorting an unbounded run of marks is quadratic


def test_five_megabytes_are_normalised() -> None:
    assert normalise("x" * 5_000_000).offsets == OffsetMap.identity()
    assert normalise("\x00" * 5_000_000).text == ""
