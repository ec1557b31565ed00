"""Training the tagger: its windows and tags, what it is trained on, and that it learns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from finetune.carriers import filled, found_by_rules, load_templates, loaded, swapped
from finetune.encoders import Recipe, draws, read_log, save_adapter, train
from finetune.name_draws import SLOT_KINDS, NameDraws, held_back
from finetune.tagger import UNCOUNTED, MarkedNote, TaggerTask, tags_of, windows_of
from finetune.tagger_data import TrainingNotes, carrier_notes, tagger_notes, written_notes
from finetune.tagger_scores import choose_thresholds, score_tagger, scored_words
from rag.deidentification.tagger import TAGS, THRESHOLDS, WINDOW_PIECES, Tagger
from rag.deidentification.word_features import FEATURES
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.errors import ModelError
from rag.types import Span

NAMES = ("vale", "roe", "quill", "marsh", "hobbs", "tran")
WORDS = ("fever", "cough", "potassium", "rash", "knee", "sleep")
CARRIER = "Chief complaint\n\nThe patient reports cough. Her daughter was present. The patient denies fever.\nPlan: return in 2 weeks.\n"


class Repeated:
    """The same notes in each epoch."""

    def __init__(self, kept: Sequence[MarkedNote]) -> None:
        self._kept = kept

    def notes(self, rng: random.Random) -> Sequence[MarkedNote]:
        return self._kept

    def described(self) -> dict[str, Any]:
        return {}


def note(number: int) -> MarkedNote:
    """A name between words that are none."""
    name, word = NAMES[number % len(NAMES)], WORDS[number % len(WORDS)]
    text = f"{word} today, seen by dr {name} for {word}"
    start = text.index(name)
    return MarkedNote(f"note-{number}", text, ((start, start + len(name), "NAME"),))


def marked(one: MarkedNote) -> list[tuple[str, str]]:
    """Each span's text and type."""
    return [(one.text[start:end], kind) for start, end, kind in one.spans]


def test_a_long_note_is_cut_into_windows_that_hold_every_piece_once(small: Checkpoint) -> None:
    tokens = Tokens(small.folder, 1 << 20)
    for rng in (None, draws(3)):
        windows = list(windows_of(MarkedNote("long", "pain " * 400, ()), tokens, rng))
        assert all(len(window.ids) <= WINDOW_PIECES + 2 and len(window.ids) == len(window.tags) == len(window.told) for window in windows)
        assert sum(len(window.ids) - 2 for window in windows) == 400
        hidden = sum(window.ids.count(tokens.mask) for window in windows)
        assert hidden == 0 if rng is None else 10 < hidden < 60


def test_another_type_is_not_counted() -> None:
    one = MarkedNote("one", "Ann Roe 555", ((0, 7, "NAME"), (8, 11, "DIGITS")))
    assert tags_of(one, [Span(0, 3), Span(4, 7), Span(8, 11)]) == [TAGS.index("NAME"), TAGS.index("NAME"), UNCOUNTED]


def test_it_learns_which_words_are_names_and_thresholds_lean_towards_finding(small: Checkpoint, tmp_path: Path) -> None:
    notes = [note(number) for number in range(36)]
    task = TaggerTask(Repeated(notes), notes[:6], Tokens(small.folder, 1 << 20))
    recipe = Recipe(rank=8, alpha=16, learning_rate=1e-2, head_rate=1e-2, epochs=12, patience=12, bfloat16=False)
    model = train(task, small, recipe, tmp_path / "run", tell=lambda line: None)
    losses = [line["validation"] for line in read_log(tmp_path / "run")]
    card = {"tags": TAGS, "features": FEATURES, "thresholds": dict.fromkeys(THRESHOLDS, 0.5)}
    save_adapter(model, small, recipe, tmp_path / "adapter", card)
    words = scored_words(Tagger(small, load_adapter(tmp_path / "adapter", small), 1), notes[:6])
    chosen = choose_thresholds(words)
    score = score_tagger(words, chosen)
    assert min(losses) < 0.5 * losses[0]
    assert score["recall"]["NAME"] == {"n": 6, "recall": 1.0} and score["touched"] < 0.1
    assert score["recall"]["CODE"] == {"n": 0, "recall": None}
    assert 0.05 <= chosen["NAME"] <= 0.5
    save_adapter(model, small, recipe, tmp_path / "other", card | {"thresholds": dict.fromkeys(THRESHOLDS[:-1], 0.5)})
    with pytest.raises(ModelError, match="thresholds"):
        Tagger(small, load_adapter(tmp_path / "other", small), 1)


