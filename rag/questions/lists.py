"""The word lists of the question's grammar: YAML files in ``words/`` beside the code, each a map from a name to phrases.

Lists that names and notes are read with stand in ``rag/clinical/words`` (``rag.clinical.lexicon``); a change of these needs no new index.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rag.clinical.lexicon import read_word_lists

_WORDS = Path(__file__).with_name("words")


@cache
def load_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of ``words/NAME.yaml``. Read once per process; do not change the result."""
    return read_word_lists(_WORDS / f"{name}.yaml")


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """One list of ``words/NAME.yaml`` as a set."""
    return frozenset(load_lists(name)[key])
