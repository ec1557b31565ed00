"""Which of a chart's concepts a phrase of a question means.

Tiers, best first: *exact*, *name* and *synonym* (the same thing, however it is said: returned together); *broader* (the phrase names a
kind of which the chart has one or more); *spelling* (a word that no list knows is read as one that the chart or a list has). Every
content word of the phrase must be explained; precision comes first, so that "not documented" can be relied on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.clinical.concepts.displays import Analysis, analyse, heads
from rag.clinical.concepts.drug_names import MINERALS, classes
from rag.clinical.concepts.grammar import body, modifiers, only_narrows, opposed, parts_of, plain, within
from rag.clinical.concepts.lexicon import apart, fits, members, names_meant
from rag.clinical.concepts.phrases import Phrase, read_phrase
from rag.clinical.concepts.spelling import candidates, is_word
from rag.clinical.concepts.terminology import Terminology
from rag.clinical.concepts.variants import other_variant
from rag.clinical.concepts.words import atoms, raw_words
from rag.types import ChartConcept

SCORES = {"exact": 1.0, "name": 0.95, "synonym": 0.9, "broader": 0.6, "spelling": 0.5}
MEMBER_SCORE = 0.8
BESIDE_SCORE = 0.3
MAX_PHRASE_CHARS = 200
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DRUG_KINDS = frozenset({"medication", "allergy"})
_SHOT_KINDS = frozenset({"immunization", "allergy"})
_GIVEN_KINDS = frozenset({"medication", "procedure"})
_DONE_KINDS = frozenset({"observation", "procedure", "report", "immunization", "device"})


@dataclass(frozen=True, slots=True)
class Match:
    """A concept of the chart that a phrase means; ``how`` is exact, name, synonym, broader or spelling; ``score`` in (0, 1]."""

    concept: ChartConcept
    how: str
    score: float


@dataclass(frozen=True, slots=True)
class Resolution:
    """``matches`` best first (empty: the chart has nothing of that name); ``ambiguous`` where the phrase also means another thing that
    the chart has; ``corrected`` are (written, read as) words."""

    matches: tuple[Match, ...]
    ambiguous: bool = False
    corrected: tuple[tuple[str, str], ...] = ()


def resolve(phrase: str, kinds: frozenset[str], concepts: Sequence[ChartConcept], terminology: Terminology | None = None) -> Resolution:
    """The concepts that ``phrase`` means, best tier only; none where a content word stays unexplained.

    ``kinds`` narrows to concepts of those kinds; empty leaves all. Under 2 ms for 200 concepts that were seen before.
    """
    phrase = phrase[:MAX_PHRASE_CHARS]
    open_concepts = [concept for concept in concepts if not kinds or concept.kind in kinds]
    found = _resolved(phrase, kinds, open_concepts, terminology)
    if not found.matches and kinds and kinds <= _SHOT_KINDS and not any(name.kind in kinds for name in names_meant(phrase)):
        # "B12 shots", "allergy immunotherapy": not every shot is a vaccine, nor every allergy an allergen
        given = _GIVEN_KINDS if "immunization" in kinds else frozenset({"procedure"})
        found = _resolved(phrase, given, [concept for concept in concepts if concept.kind in given], terminology)
    return found if found.matches else _respelled(phrase, kinds, open_concepts, terminology)


def _resolved(phrase: str, kinds: frozenset[str], concepts: Sequence[ChartConcept], terminology: Terminology | None) -> Resolution:
    for read in read_phrase(phrase, kinds):
        among = [
            concept
            for concept in concepts
            if (not read.kinds or concept.kind in read.kinds) and not (read.disease and concept.kind == "immunization")
        ]
        for tier in (_same, _wider):
            found = [
                (match, sense) for concept in among for match, sense in tier(read, concept, terminology) if not _told_apart(read, concept)
            ]
            if found:
                return _chosen(read, found)
    return Resolution(())


def _chosen(read: Phrase, found: list[tuple[Match, str]]) -> Resolution:
    """The matches of the most likely sense; ambiguous where another sense has some too."""
    unsensed = [match for match, sense in found if not sense]
    by_sense = {sense: [match for match, other in found if other == sense] for sense in read.senses}
    present = [sense for sense in read.senses if by_sense[sense]]
    exclusive = [sense for sense in present if {m.concept for m in by_sense[sense]} - {m.concept for m in by_sense[present[0]]}]
    matches = unsensed + (by_sense[present[0]] if present else [])
    best: dict[ChartConcept, Match] = {}
    for match in sorted(matches, key=lambda match: (-match.score, -match.concept.count)):
        best.setdefault(match.concept, match)
    return Resolution(_of_strength(read, tuple(best.values())), ambiguous=bool(exclusive))


def _told_apart(read: Phrase, concept: ChartConcept) -> bool:
    """Whether phrase and display each say one of words that exclude one another ("stage 3" and "stage 5", left and right)."""
    shown = analyse(concept.kind, concept.code, concept.display)
    if read.exact == shown.exact:
        return False
    if other_variant(read.text, concept.display):
        return True
    said = shown.words | shown.optional
    for opposites in opposed(concept.kind):
        mine, theirs = read.words & opposites, said & opposites
        if mine and theirs and mine.isdisjoint(theirs):
            return True
    return False


def _of_strength(read: Phrase, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Of the same drug in several strengths, those of the strength that the phrase gives, where there is one."""
    numbers = frozenset(_NUMBER.findall(read.text))
    drugs = [match for match in matches if match.concept.kind == "medication"]
    if not numbers or not drugs:
        return matches
    for narrower in (
        [match for match in drugs if match.how == "exact"],
        [match for match in drugs if numbers <= frozenset(_NUMBER.findall(match.concept.display))],
    ):
        if narrower:
            return tuple(narrower)
    return matches


