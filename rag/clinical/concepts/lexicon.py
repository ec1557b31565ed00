"""Canonical names of clinical things and every way the lists write them.

A phrase is looked up by its ``bag`` of atoms, so that case, plural, punctuation and the order of its words do not matter. Lists:
``words/concept_*.yaml`` and ``words/drugs.yaml`` (``canonical: synonym; synonym``) hold what is written, which texts are searched for;
``words/asked_*.yaml`` hold what is asked besides: everyday words that in a text often mean something else. Abbreviations get further
senses, and all get their order, from ``data/abbreviation_senses.txt.gz`` (see ``rag.clinical.concepts.tables``). The lists are
read compiled (``rag.clinical.concepts.name_index``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from rag.clinical.concepts.name_index import Entry, read_names, read_words
from rag.clinical.concepts.tables import abbreviation_senses, icd_title
from rag.clinical.concepts.words import bag, raw_words
from rag.clinical.lexicon import load_words

LISTS = {
    "condition": "concept_conditions",
    "finding": "concept_findings",
    "observation": "concept_observations",
    "procedure": "concept_procedures",
    "immunization": "concept_immunizations",
    "device": "concept_devices",
    "allergy": "concept_allergens",
    "social_history": "concept_social",
    "medication": "drugs",
}
ASKED_LISTS = {
    "condition": "asked_conditions",
    "finding": "asked_findings",
    "observation": "asked_observations",
    "procedure": "asked_procedures",
    "immunization": "asked_immunizations",
    "device": "asked_devices",
    "allergy": "asked_allergens",
    "social_history": "asked_social",
    "medication": "asked_drugs",
}
"""The kind of each list. Conditions and findings are looked up together: a chart may code a symptom as either."""
_ALIKE = (
    frozenset({"condition", "finding", "family_history"}),
    frozenset({"observation", "procedure", "report", "finding"}),
    frozenset({"social_history", "observation"}),
    frozenset({"social_history", "condition", "finding"}),
    frozenset({"procedure", "condition", "encounter"}),
    frozenset({"immunization", "medication"}),
    frozenset({"immunization", "procedure"}),
    frozenset({"medication", "allergy"}),
    frozenset({"device", "procedure"}),
    frozenset({"device", "medication"}),
)
_MAX_ABBREVIATION_CHARS = 6
UNCOUNTED_SHARE = 0.02
"""Taken for senses that the table has no count of: after the frequent ones, before the rare."""


@dataclass(frozen=True, slots=True)
class Name:
    """A canonical name and the kind of the list that it stands in."""

    canonical: str
    kind: str


def canonical(phrase: str, kinds: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The canonical names that ``phrase`` may mean, most likely first; empty where the lists do not know it.

    ``kinds`` narrows to lists of those kinds of fact, and of kinds that charts mix with them (a symptom coded as a condition).
    A few µs once the lists are read (some 100 ms, at the first call).
    """
    return tuple(dict.fromkeys(name.canonical for name in names_meant(phrase, kinds)))


@lru_cache(maxsize=65_536)
def names_meant(phrase: str, kinds: frozenset[str] = frozenset()) -> tuple[Name, ...]:
    """As ``canonical``, with the kinds."""
    found = lookup(bag(phrase))
    short = phrase.strip().casefold().replace(".", "")
    if len(short) <= _MAX_ABBREVIATION_CHARS and " " not in short:
        found = _by_sense(short, found)
    return tuple(name for name in found if fits(name.kind, kinds))


def fits(kind: str, kinds: frozenset[str]) -> bool:
    """Whether a name of a list of ``kind`` may be meant where ``kinds`` are asked for; always where none is."""
    return not kinds or kind in kinds or any(kind in alike and alike & kinds for alike in _ALIKE)


