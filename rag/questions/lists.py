"""The word lists of the question's grammar: YAML files in ``words/`` beside the code, each a map from a name to phrases.

Lists that names and notes are read with stand in ``rag/clinical/words`` (``rag.clinical.lexicon``); a change of these needs no new index.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_WORDS = Path(__file__).with_name("words")


@cache
def load_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of ``words/NAME.yaml``: phrases in the order written, each once. Read once per process; do not change the result."""
    loaded = yaml.load((_WORDS / f"{name}.yaml").read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, a safe loader
    return {
        key: tuple(dict.fromkeys(phrase.strip() for phrase in str(value).split(";") if phrase.strip())) for key, value in loaded.items()
    }


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """One list of ``words/NAME.yaml`` as a set."""
    return frozenset(load_lists(name)[key])