def _same(read: Phrase, concept: ChartConcept, terminology: Terminology | None) -> list[tuple[Match, str]]:
    """The concept, where it is the same thing as the phrase, with the sense it was found by (empty: by its words)."""
    shown = analyse(concept.kind, concept.code, concept.display)
    if read.exact == shown.exact:
        return [(Match(concept, "exact", SCORES["exact"]), "")]
    if concept.kind in _DRUG_KINDS and read.drugs and read.drugs == shown.drugs:
        return [(Match(concept, "name", SCORES["name"]), "")]
    if read.aspect != shown.aspect and not (read.aspect == "history" and not shown.aspect) and concept.kind != "family_history":
        return []
    if shown.words and not shown.caused and read.words - shown.optional | (read.words & shown.words) == shown.words:
        return [(Match(concept, "name", SCORES["name"]), "")]
    found = [(Match(concept, "synonym", SCORES["synonym"]), sense) for sense in read.senses if sense in shown.names]
    found += [(Match(concept, "synonym", MEMBER_SCORE), sense) for sense in read.panels for name in members(sense) if name in shown.names]
    if not found and any((name, rest) in shown.heads for name, rest in read.heads if rest):
        return [(Match(concept, "synonym", SCORES["synonym"]), "")]
    if not found and terminology and any(frozenset(atoms(name)) == read.words for name in terminology.synonyms(concept.code)):
        return [(Match(concept, "synonym", SCORES["synonym"]), "")]
    return found