@lru_cache(maxsize=65_536)
def lookup(words: frozenset[str]) -> tuple[Name, ...]:
    """The names written or asked for with exactly these atoms, in the order of the lists."""
    return tuple(Name(name, kind) for kind, name, _ in _index().get(words, ()))


def is_written(words: frozenset[str]) -> bool:
    """Whether a thing is written with exactly these atoms, not only asked for so."""
    return any(not asked for _, _, asked in _index().get(words, ()))


def names_of(name: str) -> frozenset[str]:
    """Every way the lists write the thing of that canonical name, itself included; empty where there is none."""
    lists = [listed(kind) for kind in LISTS for listed in (word_list, asked_list)]
    return frozenset(phrase for listed in lists if (phrases := listed.get(name)) is not None for phrase in (name, *phrases))


@cache
def vocabulary(kind: str) -> frozenset[str]:
    """Every phrase, as the lists write it, that names a thing of ``kind``: what a text may be searched for."""
    return frozenset(phrase for name, phrases in word_list(kind).items() for phrase in (name, *phrases))


def code_title(code: str) -> str | None:
    """The ICD-10-CM title of a code, with or without its point or system ("E11.9", "…/icd-10-cm|E11.9"); None where there is none.

    The table is read at the first call (some 50 ms).
    """
    return icd_title(code)


def members(name: str) -> tuple[str, ...]:
    """The canonical names that a panel or pair consists of ("blood pressure"), or that a wider name includes ("arthritis")."""
    return load_words("concept_members").get(name, ())


@cache
def apart(name: str) -> frozenset[str]:
    """Canonical names that contain this one and are still something else ("hypertension": "pulmonary hypertension")."""
    return frozenset(load_words("concept_apart").get(name, ()))


@cache
def word_list(kind: str) -> dict[str, tuple[str, ...]]:
    """The list of one kind; empty where it is not there."""
    try:
        return load_words(LISTS[kind])
    except FileNotFoundError:
        return {}


@cache
def asked_list(kind: str) -> dict[str, tuple[str, ...]]:
    """What is asked besides for things of one kind; empty where there is no such list."""
    try:
        return load_words(ASKED_LISTS[kind])
    except FileNotFoundError:
        return {}


def known_words() -> frozenset[str]:
    """Every single word of the lists: none of them is ever taken for a misspelling."""
    return _known_words()[1]


def written_words() -> frozenset[str]:
    """Every single word of what is written: what a misspelling may have been meant for."""
    return _known_words()[0]


@cache
def _known_words() -> tuple[frozenset[str], frozenset[str]]:
    written, asked = read_words()
    return written, written | asked


def listed_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words of what is written, and those of what is only asked, from the lists themselves."""
    phrases = [phrase for kind in LISTS for name, phrases in word_list(kind).items() for phrase in (name, *phrases)]
    for other in ("concept_words", "concept_grammar", "concept_members", "concept_drug_classes", "concept_drug_class_names"):
        phrases += [phrase for key, phrases_of in load_words(other).items() for phrase in (key, *phrases_of)]
    written = frozenset(word for phrase in phrases for word in raw_words(phrase))
    asked = (phrase for kind in LISTS for name, phrases in asked_list(kind).items() for phrase in (name, *phrases))
    return written, frozenset(word for phrase in asked for word in raw_words(phrase)) - written


@cache
def _index() -> dict[frozenset[str], tuple[Entry, ...]]:
    return dict(read_names(LISTS))


def _by_sense(short: str, found: tuple[Name, ...]) -> tuple[Name, ...]:
    """Names of an abbreviation in the order of how often charts mean them; those the table does not know keep their order, last."""
    weights: dict[Name, float] = {}
    for sense, weight in abbreviation_senses(short):
        for name in lookup(bag(sense)):
            weights[name] = weights.get(name, 0.0) + weight
    if not weights:
        return found
    listed = dict.fromkeys(found, UNCOUNTED_SHARE) | weights
    return tuple(sorted(listed, key=lambda name: -listed[name]))
