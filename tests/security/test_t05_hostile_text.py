"""Attack 5: huge or hostile text is refused above a limit, read in linear work below it, and every offset maps back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from rag.deidentification.analyzer import OVERLAP_CHARS, SEGMENT_CHARS, segments
from rag.deidentification.deidentifier import Deidentifier, open_deidentifier
from rag.deidentification.findings import Finding
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.deidentification.reversal import reveal
from rag.keys import KEY_BYTES, Keys
from rag.normalization import normalise
from rag.types import Policy, Span
from tests.rules_alone import rules_alone
from tests.security.hospital import bytes_under, found_in, ingested, manifest, opened

KEYS = Keys(bytes(range(KEY_BYTES)))
IDENTITY = PatientIdentity(
    "p-1",
    (
        KnownIdentifier("Zebulonia Quagmarsh", "PERSON", "patient"),
        KnownIdentifier("617-884-2231", "PHONE"),
        KnownIdentifier("José Wexcombley", "PERSON", "contact"),
    ),
    -70,
)
HUGE_BYTES = 50 * 1024 * 1024


class Counting:
    """A detector that finds nothing and counts what it is given."""

    name = "counting"

    def __init__(self) -> None:
        self.given: list[int] = []

    def find(self, text: str) -> Sequence[Finding]:
        self.given.append(len(text))
        return ()


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return open_deidentifier(KEYS, tagging=rules_alone(), today=date(2026, 6, 1))


def test_t05_a_note_and_a_document_of_50_mb_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "Quagmarsh.txt").write_bytes(b"Quagmarsh " * (HUGE_BYTES // 10))
    small = json.dumps({"id": "1", "patient": "m", "text": "Aspirin 81 mg daily.", "type": "Note"})
    huge = json.dumps({"id": "2", "patient": "m", "text": "Quagmarsh " * (HUGE_BYTES // 10), "type": "Note"})
    (tmp_path / "notes.jsonl").write_text(f"{huge}\n{small}\n")
    path = tmp_path / "m.yaml"
    path.write_text(manifest("m", "safe_harbor", [("notes-jsonl", "notes.jsonl"), ("document", "letters")]))
    with opened(tmp_path) as owner:
        report = ingested(owner, path).as_json()
        assert owner.index.count() == 1
    [corpus] = report["corpora"]
    assert len(corpus["errors"]) == 2 and all("limit" in error for error in corpus["errors"])
    assert found_in(json.dumps(report).encode(), ["Quagmarsh"]) == []
    assert [path for path, content in bytes_under(tmp_path / "workspace") if found_in(content, ["Quagmarsh"])] == []


def test_t05_one_line_of_5_mb_is_cut_into_as_many_pieces_as_its_length_asks_for() -> None:
    for unit in ("x", "word ", "\u0301", "a\u202e"):
        line = unit * (5_000_000 // len(unit))
        pieces = list(segments(line))
        assert len(pieces) <= len(line) / (SEGMENT_CHARS - 2 * OVERLAP_CHARS) + 1
        assert pieces[-1].end == len(line) and max(piece.end - piece.start for piece in pieces) <= SEGMENT_CHARS


@pytest.mark.parametrize("unit", ["x", "123-45-6789 ", "Zebulonia ", "a@"])
def test_t05_twice_the_text_is_twice_the_work(unit: str) -> None:
    counts = []
    for size in (40_000, 80_000):
        counting = Counting()
        counted = open_deidentifier(KEYS, tagging=rules_alone(), detectors=[counting])
        counted.deidentify(unit * (size // len(unit)), policy=Policy.SAFE_HARBOR, identity=IDENTITY)
        counts.append((len(counting.given), sum(counting.given)))
        assert sum(counting.given) <= 1.2 * size
    assert counts[1][0] <= 2 * counts[0][0] + 1


@pytest.mark.parametrize(
    ("raw", "hidden"),
    [
        ("Seen: Zebu\u200blonia Quag\u2060marsh today.", "Zebu\u200blonia Quag\u2060marsh"),
        ("Seen: Zebu\u00adlonia Quagmarsh today.", "Zebu\u00adlonia Quagmarsh"),
        ("Seen: Zebu\x00lonia Quag\x07marsh today.", "Zebu\x00lonia Quag\x07marsh"),
        ("Seen: \u202eZebulonia\u202c Quagmarsh\u200f today.", "Zebulonia\u202c Quagmarsh"),
        ("Seen: Jose\u0301 Wexcombley today.", "Jose\u0301 Wexcombley"),
        ("Seen: Quag\u0301\u0302\u0303marsh today.", "Quag\u0301\u0302\u0303marsh"),
        ("Seen: Quаgmаrsh today (Cyrillic).", "Quаgmаrsh"),
        ("Seen: Ｑｕａｇｍａｒｓｈ today.", "Ｑｕａｇｍａｒｓｈ"),
        ("Seen: ZEBULONIA\u2028QUAGMARSH today.", "ZEBULONIA\u2028QUAGMARSH"),
        ("Call ６１７\u2011８８４\u2011２２３１ today.", "６１７\u2011８８４\u2011２２３１"),
        ("Call 617\u200b884\u00a02231 today.", "617\u200b884\u00a02231"),
        ("Mail zq@quag\u200bmarsh.example today.", "zq@quag\u200bmarsh.example"),
        ("SSN 123\u201145\u20116789 today.", "123\u201145\u20116789"),
        ("\ud800 Zebulonia\udfff Quagmarsh today.", "Zebulonia"),
    ],
)
def test_t05_what_hides_an_identifier_is_undone_first_and_offsets_map_back(deidentifier: Deidentifier, raw: str, hidden: str) -> None:
    normal = normalise(raw)
    result = deidentifier.deidentify(normal.text, policy=Policy.SAFE_HARBOR, identity=IDENTITY)
    assert reveal(result.text, result.replacements) == normal.text
    gone = [normal.offsets.to_old(Span(r.start, r.end)) for r in result.replacements]
    start = raw.index(hidden)
    place = {at for at in range(start, start + len(hidden)) if raw[at].isalnum()}
    assert place <= {at for span in gone for at in range(span.start, span.end)}
    assert result.text.endswith("today.") or "today (" in result.text


def test_t05_dense_identifiers_all_go_and_come_back(deidentifier: Deidentifier) -> None:
    planted = [[f"{100 + i}-45-{6000 + i}", f"a{i}@b.example", f"{300 + i}-884-2231"] for i in range(400)]
    text = "".join(f"Zebulonia Quagmarsh {' '.join(identifiers)}; " for identifiers in planted)
    result = deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=IDENTITY)
    assert "Quagmarsh" not in result.text
    assert [value for identifiers in planted for value in identifiers if value in result.text] == []
    assert reveal(result.text, result.replacements) == text
    for replacement in result.replacements[:50]:
        moved = result.offsets.to_new(Span(replacement.start, replacement.end))
        assert (moved.start, moved.end) == (replacement.new_start, replacement.new_end)


def test_t05_bad_utf_8_hides_nothing(tmp_path: Path) -> None:
    note = {
        "id": "1",
        "patient": "m",
        "author": "Zebulonia Quagmarsh",
        "text": "MARK Zebulonia Quagmarsh takes aspirin 81 mg.",
        "type": "Note",
    }
    line = json.dumps(note).encode().replace(b"MARK", b"\xff\xfe\xc3")
    (tmp_path / "notes.jsonl").write_bytes(line + b"\n" + json.dumps({**note, "id": "2"}).encode() + b"\n")
    (tmp_path / "guide.txt").write_bytes(b"Dr. John Smith \xff\xc3 saw them at 617-884-2231 for aspirin.\n")
    path = tmp_path / "m.yaml"
    path.write_text(manifest("m", "safe_harbor", [("notes-jsonl", "notes.jsonl"), ("document", "guide.txt")]))
    with opened(tmp_path) as owner:
        report = ingested(owner, path).as_json()
    canaries = ["Zebulonia", "Quagmarsh", "617-884-2231", "John Smith"]
    assert found_in(json.dumps(report).encode(), canaries) == []
    assert [path for path, content in bytes_under(tmp_path / "workspace") if found_in(content, canaries)] == []
    with sqlite3.connect(tmp_path / "workspace" / "store.sqlite") as connection:
        texts = [row[0] for row in connection.execute("SELECT text FROM documents")]
    assert texts and all("aspirin" in text for text in texts)