def _wider(read: Phrase, concept: ChartConcept, _: Terminology | None) -> list[tuple[Match, str]]:
    """The concept, where the phrase names a kind of it."""
    shown = analyse(concept.kind, concept.code, concept.display)
    if concept.kind in _DRUG_KINDS and _drug_within(read, shown):
        return [(Match(concept, "broader", SCORES["broader"]), "")]
    if concept.kind == "medication":
        return []
    if (
        read.condition
        and concept.kind in _DONE_KINDS
        and not (read.finding and read.words <= shown.words and concept.kind == "observation")
    ):
        return []
    if read.reach.isdisjoint(shown.reach) and not any(sense in shown.within for sense in read.wide):
        return []
    aspect = "" if concept.kind == "family_history" else read.aspect
    if shown.aspect in ("family", "other") or (aspect not in ("", "history") and aspect != shown.aspect):
        return []
    if any(not shown.names.isdisjoint(apart(sense)) for sense in read.senses):
        return []
    share = 1.0 if aspect == shown.aspect else 0.6
    found = []
    for sense in read.senses or ("",):
        if sense and any(name == sense and _narrows(rest, concept.kind, read) for name, rest in shown.heads):
            found.append((Match(concept, "broader", SCORES["broader"] * share), sense))
        elif sense and any(name in members(sense) and _narrows(rest, concept.kind, read) for name, rest in shown.heads):
            found.append((Match(concept, "broader", SCORES["broader"] * share * 0.9), sense))
    if not found and (_heads_within(read, shown, concept.kind) or _words_within(read, shown, concept.kind)):
        found.append((Match(concept, "broader", SCORES["broader"] * share), ""))
    if not found and share == 1.0 and _beside(read, shown):
        found.append((Match(concept, "broader", BESIDE_SCORE), ""))
    return found


def _drug_within(read: Phrase, shown: Analysis) -> bool:
    """Whether the phrase names an ingredient, the class or the mineral of a drug."""
    if (read.drugs and read.drugs < shown.drugs) or any(shown.drugs & classes(name) for name in read.drug_classes):
        return True
    return len(read.drugs) == 1 and any(drug.startswith(f"{one} ") for one in read.drugs & MINERALS for drug in shown.drugs)


def _heads_within(read: Phrase, shown: Analysis, kind: str) -> bool:
    """Whether a canonical name inside the phrase stands in the display too, and what is left of the phrase is left of the display."""
    return any(
        (name == other or other in members(name)) and rest and within(rest, more) and _narrows(more - rest - parts_of(rest), kind, read)
        for name, rest in read.heads
        for other, more in shown.heads
    )


def _words_within(read: Phrase, shown: Analysis, kind: str) -> bool:
    words = read.words - shown.optional | (read.words & shown.words)
    if read.lists and not any(fits(listed, frozenset({kind})) for listed in read.lists):
        return False
    if (
        not words
        or words <= modifiers(kind) | body()
        or (shown.names and read.senses and not all(plain(word, kind) for word in shown.words - words))
    ):
        return False
    return within(words, shown.words) and _narrows(shown.words - words - parts_of(words), kind, read)


def _narrows(rest: frozenset[str], kind: str, read: Phrase) -> bool:
    return only_narrows(rest, kind, read.kinds, read.procedure)


def _beside(read: Phrase, shown: Analysis) -> bool:
    """Whether the phrase names what the thing is due to, or stands with."""
    return any(
        read.words == other or any(name in read.senses and rest <= modifiers("condition") for name, rest in heads(tuple(sorted(other))))
        for other in shown.beside
        if other
    )


def _respelled(phrase: str, kinds: frozenset[str], concepts: Sequence[ChartConcept], terminology: Terminology | None) -> Resolution:
    """The phrase with its one or two unknown words read as known ones, where that gives matches and only one word does."""
    words = raw_words(phrase)
    chart = frozenset(word for concept in concepts for word in raw_words(concept.display))
    unknown = [word for word in words if not is_word(word) and word not in chart]
    if not 0 < len(unknown) <= 2:
        return Resolution(())
    tried: list[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = [(words, ())]
    for word in unknown:
        tried = [
            (tuple(other if one == word else one for one in line), (*changes, (word, other)))
            for line, changes in tried
            for other in candidates(word, chart)
        ]
    for line, changes in tried:
        found = _resolved(" ".join(line), kinds, concepts, terminology)
        if found.matches:
            matches = tuple(replace(match, how="spelling", score=match.score * SCORES["spelling"]) for match in found.matches)
            return Resolution(matches, found.ambiguous, changes)
    return Resolution(())
