"""A phrase of a question taken apart, in every reading that may explain it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.clinical.concepts.displays import aspect_of, heads
from rag.clinical.concepts.drug_names import class_names, drug_key, generic_names
from rag.clinical.concepts.grammar import grammar, kind_words, parts_of
from rag.clinical.concepts.lexicon import Name, fits, lookup, members, names_meant
from rag.clinical.concepts.words import atoms, raw_words

_PANEL_KINDS = frozenset({"observation", "immunization", "social_history"})
_MEASURES = frozenset(
    {"level", "test", "testing", "result", "reading", "value", "measurement", "lab", "count", "score", "number", "concentration"}
)
_MEASURED_KINDS = frozenset({"observation", "procedure", "report"})
_DONE_KINDS = frozenset({"procedure", "report", "encounter"})
_DRUG_WORDS = ("medication", "pill", "medicine", "shot")
_BLOOD = frozenset({"blood", "serum", "plasma"})
_KIND_CUES = {
    "immunization": frozenset({"vaccine", "booster"}),
    "allergy": frozenset({"allergy", "intolerance"}),
    "medication": frozenset({"medication", "medicine", "med", "pill", "tablet", "drug", "prescription", "capsule", "dose"}),
    "procedure": frozenset({"surgery", "operation", "procedure"}),
    "careplan": frozenset({"plan", "careplan"}),
    "goal": frozenset({"goal", "target"}),
    "encounter": frozenset({"visit", "encounter", "admission", "appointment"}),
    "device": frozenset({"device"}),
}
_CUED_ALSO = {"allergy": ("condition",), "procedure": ("condition",), "immunization": ("procedure", "medication")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One reading of a phrase.

    ``text`` is the phrase as asked, ``exact`` and ``words`` are its words and atoms; ``senses`` the canonical names it may be, most
    likely first; ``heads`` as in ``Analysis``. ``drugs`` are the generic names it is, ``drug_classes`` the classes. ``kinds`` are those it
    allows (empty: all). ``panels`` are senses whose members are meant by it. ``lists`` are the kinds of the senses; ``condition``,
    ``finding`` and ``procedure`` say more of them; ``disease``: it names a disease, so that the vaccine of that name is not meant.
    ``reach`` and ``wide``: for a quick no.
    """

    text: str
    exact: str
    words: frozenset[str]
    senses: tuple[str, ...]
    heads: tuple[tuple[str, frozenset[str]], ...]
    aspect: str
    drugs: frozenset[str]
    drug_classes: tuple[str, ...]
    kinds: frozenset[str]
    panels: tuple[str, ...]
    lists: frozenset[str]
    condition: bool
    finding: bool
    disease: bool
    procedure: bool
    reach: frozenset[str]
    wide: frozenset[str]


@lru_cache(maxsize=4096)
def read_phrase(phrase: str, kinds: frozenset[str] = frozenset()) -> tuple[Phrase, ...]:
    """The readings of a phrase: as it stands, then without words that add nothing ("level"), then without those that tell the kind."""
    aspect, plain = aspect_of(phrase.strip())
    if not plain:
        aspect, plain = "", phrase
    if aspect == "other" and names_meant(phrase):
        return (*_readings(phrase, phrase, "", kinds), *_readings(phrase, plain, aspect, kinds))
    whole = _readings(phrase, phrase, "", _DONE_KINDS & kinds or _DONE_KINDS) if aspect == "other" else ()  # "screening for drug abuse"
    return _readings(phrase, plain, aspect, kinds) + whole


def _readings(phrase: str, plain: str, aspect: str, kinds: frozenset[str]) -> tuple[Phrase, ...]:
    order = atoms(plain)
    bare = tuple(word for word in order if word not in grammar("generic"))
    readings: dict[tuple[tuple[str, ...], frozenset[str]], None] = {(order, kinds): None}
    readings[bare, kinds or (_MEASURED_KINDS if _MEASURES & (set(order) - set(bare)) else kinds)] = None
    if kinds:
        readings[tuple(word for word in bare if word not in kind_words(kinds)), kinds] = None
    else:
        for kind, words in _KIND_CUES.items():
            if words & set(order):
                readings[
                    tuple(word for word in bare if word not in kind_words(frozenset({kind}))), frozenset({kind, *_CUED_ALSO.get(kind, ())})
                ] = None
    if (unblooded := _without_blood(bare)) and (not kinds or "observation" in kinds):
        readings[unblooded, frozenset({"observation"})] = None
    return tuple(_read(phrase, plain, words, aspect, among) for words, among in readings if words)


def _without_blood(words: tuple[str, ...]) -> tuple[str, ...]:
    """The name of a measurement without the specimen that is understood ("blood calcium"); empty where it names none."""
    for rest in (words[1:], words[:-1]):
        named = any(name.kind == "observation" for name in lookup(frozenset(rest)))
        if named and {*words} - {*rest} and {*words} - {*rest} <= _BLOOD:
            return rest
    return ()


def _read(phrase: str, plain: str, words: tuple[str, ...], aspect: str, kinds: frozenset[str]) -> Phrase:
    text = plain if words == atoms(plain) else " ".join(words)
    names: tuple[Name, ...] = names_meant(text) or names_meant(" ".join(words))
    key = frozenset(words)
    diseases = not kinds and "vaccine" not in key and any(name.kind in ("condition", "finding") for name in names)
    if diseases:
        names = tuple(name for name in names if name.kind != "immunization")
    return Phrase(
        text=phrase,
        exact=" ".join(raw_words(phrase)) if words == atoms(plain) else "\0",
        words=key,
        senses=tuple(dict.fromkeys(name.canonical for name in names if fits(name.kind, kinds))),
        heads=heads(words),
        aspect=aspect,
        drugs=_phrase_drugs(plain, words),
        drug_classes=_phrase_classes(key, plain, kinds),
        kinds=kinds,
        panels=tuple(dict.fromkeys(name.canonical for name in names if name.kind in _PANEL_KINDS)),
        lists=frozenset(name.kind for name in names),
        condition=bool(names) and all(name.kind in ("condition", "finding") for name in names),
        finding=any(name.kind == "finding" for name in names),
        disease=diseases,
        procedure=any(name.kind == "procedure" for name in names),
        reach=key | parts_of(key),
        wide=frozenset(other for name in names for other in (name.canonical, *members(name.canonical))),
    )


def _phrase_classes(words: frozenset[str], plain: str, kinds: frozenset[str]) -> tuple[str, ...]:
    """The classes of drugs it names; where only medications are asked for, also by what they are for ("cholesterol": its pill)."""
    found = class_names(words) or class_names(frozenset(atoms(plain)))
    if found or kinds != frozenset({"medication"}):
        return found
    return next((names for word in _DRUG_WORDS if (names := class_names(words | {word}))), ())


def _phrase_drugs(plain: str, words: tuple[str, ...]) -> frozenset[str]:
    """The ingredients the phrase names, where every word of it is a drug's."""
    return generic_names(frozenset(words)) or drug_key(plain, whole=True)
