"""The tagger over many texts: what it decides from probabilities, what it is told of words, and that it fails closed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.deidentification.findings import FAINT, EntityType, Finding
from rag.deidentification.tagger import CONCEIVABLE, CONTEXT_PIECES, TAGS, THRESHOLDS, WINDOW_PIECES, decided, judged_words, windows_of
from rag.deidentification.tagging import Tagged, Tagging, believed, beside_rules, tagged_elsewhere
from rag.deidentification.word_features import FEATURES, GAZETTEER_COLUMNS, piece_features
from rag.errors import DetectorError
from rag.types import Span

LIMITS = dict.fromkeys(THRESHOLDS, 0.3)


def chances(*pieces: tuple[str, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Each piece with its tag's probability; the rest is no identifier."""
    table = np.zeros((len(pieces), len(TAGS)), dtype=np.float32)
    for row, (tag, chance) in zip(table, pieces, strict=True):
        row[0] = 1.0 - chance
        row[TAGS.index(tag)] += chance
    return table


def found_in(
    text: str, pieces: Sequence[Span], table: np.ndarray[tuple[int, int], np.dtype[np.float32]], limits: dict[str, float]
) -> list[Finding]:
    return [found for found in decided(text, list(judged_words(text, pieces, table)), limits) if found.detector != FAINT]


def spans_of(text: str, *words: str) -> list[Span]:
    """The first place of each word, in order."""
    spans, at = [], 0
    for word in words:
        at = text.index(word, at)
        spans.append(Span(at, at + len(word)))
        at += len(word)
    return spans


def test_words_of_one_kind_beside_each_other_are_one_finding() -> None:
    text = "seen by Ann Vosk-Lee, Tarrow Clinic"
    pieces = spans_of(text, "seen", "by", "Ann", "Vosk", "-", "Lee", ",", "Tarrow", "Clinic")
    table = chances(*[("O", 0)] * 2, ("NAME", 0.9), ("NAME", 0.8), ("O", 0), ("NAME", 0.9), ("O", 0), *[("ORGANISATION", 0.9)] * 2)
    found = found_in(text, pieces, table, LIMITS)
    assert [(text[f.start : f.end], f.entity_type) for f in found] == [
        ("Ann Vosk-Lee", EntityType.PERSON), ("Tarrow Clinic", EntityType.ORGANIZATION),
    ]  # fmt: skip


def test_one_sure_piece_is_enough_for_its_word_and_its_kind_s_threshold_decides() -> None:
    text = "Oyelaran reports"
    pieces = [Span(0, 3), Span(3, 8), Span(9, 16)]
    table = chances(("NAME", 0.1), ("NAME", 0.4), ("NAME", 0.05))
    assert [text[f.start : f.end] for f in found_in(text, pieces, table, LIMITS)] == ["Oyelaran"]
    assert not list(found_in(text, pieces, table, LIMITS | {"NAME": 0.5}))


def test_a_word_that_means_something_is_held_to_its_own_threshold_unless_it_stands_beside_a_name() -> None:
    text = "Graves disease; Graves Okafor"
    pieces = spans_of(text, "Graves", "disease", "Graves", "Okafor")
    table = chances(("NAME", 0.5), ("O", 0), ("NAME", 0.5), ("NAME", 0.9))
    found = list(found_in(text, pieces, table, LIMITS | {"NAME:meant": 0.8}))
    assert [text[f.start : f.end] for f in found] == ["Graves Okafor"]


def test_a_word_list_is_believed_where_the_tagger_holds_it_for_conceivable_and_formats_always() -> None:
    text = "Kocher clamp, then Ann Mosel 02/11"
    pieces = spans_of(text, "Kocher", "clamp", "then", "Ann", "Mosel")
    table = chances(("NAME", CONCEIVABLE / 2), ("O", 0), ("O", 0), ("NAME", 0.9), ("NAME", CONCEIVABLE * 1.01))
    tagged = list(decided(text, list(judged_words(text, pieces, table)), dict.fromkeys(THRESHOLDS, 0.5)))
    assert [(text[f.start : f.end], f.detector) for f in tagged] == [("Ann", "tagger"), ("Mosel", FAINT)]
    kocher, whole, mosel = (
        Finding(0, 6, EntityType.PERSON, "names"),
        Finding(19, 28, EntityType.PERSON, "names"),
        spans_of(text, "Mosel")[0],
    )
    always = [Finding(0, 6, EntityType.PERSON, "known"), Finding(29, 34, EntityType.DATE, "dates")]
    alone = Finding(mosel.start, mosel.end, EntityType.LOCATION, "places")
    assert believed([kocher, whole, alone, *always], tagged) == [always[0], whole, alone, always[1]]
    assert believed([kocher, whole, *always], []) == always
    assert [text[f.start : f.end] for f in beside_rules(text, tagged, [])] == ["Ann"]


