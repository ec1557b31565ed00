"""Training an adapter: it learns, it goes on exactly where it was interrupted, and what it saves is what answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from finetune.curves import CURVE_FILE, draw_losses
from finetune.encoders import AdaptedEncoder, Recipe, read_log, save_adapter, train, validate
from finetune.finishing import finish
from finetune.reranker import Example, RerankerTask, score_reranker, split_by_group
from rag.encoder.adapter import CARD_FILE, WEIGHTS_FILE, load_adapter
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.numpy_encoder import NumpyEncoder
from rag.encoder.tokens import Tokens
from rag.encoder.torch_encoder import TorchEncoder
from rag.errors import InputError, ModelError
from rag.reranking import Reranker, paired_ids

RECIPE = Recipe(rank=4, alpha=8, learning_rate=5e-3, head_rate=5e-3, epochs=4, patience=9, bfloat16=False)
THINGS = ("fever", "cough", "knee", "heart", "sugar", "iron", "rash", "sleep")


def examples() -> list[Example]:
    """Toy questions: the sentence in the past tense answers, and none does for every fourth."""
    made = []
    for number in range(48):
        thing = THINGS[number % len(THINGS)]
        others = [word for word in THINGS if word != thing][: 4 + number % 3]
        answered = number % 4 != 3
        sentences = [f"The {thing} was seen today."] * answered + [f"Will see about the {word}." for word in others]
        made.append(Example(f"Any {thing}?", tuple(sentences), frozenset({0} if answered else ()), f"chart-{number % 12}"))
    return made


@pytest.fixture(scope="module")
def task(small: Checkpoint) -> RerankerTask:
    learned, held = split_by_group(examples(), 0.25, 1)
    return RerankerTask(learned, held, small, questions=6)


@pytest.fixture(scope="module")
def trained(task: RerankerTask, small: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> tuple[AdaptedEncoder, Path]:
    folder = tmp_path_factory.mktemp("run")
    return train(task, small, RECIPE, folder, tell=lambda line: None), folder


def test_groups_stay_on_one_side_of_the_split() -> None:
    learned, held = split_by_group(examples(), 0.25, 1)
    assert len(learned) + len(held) == 48 and held
    assert not {e.group for e in learned} & {e.group for e in held}


def test_the_validation_loss_falls_and_the_best_epoch_is_kept(
    task: RerankerTask, small: Checkpoint, trained: tuple[AdaptedEncoder, Path]
) -> None:
    model, folder = trained
    torch.manual_seed(RECIPE.seed)
    fresh = validate(task, AdaptedEncoder(small, task.head(32), RECIPE), RECIPE)
    log = list(read_log(folder))
    assert min(line["validation"] for line in log) < 0.9 * fresh
    assert validate(task, model, RECIPE) == pytest.approx(min(line["validation"] for line in log), abs=1e-6)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    task: RerankerTask, small: Checkpoint, trained: tuple[AdaptedEncoder, Path], tmp_path: Path
) -> None:
    whole, folder = trained
    train(task, small, RECIPE, tmp_path, tell=lambda line: None, stop_after=2)
    assert len(list(read_log(tmp_path))) == 2
    resumed = train(task, small, RECIPE, tmp_path, tell=lambda line: None)
    for one, other in zip(read_log(folder), read_log(tmp_path), strict=True):
        assert (one["loss"], one["validation"]) == pytest.approx((other["loss"], other["validation"]), abs=1e-6)
    for name, value in whole.trained().items():
        assert torch.allclose(value, resumed.trained()[name], atol=1e-6)


@pytest.mark.parametrize("other", [replace(RECIPE, learning_rate=1e-3), replace(RECIPE, epochs=5)])
def test_a_training_is_not_gone_on_with_by_another_recipe_or_other_data(
    task: RerankerTask, small: Checkpoint, trained: tuple[AdaptedEncoder, Path], other: Recipe
) -> None:
    with pytest.raises(InputError, match="another recipe"):
        train(task, small, other, trained[1], tell=lambda line: None)
    with pytest.raises(InputError, match="other data"):
        train(RerankerTask(examples()[:9], examples()[9:12], small), small, RECIPE, trained[1], tell=lambda line: None)


@pytest.fixture(scope="module")
def saved(small: Checkpoint, trained: tuple[AdaptedEncoder, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapter")
    save_adapter(trained[0], small, RECIPE, folder, {"task": "reranker"})
    return folder


def test_the_merged_adapter_gives_the_trained_model_s_vectors(small: Checkpoint, trained: tuple[AdaptedEncoder, Path], saved: Path) -> None:
    adapter = load_adapter(saved, small)
    ids = Tokens(small.folder, 128).rows(["Any fever? The cough was seen today."])[0].ids
    with torch.no_grad():
        ((_, wanted, _),) = trained[0].vectors([ids])
    plain = NumpyEncoder(small).token_vectors(ids)
    for got in (
        NumpyEncoder(small, adapter).token_vectors(ids),
        TorchEncoder(small, threads=1, bfloat16=False, adapter=adapter).token_vectors([ids])[0],
    ):
        assert np.abs(got - wanted[0].numpy()).max() < 5e-3 < np.abs(got - plain).max()


def test_the_reranker_scores_as_the_model_that_was_trained(
    task: RerankerTask, small: Checkpoint, trained: tuple[AdaptedEncoder, Path], saved: Path
) -> None:
    example = examples()[0]
    with torch.no_grad():
        wanted = task.logits(trained[0], task.rows([example])).numpy()
    got = Reranker(small, load_adapter(saved, small), threads=1).scores(example.question, example.sentences)
    assert np.abs(got - wanted).max() < 0.1
    assert score_reranker(task, trained[0], examples()).answerable == 36


def test_without_torch_the_reranker_scores_the_same(small: Checkpoint, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = examples()[1]
    batched = Reranker(small, load_adapter(saved, small), threads=1).scores(example.question, example.sentences)
    monkeypatch.setattr("rag.reranking.sys", SimpleNamespace(modules={}))  # as if torch had not been imported
    monkeypatch.setattr(TorchEncoder, "token_vectors", None)
    single = Reranker(small, load_adapter(saved, small), threads=1).scores(example.question, example.sentences)
    assert np.abs(batched - single).max() <= 0.1


def test_a_pair_is_cut_in_its_parts_and_keeps_its_separators(small: Checkpoint) -> None:
    tokens = Tokens(small.folder, 128)
    ((ids, begin),) = paired_ids(tokens, "fever " * 100, ["cough " * 100])
    assert begin == 48 and len(ids) == 48 + 79
    assert ids[0] == tokens.rows(["x"])[0].ids[0] and ids[begin - 1] == ids[-1] == tokens.rows(["x"])[0].ids[-1]


def test_an_adapter_of_another_encoder_is_refused(saved: Path, small: Checkpoint, tmp_path: Path) -> None:
    from rag.encoder.checkpoint import find_checkpoint

    with pytest.raises(ModelError, match="train it on this one"):
        load_adapter(saved, find_checkpoint())
    with pytest.raises(ModelError, match="cannot be read"):
        load_adapter(tmp_path, small)


def test_an_adapter_of_other_shapes_is_refused(saved: Path, small: Checkpoint) -> None:
    adapter = load_adapter(saved, small)
    arrays = {name: array[:3] for name, array in small.arrays().items()}
    with pytest.raises(ModelError, match="another encoder"):
        adapter.merged(arrays)


def test_a_damaged_adapter_is_refused(saved: Path, small: Checkpoint, tmp_path: Path) -> None:
    for path in saved.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / WEIGHTS_FILE).write_bytes(b"\0" * 40)
    with pytest.raises(ModelError, match="cannot be read"):
        load_adapter(tmp_path, small)
    assert (saved / CARD_FILE).exists()


def test_the_curve_is_drawn(trained: tuple[AdaptedEncoder, Path], tmp_path: Path) -> None:
    path = draw_losses(list(read_log(trained[1])), tmp_path)
    assert path is not None and path.read_bytes().startswith(b"\x89PNG")


def test_after_many_questions_rows_go_through_torch(small: Checkpoint, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.reranking.MAX_ROWS_WITHOUT_TORCH", 4)
    made = Reranker(small, load_adapter(saved, small), threads=1)
    monkeypatch.setattr("rag.reranking.sys", SimpleNamespace(modules={}))  # as if torch had not been imported
    first = made.scores("Any fever?", ["The fever was seen today."] * 5)
    monkeypatch.setattr(NumpyEncoder, "token_vectors", None)
    assert np.abs(made.scores("Any fever?", ["The fever was seen today."] * 5) - first).max() <= 0.1


def test_a_finished_training_leaves_adapter_card_with_losses_and_curve(small: Checkpoint, trained: tuple[AdaptedEncoder, Path]) -> None:
    model, folder = trained
    adapter = finish(model, small, RECIPE, folder, {"task": "reranker"})
    card = json.loads((adapter / CARD_FILE).read_text())
    assert (card["task"], card["losses"]) == ("reranker", list(read_log(folder)))
    assert load_adapter(adapter, small).identity and (adapter / CURVE_FILE).exists()
