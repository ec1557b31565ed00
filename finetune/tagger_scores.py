"""How sure the tagger is of each word of validation notes, the thresholds chosen from that, and what they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finetune.tagger import MarkedNote
from rag.deidentification.tagger import SELDOM, TAGS, THRESHOLDS, WORDED, JudgedWord, Tagger

RECALL_WEIGHTS = {"NAME": 9.0, SELDOM: 3.0, "LOCATION": 4.0, "ORGANISATION": 4.0, "DATE": 2.0, "CODE": 2.0}
"""How many words touched in vain one missed word weighs, by threshold or tag: most for names, least for dates and codes, which rules find
too, and for words that hardly anyone is named."""
STEPS = tuple(step / 100 for step in range(5, 96))
SLACK = 0.03
"""How much more than the least cost is about as good: few words decide between neighbouring thresholds."""


@dataclass(frozen=True, slots=True)
class ScoredWord:
    """One word of a validation note with its right tag."""

    wanted: str
    word: JudgedWord


def scored_words(tagger: Tagger, notes: Sequence[MarkedNote]) -> list[ScoredWord]:
    """Every word of the notes that counts, as the tagger that will be used judges it."""
    found = []
    for note, words in zip(notes, tagger.judge([note.text for note in notes]), strict=True):
        for word in words:
            wanted = next((kind for start, end, kind in note.spans if start < word.end and word.start < end), "O")
            if wanted in TAGS:
                found.append(ScoredWord(wanted, word))
    return found


def choose_thresholds(words: Sequence[ScoredWord]) -> dict[str, float]:
    """Each threshold with the least cost of missed words and words touched in vain. Of thresholds about as good, names, places and
    organisations that mean nothing else take the lowest, the others the highest."""
    chosen = {}
    for name in THRESHOLDS:
        own = [(scored.wanted != "O", scored.word.chance) for scored in words if scored.word.threshold == name]
        weight = RECALL_WEIGHTS.get(name, RECALL_WEIGHTS[name.partition(":")[0]])
        costs = [sum(weight if wanted else 1.0 for wanted, chance in own if wanted != (chance >= step)) for step in STEPS]
        if name in WORDED:
            chosen[name] = next(step for step, cost in zip(STEPS, costs, strict=True) if cost <= (1.0 + SLACK) * min(costs))
        else:
            chosen[name] = max(step for step, cost in zip(STEPS, costs, strict=True) if cost == min(costs))
    return chosen


def score_tagger(words: Sequence[ScoredWord], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Recall of words by tag (as whatever tag), and the share of other words touched."""
    hit = [scored.word.chance >= thresholds[scored.word.threshold] for scored in words]
    recall = {}
    for tag in TAGS[1:]:
        own = [found for found, scored in zip(hit, words, strict=True) if scored.wanted == tag]
        recall[tag] = {"n": len(own), "recall": round(sum(own) / len(own), 4) if own else None}
    other = [found for found, scored in zip(hit, words, strict=True) if scored.wanted == "O"]
    return {"recall": recall, "other_words": len(other), "touched": round(sum(other) / len(other), 5) if other else None}