@given(st.integers(0, 2_000))
def test_windows_decide_every_piece_once_with_context_on_both_sides(pieces: int) -> None:
    decided_pieces = [piece for w in windows_of(pieces) for piece in range(w.first, w.last)]
    assert decided_pieces == list(range(pieces))
    for window in windows_of(pieces):
        assert window.end - window.start <= WINDOW_PIECES
        assert window.start == max(0, window.first - CONTEXT_PIECES) and window.end == min(pieces, window.last + CONTEXT_PIECES)


def test_every_piece_of_a_word_is_told_how_it_is_written_and_what_the_census_says() -> None:
    text = "Dr. Hernandez\nno fever 38"
    pieces = spans_of(text, "Dr", ".", "Her", "nandez", "no", "fever", "38")
    told = piece_features(text, pieces)
    column = {name: index for index, name in enumerate(FEATURES)}
    assert told[2, column["capital"]] == 1 and told[2, column["surname"]] > 0.7 and told[2, column["line_closes"]] == 1
    assert np.array_equal(told[2, : column["digit"]], told[3, : column["digit"]])
    assert told[0, column["titles"]] == 1 and told[4, column["line_before"]] == 1 and told[6, column["digit"]] == 1
    assert told[5, column["ordinary"]] > 0 and not told[5, list(GAZETTEER_COLUMNS)[:2]].any()
    assert told.min() >= 0 and told.max() <= 1


def test_rules_own_the_dates_and_codes_within_what_the_tagger_found() -> None:
    text = "the 14th and Tues 2/11; SSN 900-55-0166KX Booked A9 QW; Ann"
    rules = [Finding(0, 8, EntityType.DATE, "dates"), Finding(13, 22, EntityType.DATE, "dates"), Finding(28, 39, EntityType.SSN, "ssn")]
    tagged = [
        Finding(0, 22, EntityType.DATE, "tagger"), Finding(24, 54, EntityType.ID, "tagger"), Finding(56, 59, EntityType.PERSON, "tagger"),
    ]  # fmt: skip
    assert [text[f.start : f.end] for f in beside_rules(text, tagged, rules)] == ["KX", "A9", "QW", "Ann"]
    assert list(beside_rules(text, tagged, rules[:0])) == tagged


@pytest.mark.parametrize(
    ("text", "found", "kind", "kept"),
    [
        ("sat 94 on 2L. ok", "2L", EntityType.DATE, False),
        ("sat 94 on 2L. ok", "2L", EntityType.ID, False),
        ("age 58 then", "58", EntityType.ID, False),
        ("given 1250 mg today", "1250", EntityType.ID, False),
        ("potassium 6.2-19.4 today", "6.2-19.4", EntityType.DATE, False),
        ("born 4.4.03 there", "4.4.03", EntityType.DATE, True),
        ("on 5. 9. 2024 there", "5. 9. 2024", EntityType.DATE, True),
        ("see 4.4.1 there", "4.4.1", EntityType.DATE, False),
        ("seen on All Souls", "All Souls", EntityType.DATE, True),
        ("due 4/18 again", "4/18", EntityType.DATE, True),
        ("tag K77Q on him", "K77Q", EntityType.ID, True),
        ("Ann", "Ann", EntityType.PERSON, True),
    ],
)
def test_results_are_not_taken_for_dates_or_codes(text: str, found: str, kind: EntityType, kept: bool) -> None:
    finding = Finding(text.index(found), text.index(found) + len(found), kind, "tagger")
    assert list(beside_rules(text, [finding], [])) == [finding] * kept


class Fussy:
    """A detector that fails where a text says so."""

    def tag(self, texts: Sequence[str], clear: Sequence[Sequence[Span]]) -> list[tuple[Finding, ...]]:
        if any("boom" in text for text in texts):
            raise ValueError(texts)
        return [(Finding(0, 1, EntityType.PERSON, "tagger"),) for _ in texts]


def test_a_text_that_the_tagger_fails_on_fails_alone() -> None:
    good, bad, other = Tagging(Fussy).tag(["a", "boom", "c"])
    assert bad == Tagged(failed="detector_failed")
    assert not good.failed and good.findings == other.findings != ()


def test_a_missing_tagger_fails_every_text_and_none_is_loaded_for_nothing() -> None:
    def missing() -> Fussy:
        raise DetectorError("detector tagger is missing (no adapter)")

    assert Tagging(missing).tag([]) == []
    assert Tagging(missing).tag(["a", "b"]) == [Tagged(failed="detector_missing")] * 2
    assert tagged_elsewhere().tag(["a"]) == [Tagged(failed="detector_missing")]


@pytest.mark.parametrize("broken", [MemoryError, OSError, RuntimeError])
def test_a_tagger_that_cannot_be_loaded_for_any_reason_fails_closed(broken: type[Exception]) -> None:
    def load() -> Fussy:
        raise broken("why")

    assert Tagging(load).tag(["a"]) == [Tagged(failed="detector_failed")]
