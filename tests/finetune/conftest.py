"""A small encoder with random weights, so that training takes seconds."""

from __future__ import annotations

import json
import shutil

import pytest

from rag.encoder.checkpoint import Checkpoint, find_checkpoint


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Two layers of 32 dimensions with the packaged vocabulary."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("small")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=128
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    packaged = find_checkpoint().folder
    shutil.copy(packaged / "tokenizer.json", folder)
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 128}))
    return find_checkpoint(folder)
