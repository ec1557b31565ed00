"""Training the tagger: its windows and tags, and that it learns."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from finetune.encoders import Recipe, read_log, train
from finetune.tagger import KINDS, STRIDE_TOKENS, TAGS, UNCOUNTED, WINDOW_TOKENS, MarkedNote, TaggerTask, score_tagger, tags_of, windows_of
from finetune.tagger_data import marked_notes
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.types import Span

NAMES = ("vale", "roe", "quill", "marsh", "hobbs", "tran")
WORDS = ("fever", "cough", "potassium", "rash", "knee", "sleep")


def note(number: int) -> MarkedNote:
    """A name between words that are none."""
    name, word = NAMES[number % len(NAMES)], WORDS[number % len(WORDS)]
    text = f"{word} today, seen by dr {name} for {word}"
    start = text.index(name)
    return MarkedNote(f"note-{number}", text, ((start, start + len(name), "NAME"),))


def test_a_long_note_is_read_in_windows_that_overlap(small: Checkpoint) -> None:
    tokens = Tokens(small.folder, 1 << 20)
    long = MarkedNote("long", "pain " * 400, ())
    windows = list(windows_of(long, tokens))
    assert [len(window.ids) for window in windows[:-1]] == [WINDOW_TOKENS + 2] * (len(windows) - 1)
    assert sum(min(STRIDE_TOKENS, len(window.ids) - 2) for window in windows[:-1]) + len(windows[-1].ids) - 2 == 400
    assert len(list(windows_of(MarkedNote("empty", "", ()), tokens))) == 1


def test_names_begin_and_go_on_and_other_identifiers_are_not_counted() -> None:
    marked = MarkedNote("one", "Ann Roe 555", ((0, 7, "NAME"), (8, 11, "PHONE")))
    names = [TAGS[tag] if tag != UNCOUNTED else "" for tag in tags_of(marked, [Span(0, 3), Span(4, 7), Span(8, 11)])]
    assert names == ["B-NAME", "I-NAME", ""]


def test_it_learns_which_words_are_names(small: Checkpoint, tmp_path: Path) -> None:
    notes = [note(number) for number in range(36)]
    task = TaggerTask(notes, notes[:6], small, windows=6)
    recipe = Recipe(rank=8, alpha=16, learning_rate=1e-2, head_rate=1e-2, epochs=10, patience=9, bfloat16=False)
    before = score_tagger(task, train(task, small, recipe, tmp_path / "none", tell=lambda line: None, stop_after=0), notes[:6])
    model = train(task, small, recipe, tmp_path / "run", tell=lambda line: None)
    losses = [line["validation"] for line in read_log(tmp_path / "run")]
    after = score_tagger(task, model, notes[:6])
    assert min(losses) < 0.5 * losses[0]
    assert after.recall["NAME"] >= 0.9 and after.touched < 0.05 < before.touched


def test_the_packaged_notes_are_whole() -> None:
    notes = marked_notes()
    assert len(notes) == len({one.text for one in notes}) == 248
    for one in notes:
        assert list(one.spans) == sorted(one.spans), one.name
        assert all(one.text[start:end].strip() == one.text[start:end] != "" for start, end, _ in one.spans), one.name
        assert all(first[1] <= second[0] for first, second in pairwise(one.spans)), one.name
    assert sum(kind in KINDS for one in notes for _, _, kind in one.spans) > 1_500