def test_the_packaged_notes_are_whole() -> None:
    notes = written_notes()
    assert len(notes) == len({one.text for one in notes}) == 1106
    for one in notes:
        assert list(one.spans) == sorted(one.spans), one.name
        assert all(one.text[start:end].strip() == one.text[start:end] != "" for start, end, _ in one.spans), one.name
        assert all(first[1] <= second[0] for first, second in pairwise(one.spans)), one.name
        assert {kind for _, _, kind in one.spans} <= set(TAGS), one.name


@pytest.mark.parametrize("held", [False, True])
def test_every_template_s_slots_are_filled_and_marked(held: bool) -> None:
    rng, templates = draws(7), load_templates(held=held)
    for template in (*templates.headers, *templates.signatures, *templates.sentences, *templates.traps):
        made = filled(template, NameDraws(rng, held=held), rng)
        assert template.count("{") == sum(kind in SLOT_KINDS.values() for _, kind in marked(made)), template
        assert "{" not in made.text and all(text.strip() for text, _ in marked(made)), template


def test_training_and_validation_share_no_template_and_no_census_name() -> None:
    learned, kept = load_templates(held=False), load_templates(held=True)
    assert kept.sentences and not set(learned.sentences) & set(kept.sentences)
    names = {NameDraws(draws(seed), held=True)._name("surname") for seed in range(50)}
    assert any(held_back(name.lower()) for name in names)


def test_a_loaded_carrier_keeps_its_own_words_and_marks_what_was_set_in() -> None:
    carrier = found_by_rules("here/1", CARRIER)
    kinds = set()
    for seed in range(40):
        made = loaded(carrier, draws(seed))
        kinds |= {kind for _, kind in marked(made)}
        plain = "".join(c for at, c in enumerate(made.text) if not any(start <= at < end for start, end, _ in made.spans)).lower()
        assert "denies fever" in plain and "return in 2 weeks" in plain
        assert all(text.strip() == text != "" for text, _ in marked(made)), made.text
    assert {"NAME", "LOCATION", "ORGANISATION"} <= kinds


def test_swapping_draws_the_same_name_for_the_same_one_and_keeps_what_says_the_kind() -> None:
    text = "ZLATIC, Vera of Zlatic Clinic; Ms. Zlatic, id 4471"
    spans = ((0, 12, "NAME"), (16, 29, "ORGANISATION"), (35, 41, "NAME"), (46, 50, "CODE"))
    made = swapped(MarkedNote("one", text, spans), NameDraws(draws(4)), draws(4))
    (name, _), (clinic, _), (again, _), (code, _) = marked(made)
    assert name.split(",")[0] == again.upper() != "ZLATIC" and clinic.startswith(again) and clinic.endswith(" Clinic")
    assert code.isdigit() and len(code) == 4 and made.text.startswith(name) and " of " in made.text


def test_a_source_left_out_is_in_neither_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.tagger_data.DEMO_PATIENTS", 2)
    training, validation = tagger_notes(None, without="written")
    assert not training.written and all(one.name.startswith("demo/") for one in [*training.carriers, *validation])
    training, validation = tagger_notes(None, without="demo")
    assert not training.carriers and all(one.name.startswith("written/") for one in validation)


def test_an_epoch_draws_every_source_and_the_same_for_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.tagger_data.DEMO_PATIENTS", 2)
    monkeypatch.setattr("finetune.tagger_data.CARRIERS_PER_EPOCH", 10)
    training = TrainingNotes(written_notes()[:5], carrier_notes(None))
    made = training.notes(draws(2))
    assert made == training.notes(draws(2)) != training.notes(draws(3))
    assert {one.name.partition("/")[0] for one in made} == {"written", "demo"} and len(made) == 20
