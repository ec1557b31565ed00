from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embedding import TOKENS_PER_BATCH, Embedder, _token_ranges, batches_of, open_embedder, open_token_counter
from rag.encoder.checkpoint import PACKAGE_SHA256, find_checkpoint
from rag.encoder.numpy_encoder import NumpyEncoder, _gelu
from rag.encoder.tokens import Tokens
from rag.errors import ModelError
from rag.types import Chunk, Span

TEXTS = (
    "Patient denies chest pain. Takes metformin 500 mg twice daily.",
    "Hemoglobin A1c 8.2 %.",
    "Family history: mother had breast cancer at 52. " * 20,
    "No acute distress 😷 — naïve café résumé.",
    "x",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder(threads=2)


@pytest.fixture(scope="module")
def exact() -> Embedder:
    return Embedder(find_checkpoint(), 2, bfloat16=False)


def spans(text: str) -> list[Span]:
    return [Span(0, len(text))]


def test_chunk_and_query_vectors_agree(embedder: Embedder) -> None:
    for text, made in zip(TEXTS, embedder.embed_chunks(TEXTS, [spans(text) for text in TEXTS]), strict=True):
        assert made.chunk.dtype == np.float32 and made.chunk.shape == (384,)
        assert np.linalg.norm(made.chunk) == pytest.approx(1.0, abs=1e-5)
        assert float(made.chunk @ embedder.embed_query(text)) >= 0.9995


def test_the_two_passes_agree_exactly_at_full_precision(exact: Embedder) -> None:
    for text, made in zip(TEXTS, exact.embed_chunks(TEXTS, [[]] * len(TEXTS)), strict=True):
        np.testing.assert_allclose(made.chunk, exact.embed_query(text), atol=2e-6)


def test_the_vectors_are_those_of_the_published_model(exact: Embedder) -> None:
    """Against transformers' own forward pass, mean pooled as the model's card says."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = find_checkpoint().folder
    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    for text in TEXTS:
        with torch.inference_mode():
            batch = tokenizer(text, return_tensors="pt", truncation=True, max_length=256)
            vector = torch.nn.functional.normalize(model(**batch).last_hidden_state[0].mean(0), dim=0).numpy()
        assert float(vector @ exact.embed_query(text)) >= 0.99999


def test_a_vector_does_not_depend_on_what_shares_its_batch(embedder: Embedder) -> None:
    alone = [embedder.embed_chunks([text], [[]])[0].chunk for text in TEXTS]
    together = [made.chunk for made in embedder.embed_chunks(TEXTS * 5, [[]] * 25)]
    for index, vector in enumerate(together):
        assert float(vector @ alone[index % 5]) >= 0.9999


def test_sentence_vectors_are_in_order_and_of_their_own_words(embedder: Embedder) -> None:
    text = "Patient denies chest pain. Takes metformin 500 mg twice daily. Mother had breast cancer."
    sentences = [Span(0, 26), Span(27, 62), Span(63, len(text))]
    (made,) = embedder.embed_chunks([text], [sentences])
    assert made.sentences.shape == (3, 384) and made.sentences.dtype == np.float16
    for question, best in (("chest pain", 0), ("metformin dose", 1), ("cancer in the family", 2)):
        assert int(np.argmax(made.sentences @ embedder.embed_query(question))) == best


def test_a_sentence_beyond_the_last_word_piece_gets_zeros(embedder: Embedder) -> None:
    text = "word " * 400 + "The last sentence."
    (made,) = embedder.embed_chunks([text], [[Span(0, 1999), Span(2000, len(text))]])
    assert not made.sentences[1].any() and made.sentences[0].any()


def test_chunks_are_embedded_with_their_own_offsets(embedder: Embedder) -> None:
    text = "Takes aspirin. Denies pain."
    chunk = Chunk("c", "d", "0", 3, 100, 100 + len(text), text, "other", (Span(100, 114), Span(115, 127)))
    (made,) = embedder.embed([chunk])
    (same,) = embedder.embed_chunks([text], [[Span(0, 14), Span(15, 27)]])
    np.testing.assert_array_equal(made.sentences, same.sentences)


def test_nothing_gives_nothing_and_lists_must_pair(embedder: Embedder) -> None:
    assert embedder.embed_chunks([], []) == []
    with pytest.raises(ModelError):
        embedder.embed_chunks(["a"], [])


def test_counts_include_the_special_tokens_and_are_not_cut(embedder: Embedder) -> None:
    texts = ["", "chest pain", "word " * 1000]
    assert embedder.count_tokens(texts) == [2, 4, 1002] == list(open_token_counter()(texts))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=80))
def test_word_pieces_point_into_the_text(text: str) -> None:
    checkpoint = find_checkpoint() if not hasattr(test_word_pieces_point_into_the_text, "tokens") else None
    if checkpoint:
        test_word_pieces_point_into_the_text.tokens = Tokens(checkpoint.folder, 256)  # type: ignore[attr-defined]
    (row,) = test_word_pieces_point_into_the_text.tokens.rows([text])  # type: ignore[attr-defined]
    assert len(row.ids) == len(row.spans) and row.spans[0] == row.spans[-1] == Span(0, 0)
    assert all(0 <= span.start <= span.end <= len(text) for span in row.spans)


@given(st.lists(st.integers(1, 256), max_size=300))
def test_batches_hold_every_row_once_within_the_limit(lengths: list[int]) -> None:
    batches = batches_of(lengths, TOKENS_PER_BATCH)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[index] for index in batch) <= TOKENS_PER_BATCH for batch in batches)


def test_token_ranges_skip_special_tokens_and_blank_sentences() -> None:
    starts, ends = [0, 0, 4, 9, 0], [0, 3, 8, 12, 0]
    assert _token_ranges(starts, ends, [Span(0, 8), Span(8, 9), Span(9, 12)]) == [(1, 3), (0, 0), (3, 4)]


def test_gelu_is_exact_to_single_precision() -> None:
    import math

    values = np.linspace(-8, 8, 2001, dtype=np.float32)
    wanted = [0.5 * x * (1 + math.erf(x / math.sqrt(2))) for x in values.astype(float)]
    np.testing.assert_allclose(_gelu(values), wanted, atol=2e-6)


def test_numbers_that_are_not_finite_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = open_embedder()
    monkeypatch.setattr(NumpyEncoder, "token_vectors", lambda _self, ids: np.full((len(ids), 384), np.nan, dtype=np.float32))
    with pytest.raises(ModelError, match="nan"):
        embedder.embed_query("chest pain")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(find_checkpoint().folder, tmp_path / "model"))


def test_altered_weights_of_the_package_are_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.encoder.checkpoint as checkpoint

    monkeypatch.setattr(checkpoint, "_packaged_folder", lambda: copy)
    assert find_checkpoint().identity == open_embedder(copy).identity
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\0\0\0\1")
    with pytest.raises(ModelError, match=PACKAGE_SHA256[:12]):
        find_checkpoint()
    assert open_embedder(copy).identity != open_embedder.__module__


def test_another_folder_has_another_identity_and_faults_are_named(copy: Path, tmp_path: Path) -> None:
    identity = find_checkpoint().identity
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    assert find_checkpoint(copy).identity != identity
    (copy / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(ModelError, match="gpt2"):
        find_checkpoint(copy)
    with pytest.raises(ModelError, match="cannot be read"):
        find_checkpoint(tmp_path / "none")


def test_a_query_needs_no_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from rag.embedding import open_embedder; open_embedder().embed_query('chest pain');"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
