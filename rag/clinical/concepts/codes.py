"""Well-known codes and the canonical names they are, for codes whose display says little. List: ``words/concept_codes.yaml``."""

from __future__ import annotations

from functools import cache

from rag.clinical.lexicon import load_words

_CVX = "cvx"


def canonical_of_code(code: str) -> str | None:
    """The canonical name of ``system|code`` (or of a bare LOINC code); None where the list does not have it."""
    system, _, bare = code.rpartition("|")
    return _names().get(f"cvx {bare.lstrip('0')}" if system.casefold().endswith(_CVX) else bare)


@cache
def _names() -> dict[str, str]:
    return {code: name for name, codes in load_words("concept_codes").items() for code in codes}
