"""What is told to the entailment model of a statement beside its evidence: of each word piece, and of the pair as a whole.

The encoder is small, and attention over sums of word vectors tells "8.2" from "8.4" or "more than" from "less than" badly. So each word
comes with what a comparison of words tells: whether the other text has it, in which company, denied or not, or has its opposite.
Some 1 ms for a pair of 200 word pieces.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import Span
from rag.verification.pair_words import PairWord, alike, pair_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIECE_FEATURES = (
    *("statement", "evidence", "same", "stem", "alike", "missing", "missing_rare", "rarity", "number", "number_same", "number_missing"),
    *("unit", "negation", "negated", "negation_differs", "pole", "comparison", "certainty", "time", "relative", "quantity"),
    *("agrees", "opposed", "opposed_near", "capital", "capital_missing", "function", "company", "apart", "run", "turned", "best_sentence"),
)
PAIR_FEATURES = (
    *("found", "found_alike", "missing_rarest", "missing_share", "numbers", "numbers_found", "numbers_missing", "capitals_missing"),
    *("longest_run", "bigrams", "trigrams", "best_sentence", "negation_added", "negation_dropped", "negations", "negation_differs"),
    *("opposed", "opposed_near", "apart", "company", "turned", "certainty_added", "certainty_dropped", "relative_added"),
    *("relative_dropped", "time_added", "comparison_added", "statement_words", "evidence_words", "p_small", "p_large", "null_found"),
    *("null_said", "better_said", "quantity_added", "numbers_apart"),
)
_AT = {name: column for column, name in enumerate(PIECE_FEATURES)}
COMPANY_WORDS, COMPANY_REACH, NEAR_WORDS = 4, 9, 6
APART = 0.26
FIRST_ORDINARY_ID, LAST_ID = 1996, 30522
"""Ids of BERT's vocabulary are in order of how common their words are, from the first one that is no character."""
_P_VALUE = re.compile(r"\bp\s*(?:-?\s*value)?s?\s*(?:was|of)?\s*([<>=≤≥])\s*(0?\.\d+|1\.0+)", re.IGNORECASE)
_NULL = re.compile(
    r"\b(?:no(?:t|n)?[- ](?:\w+ ){0,3}?(?:significant(?:ly)?|differen\w+|superior|inferior\w*|improve\w*|effect\w*|reduc\w+|benefit\w*"
    r"|associat\w+)|did not|were not|was not|fail(?:ed|s)? to|(?:similar|comparable|same) (?:\w+ ){0,3}(?:between|in|to|with)|neither"
    r"|no (?:\w+ )?evidence)\b",
    re.IGNORECASE,
)
_BETTER = re.compile(r"\b(?:superior|better|significant(?:ly)?|more|greater|improv\w+|reduc\w+|increas\w+|decreas\w+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PairTold:
    """What is told of a pair: of the statement's and the evidence's pieces, float32[pieces, features], and of both, float32[features]."""

    statement: NDArray[np.float32]
    evidence: NDArray[np.float32]
    pair: NDArray[np.float32]


@dataclass(slots=True)
class _Side:
    """One text: its words, how rare each is, where each stem stands, and what each is told of, by the feature's name."""

    words: Sequence[PairWord]
    rarities: list[float]
    at: dict[str, list[int]]
    told: list[dict[str, float]]

    def content(self, place: int) -> bool:
        return "function" not in self.words[place].meaning.kinds or self.words[place].meaning.number is not None


def pair_told(
    statement: str, statement_pieces: Sequence[tuple[int, Span]], evidence: str, evidence_pieces: Sequence[tuple[int, Span]]
) -> PairTold:
    """The features of one pair; pieces are (id, place in its text) without special ones. Linear but for words that stand often."""
    import numpy as np

    said, given = _side(statement, statement_pieces), _side(evidence, evidence_pieces)
    matches = _match(said, given)
    _match(given, said)
    aligned = _align(said, given, matches)
    _mark_runs(said, given)
    best = _best_sentence(said, given)
    _contrast(said, given, aligned, best)
    pair = np.array(_pooled(said, given, aligned, best, statement, evidence), dtype=np.float32)
    return PairTold(_rows(said, statement_pieces, "statement"), _rows(given, evidence_pieces, "evidence"), pair)


def _side(text: str, pieces: Sequence[tuple[int, Span]]) -> _Side:
    words = [word for word in pair_words(text) if not pieces or word.start < pieces[-1][1].end]
    at: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        at.setdefault(word.meaning.stem, []).append(place)
    side = _Side(words, _rarities(words, pieces), at, [{} for _ in words])
    for place, (word, told) in enumerate(zip(words, side.told, strict=True)):
        told["rarity"] = side.rarities[place]
        for kind in word.meaning.kinds:
            told[kind] = 1.0
        if word.meaning.number is not None:
            told["number"], told["function"] = 1.0, 0.0
        if word.meaning.poles:
            told["pole"] = 1.0
        if word.capital:
            told["capital"] = 1.0
        if word.negated:
            told["negated"] = 1.0
    return side


def _rarities(words: Sequence[PairWord], pieces: Sequence[tuple[int, Span]]) -> list[float]:
    """From 0 for the commonest word to 1 for one that the vocabulary has only in parts."""
    found, at = [], 0
    for word in words:
        while at < len(pieces) and pieces[at][1].end <= word.start:
            at += 1
        whole = at < len(pieces) and pieces[at][1].end >= word.end
        found.append(_rarity(pieces[at][0]) if whole else 1.0)
    return found


def _rarity(piece: int) -> float:
    if piece <= FIRST_ORDINARY_ID:
        return 0.1
    return math.log(piece - FIRST_ORDINARY_ID + 1) / math.log(LAST_ID - FIRST_ORDINARY_ID)


def _match(one: _Side, other: _Side) -> list[list[int]]:
    """Where the other side has each word: by stem, by number, by beginning, or as an abbreviation's words."""
    numbers: dict[float, list[int]] = {}
    for place, word in enumerate(other.words):
        if word.meaning.number is not None:
            numbers.setdefault(word.meaning.number, []).append(place)
    beginnings: dict[str, list[int]] = {}
    for place, word in enumerate(other.words):
        beginnings.setdefault(word.word[:5], []).append(place)
    short = {word.word: (place, word) for place, word in enumerate(other.words) if word.meaning.senses}
    found = []
    for place, (word, told) in enumerate(zip(one.words, one.told, strict=True)):
        found.append(_matched(word, told, other, numbers, beginnings, short.values()))
        if not found[-1] and one.content(place):
            told["missing"], told["missing_rare"] = 1.0, one.rarities[place]
            if "number" in told:
                told["number_missing"] = 1.0
            if "capital" in told:
                told["capital_missing"] = 1.0
    return found


def _matched(
    word: PairWord, told: dict[str, float], other: _Side, numbers: Mapping[float, list[int]], beginnings: Mapping[str, list[int]],
    short: Iterable[tuple[int, PairWord]],
) -> list[int]:  # fmt: skip
    meaning = word.meaning
    if meaning.number is not None and meaning.number in numbers:
        told["number_same"] = 1.0
        return numbers[meaning.number]
    places = other.at.get(meaning.stem)
    if places:
        told["stem"] = 1.0
        if any(other.words[place].word == word.word for place in places):
            told["same"] = 1.0
        return places
    if meaning.number is not None:
        return []
    places = [place for place in beginnings.get(word.word[:5], ()) if alike(word.word, other.words[place].word)]
    for sense in meaning.senses:
        if sense and all(stem in other.at for stem in sense):
            places = places + [place for stem in sense for place in other.at[stem]]
    for place, abbreviated in short:
        if any(meaning.stem in sense for sense in abbreviated.meaning.senses):
            places = [*places, place]
    if places:
        told["alike"] = 1.0
    return places


def _align(said: _Side, given: _Side, matches: Sequence[list[int]]) -> list[int]:
    """For each word of the statement the place in the evidence in whose company it stands best, -1 where there is none."""
    content = [place for place in range(len(said.words)) if said.content(place)]
    aligned = [-1] * len(said.words)
    for index, place in enumerate(content):
        if not matches[place]:
            continue
        near = [*content[max(0, index - COMPANY_WORDS) : index], *content[index + 1 : index + 1 + COMPANY_WORDS]]
        others = [matches[other] for other in near]
        best, company = matches[place][0], -1.0
        for candidate in matches[place][:12]:
            share = sum(_near(places, candidate, COMPANY_REACH) for places in others) / max(1, len(others))
            if share > company:
                best, company = candidate, share
        aligned[place] = best
        told = said.told[place]
        told["company"] = company
        if company < APART and len(others) > 1:
            told["apart"] = 1.0
        given.told[best]["company"] = max(company, given.told[best].get("company", 0.0))
    return aligned


def _near(places: Sequence[int], place: int, reach: int) -> bool:
    at = bisect_right(places, place - reach - 1) if len(places) > 3 else 0
    return any(abs(other - place) <= reach for other in places[at : at + 3])


def _mark_runs(said: _Side, given: _Side) -> None:
    """How long the run of common words is that each word stands in, up to 1 for eight and more."""
    at = 0
    while at < len(said.words):
        longest, begin = 0, 0
        for place in given.at.get(said.words[at].meaning.stem, ())[:30]:
            length = 1
            while (
                at + length < len(said.words)
                and place + length < len(given.words)
                and said.words[at + length].meaning.stem == given.words[place + length].meaning.stem
            ):
                length += 1
            if length > longest:
                longest, begin = length, place
        if longest > 1:
            for step in range(longest):
                said.told[at + step]["run"] = given.told[begin + step]["run"] = min(1.0, longest / 8)
        at += max(1, longest)


def _best_sentence(said: _Side, given: _Side) -> dict[int, float]:
    """How much of the statement's rarity each sentence of the evidence has; its words are told of it."""
    total = sum(rarity for place, rarity in enumerate(said.rarities) if said.content(place)) or 1.0
    stems = {word.meaning.stem: said.rarities[place] for place, word in enumerate(said.words) if said.content(place)}
    has: dict[int, set[str]] = {}
    for word in given.words:
        if word.meaning.stem in stems:
            has.setdefault(word.sentence, set()).add(word.meaning.stem)
    shares = {sentence: min(1.0, sum(stems[stem] for stem in found) / total) for sentence, found in has.items()}
    most = max(shares.values(), default=0.0)
    for word, told in zip(given.words, given.told, strict=True):
        share = shares.get(word.sentence, 0.0)
        told["best_sentence"] = share / most if most else 0.0
    return shares


def _contrast(said: _Side, given: _Side, aligned: Sequence[int], best: Mapping[int, float]) -> None:
    """What stands against each other: words denied on one side only, opposites, an order turned round."""
    poles: dict[tuple[int, int], list[int]] = {}
    for place, word in enumerate(given.words):
        for pole in word.meaning.poles:
            poles.setdefault(pole, []).append(place)
    last = -1
    for place, (word, told) in enumerate(zip(said.words, said.told, strict=True)):
        where = aligned[place]
        if where >= 0:
            told["best_sentence"] = best.get(given.words[where].sentence, 0.0)
            if word.negated != given.words[where].negated:
                told["negation_differs"] = given.told[where]["negation_differs"] = 1.0
            if where < last:
                told["turned"] = 1.0
            last = where
        if word.meaning.poles:
            _hold_poles(said, given, place, poles, aligned)


def _hold_poles(said: _Side, given: _Side, place: int, poles: Mapping[tuple[int, int], list[int]], aligned: Sequence[int]) -> None:
    """Whether the evidence has a word's pole, or its opposite, at all and beside what the statement's neighbours are found in."""
    word, told = said.words[place], said.told[place]
    window = range(max(0, place - NEAR_WORDS), min(len(said.words), place + NEAR_WORDS + 1))
    anchors = sorted(aligned[other] for other in window if aligned[other] >= 0 and other != place)
    near = {"agrees": False, "opposed": False}
    for line, side in word.meaning.poles:
        for name, pole in (("agrees", (line, side)), ("opposed", (line, 1 - side))):
            places = poles.get(pole, ())
            if places:
                told[name] = 1.0
            near[name] |= any(_near(anchors, other, NEAR_WORDS) for other in places)
            if name == "opposed":
                for other in places:
                    given.told[other]["opposed"] = 1.0
    if near["opposed"] and not near["agrees"]:
        told["opposed_near"] = 1.0


def _pooled(said: _Side, given: _Side, aligned: Sequence[int], best: Mapping[int, float], statement: str, evidence: str) -> list[float]:
    content = [place for place in range(len(said.words)) if said.content(place)]
    told = [said.told[place] for place in content]
    weights = [said.rarities[place] for place in content]
    total = sum(weights) or 1.0
    stems = [word.meaning.stem for word in said.words]
    given_stems = [word.meaning.stem for word in given.words]
    runs = [one.get("run", 0.0) for one in said.told]
    values = {
        "found": sum(w for w, one in zip(weights, told, strict=True) if "stem" in one or "number_same" in one) / total,
        "found_alike": sum(w for w, one in zip(weights, told, strict=True) if "missing" not in one) / total,
        "missing_rarest": max((one.get("missing_rare", 0.0) for one in told), default=0.0),
        "missing_share": _count(told, "missing") / max(1, len(told)),
        "numbers": min(1.0, _count(told, "number") / 3),
        "numbers_found": _count(told, "number_same") / max(1, _count(told, "number")),
        "numbers_missing": min(1.0, _count(told, "number_missing") / 2),
        "numbers_apart": min(1.0, sum("number" in one and "apart" in one for one in told) / 2),
        "capitals_missing": min(1.0, _count(told, "capital_missing") / 2),
        "longest_run": max(runs, default=0.0),
        "bigrams": _shared(stems, given_stems, 2),
        "trigrams": _shared(stems, given_stems, 3),
        "best_sentence": max(best.values(), default=0.0),
        "opposed": min(1.0, sum("opposed" in one and "agrees" not in one for one in said.told) / 2),
        "opposed_near": min(1.0, _count(said.told, "opposed_near") / 2),
        "apart": min(1.0, _count(told, "apart") / 3),
        "company": sum(one.get("company", 0.0) for one in told) / max(1, len(told)),
        "turned": _count(told, "turned") / max(1, len(told)),
        "statement_words": min(1.5, len(said.words) / 40),
        "evidence_words": min(1.5, len(given.words) / 200),
    }
    values |= _kinds_told(said, given, best) | _trial_told(statement, evidence)
    return [float(values[name]) for name in PAIR_FEATURES]


def _kinds_told(said: _Side, given: _Side, best: Mapping[int, float]) -> dict[str, float]:
    """Kinds of words that the statement has and the sentences of the evidence it is nearest to have not, or the reverse."""
    most = max(best.values(), default=0.0)
    near = {sentence for sentence, share in best.items() if share >= 0.6 * most}
    heard = [told for word, told in zip(given.words, given.told, strict=True) if word.sentence in near]
    ours = {kind: _count(said.told, kind) for kind in ("negation", "certainty", "relative", "time", "comparison", "quantity")}
    theirs = {kind: _count(heard, kind) for kind in ours}
    values = {f"{kind}_added": float(ours[kind] > 0 and theirs[kind] == 0) for kind in ours}
    values |= {f"{kind}_dropped": float(ours[kind] == 0 and theirs[kind] > 0) for kind in ours}
    values["negations"] = min(1.0, ours["negation"] / 2)
    values["negation_differs"] = min(1.0, _count(said.told, "negation_differs") / 3)
    return values


def _trial_told(statement: str, evidence: str) -> dict[str, float]:
    """What the evidence says of significance: shares of its p values up to .05 and above, and phrases that tell of no difference."""
    small = large = 0
    for match in _P_VALUE.finditer(evidence):
        significant = float(match[2]) <= 0.05 and match[1] not in ">≥"
        small, large = small + significant, large + (not significant)
    return {
        "p_small": min(1.0, small / 3),
        "p_large": min(1.0, large / 3),
        "null_found": min(1.0, len(_NULL.findall(evidence)) / 3),
        "null_said": float(_NULL.search(statement) is not None),
        "better_said": float(_BETTER.search(statement) is not None),
    }


def _shared(one: Sequence[str], other: Sequence[str], length: int) -> float:
    """Share of the statement's runs of so many words that the evidence has."""
    runs = [tuple(one[at : at + length]) for at in range(len(one) - length + 1)]
    have = {tuple(other[at : at + length]) for at in range(len(other) - length + 1)}
    return sum(run in have for run in runs) / len(runs) if runs else 0.0


def _count(told: Iterable[Mapping[str, float]], name: str) -> int:
    return sum(name in one for one in told)


def _rows(side: _Side, pieces: Sequence[tuple[int, Span]], name: str) -> NDArray[np.float32]:
    """A row of features per piece: those of the word that it begins in."""
    import numpy as np

    rows = np.zeros((len(pieces), len(PIECE_FEATURES)), dtype=np.float32)
    rows[:, _AT[name]] = 1.0
    at = 0
    for row, (_, span) in zip(rows, pieces, strict=True):
        while at < len(side.words) and side.words[at].end <= span.start:
            at += 1
        if at < len(side.words) and side.words[at].start <= span.start:
            for told, value in side.told[at].items():
                row[_AT[told]] = value
    return rows
