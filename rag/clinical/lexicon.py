"""The word lists that the rules of ``rag.clinical`` read: YAML files in ``words/``, each a map from a name to phrases."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import yaml

_WORDS = Path(__file__).with_name("words")


def read_word_lists(path: Path) -> dict[str, tuple[str, ...]]:
    """The lists of one YAML file by name: phrases parted by semicolons, in the order written, each once."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, a safe loader
    return {
        key: tuple(dict.fromkeys(phrase.strip() for phrase in str(value).split(";") if phrase.strip())) for key, value in loaded.items()
    }


@cache
def load_words(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of ``words/NAME.yaml``. Read once per process; do not change the result."""
    return read_word_lists(_WORDS / f"{name}.yaml")


@cache
def word_set(name: str, key: str) -> frozenset[str]:
    """One list of ``words/NAME.yaml`` as a set."""
    return frozenset(load_words(name)[key])


@cache
def words_digest() -> str:
    """SHA-256 (hex) over the names and bytes of every word list: changes when a rule's words change."""
    digest = hashlib.sha256()
    for path in sorted(_WORDS.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
