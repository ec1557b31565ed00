"""What tells whether a passage of a guideline answers a question, as numbers: a sentence or row with its heading, column names and items.

A row of a table is read with the first row and the caption above it; an item of a list with the sentence that leads to it; and that
sentence with its items.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answering.candidates import Candidate
from rag.answering.guideline_asked import Asked, drugs_in, named_in
from rag.answering.guideline_values import compare
from rag.answering.units_asked import Unit
from rag.numeric import Vector
from rag.types import SourceSpan

FEATURES = (
    "own",
    "over",
    "near",
    "own_lead",
    "whole_lead",
    "like",
    "like_lead",
    "scored",
    "gap",
    "absent",
    "best_unit",
    "inside",
    "inside_lead",
    "close",
    "fits",
    "other_drug",
    "no_drug",
    "advice",
    "row",
    "words",
)
LEAST_RARITY = 0.25
GENERAL_ABSENT = 0.15
LEAST_NAMED = 0.25
"""The least share of what is asked for that a passage must name with all that it is read with."""
CLASS_SHARE = 0.6
"""What naming a drug's class counts for beside naming the drug itself."""
_ADVICE = re.compile(
    r"\b(?:should|must|recommend\w*|offer|avoid|consider\w*|do not|never|prefer\w*|first[- ](?:line|choice)|target|give|stop|hold|start|use"
    r"|add|check|reduce|raise|lower|treat|repeat|record|review|obtain|draw|switch|pause|prescribe|resume|increase|decrease|discontinue)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*•●▪◦‣–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a document, verbatim."""

    span: SourceSpan
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with what it is read with: the names of its columns, its title and heading, and its list or the lead to it.

    ``whole`` is the sentence with the list that it leads to, where it leads to one; ``lead`` the sentence that leads to an item.
    """

    candidate: Candidate
    columns: str
    over: str
    beside: str
    whole: Piece | None = None
    lead: Piece | None = None

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list."""
        return _ITEM.match(self.candidate.text) is not None


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage with its features, in the order of ``FEATURES``; ``barred`` where the question's value stands outside of all its ranges,
    it lacks the kind of answer that alone can be one, or hardly names anything asked for."""

    passage: Passage
    features: tuple[float, ...]
    barred: bool


def judge(asked: Asked, passages: Sequence[Passage], like: Vector, scored: Mapping[int, float], everywhere: frozenset[str]) -> list[Judged]:
    """Every passage with its features. ``like`` are cosines, ``scored`` log-odds of the sentence scorer, by place.

    ``everywhere`` is what any passage found or its title holds. Linear in the passages' text.
    """
    helds = [named_in(f"{passage.candidate.text} {_first_cell_names(passage)}") for passage in passages]
    weights = _weights(asked, helds)
    total = sum(weights) or 1.0
    absent = sum(w for unit, w in zip(asked.units, weights, strict=True) if not unit.stands_in(everywhere)) / total
    shares = [_shares(asked, weights, passage, held) for passage, held in zip(passages, helds, strict=True)]
    most_own = max((own for own, _, _, _ in shares), default=0.0)
    most_whole = max((own + over + near for own, over, near, _ in shares), default=0.0)
    most_like = float(like.max()) if len(like) else 0.0
    told = [_told(asked, passage) for passage in passages]
    most_inside = max((one["inside"] for one in told if not one["misfits"]), default=0.0)
    found = []
    for row, passage in enumerate(passages):
        own, over, near, best = shares[row]
        values = told[row] | _drugs(asked, passage) | {
            "own": own, "over": over, "near": near, "own_lead": own - most_own, "whole_lead": own + over + near - most_whole,
            "like": float(like[row]), "like_lead": float(like[row]) - most_like, "scored": scored.get(row, -6.0),
            "gap": 1.0 - own - over - near, "absent": absent, "best_unit": best,
            "inside_lead": min(0.0, told[row]["inside"] - most_inside),
        }  # fmt: skip
        barred = values["outside"] > 0 or values["misfits"] > 0 or own + over + near < LEAST_NAMED
        found.append(Judged(passage, tuple(values[name] for name in FEATURES), barred))
    return found


def _weights(asked: Asked, helds: Sequence[frozenset[str]]) -> list[float]:
    """What each unit of the question weighs: by how rare the passages name it; one that none names in full where it is a known thing."""
    most = math.log(len(helds) + 1) or 1.0
    found = []
    for unit in asked.units:
        count = sum(unit.stands_in(held) for held in helds)
        rarity = max(LEAST_RARITY, math.log((len(helds) + 1) / (count + 1)) / most)
        general = unit.weight < 1.0
        found.append(unit.weight * rarity if count else GENERAL_ABSENT if general else unit.weight)
    return found


def _shares(asked: Asked, weights: Sequence[float], passage: Passage, held: frozenset[str]) -> tuple[float, float, float, float]:
    """How much of what is asked for the passage names, how much more its title, heading and columns, how much more what it is read with;
    then whether it names the heaviest unit."""
    over = held | named_in(passage.over) | named_in(passage.columns)
    near = over | named_in(passage.beside)
    total = sum(weights) or 1.0
    shares = [0.0, 0.0, 0.0]
    heaviest = 0.0
    for unit, wider, weight in zip(asked.units, asked.wider, weights, strict=True):
        for at, place in enumerate((held, over, near)):
            named = _named(unit, wider, place)
            if named:
                shares[at] += weight * named
                heaviest = max(heaviest, weight * named if at == 0 else 0.0)
                break
    return shares[0] / total, shares[1] / total, shares[2] / total, heaviest / (max(weights, default=0.0) or 1.0)


def _named(unit: Unit, wider: Sequence[frozenset[str]], held: frozenset[str]) -> float:
    if unit.stands_in(held):
        return 1.0
    return CLASS_SHARE if any(group <= held for group in wider) else 0.0


def _told(asked: Asked, passage: Passage) -> dict[str, float]:
    """What the passage says: whether it gives the kind of answer, stands for the question's values, advises; and what bars it."""
    text = passage.candidate.text
    held = compare(asked.values, text, passage.columns)
    if not held.inside and not held.outside and not passage.is_item:
        around = compare(asked.values, passage.beside)
        held = replace(around, outside=0)
    exact = asked.kind is not None and asked.kind.exact
    fits = asked.kind is not None and asked.fits(text)
    return {
        "inside": float(min(held.inside, 2)),
        "close": held.close,
        "outside": float(held.outside > 0 and not held.inside),
        "fits": float(fits),
        "misfits": float(exact and not fits),
        "advice": float(_ADVICE.search(text) is not None),
        "row": float(" | " in text or bool(passage.columns)),
        "words": math.log(1 + min(60, len(text.split()))),
    }


def _drugs(asked: Asked, passage: Passage) -> dict[str, float]:
    """Whether the passage is on another drug than the one asked for, or names none where one is."""
    if not asked.drugs:
        return {"other_drug": 0.0, "no_drug": 0.0}
    named, over = drugs_in(passage.candidate.text), drugs_in(f"{passage.over} {passage.beside}")
    share = len(asked.drugs & named) / len(asked.drugs)
    return {
        "other_drug": float(bool(named) and not asked.drugs & named),
        "no_drug": 0.0 if asked.drugs & named else 0.5 if asked.drugs & over else 1.0 - share,
    }


def _first_cell_names(passage: Passage) -> str:
    """The names of the columns stand in the row where the file has no labels of its own."""
    return passage.columns if " | " in passage.candidate.text else ""


def log_odds(probability: float) -> float:
    """Log-odds, within ±14."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def matrix(judged: Sequence[Judged]) -> Vector:
    """The features, float64[n, len(FEATURES)]."""
    return np.array([one.features for one in judged], dtype=np.float64).reshape(len(judged), len(FEATURES))
