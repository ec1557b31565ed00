"""The project's own word lists, read from ``data/terms.yaml``. Words are folded as in :func:`rag.deidentification.gazetteers.fold`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TERMS_PATH = Path(__file__).with_name("data") / "terms.yaml"


@dataclass(frozen=True, slots=True)
class Terms:
    """What words around a capitalised word say of it. ``nicknames`` gives every other form of a first name."""

    titles: frozenset[str]
    soft_titles: frozenset[str]
    credentials: frozenset[str]
    relatives: frozenset[str]
    before_name: frozenset[str]
    labels: frozenset[str]
    person_verbs: frozenset[str]
    after_name: frozenset[str]
    by_words: frozenset[str]
    with_words: frozenset[str]
    done_to_people: frozenset[str]
    determiners: frozenset[str]
    not_with_age: frozenset[str]
    named_nouns: frozenset[str]
    placeholders: frozenset[str]
    ambiguous_credentials: frozenset[str]
    name_particles: frozenset[str]
    name_suffixes: frozenset[str]
    never_alone: frozenset[str]
    eponyms: frozenset[str]
    eponym_nouns: frozenset[str]
    products: frozenset[str]
    states: frozenset[str]
    state_codes: frozenset[str]
    countries: frozenset[str]
    world_cities: frozenset[str]
    place_cues: frozenset[str]
    street_suffixes: frozenset[str]
    vague_suffixes: frozenset[str]
    word_codes: frozenset[str]
    address_words: frozenset[str]
    facility_words: frozenset[str]
    facility_heads: frozenset[str]
    strong_heads: frozenset[str]
    facility_kinds: frozenset[str]
    nicknames: Mapping[str, frozenset[str]]

    def is_term(self, word: str) -> bool:
        """Whether a folded word has a meaning of its own in notes and should not stand in for a name."""
        return word in self.never_alone or word in self.eponyms or word in self.products or word in self.states


@cache
def load_terms() -> Terms:
    """Every list; read once per process."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lists = yaml.load(TERMS_PATH.read_bytes(), Loader=loader)  # noqa: S506  # one of the safe loaders
    nicknames: dict[str, frozenset[str]] = {}
    for line in lists.pop("nicknames"):
        names = frozenset(line.split())
        for name in names:
            nicknames[name] = nicknames.get(name, frozenset()) | names
    words = {name: frozenset(text.split()) for name, text in lists.items()}
    return Terms(**words, nicknames=nicknames)
