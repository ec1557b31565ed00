"""What is only to be done on a condition: "add spironolactone if the pressure stays high", "candidate for transplant should he decline"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import cache

from rag.clinical.cues import Cue, Token
from rag.clinical.lexicon import load_words, word_set

_MAX_PLAN_TOKENS = 7
_CONDITIONS = frozenset({"if", "should", "unless"})
_NO_CONDITION = frozenset(
    {"see", "check", "know", "determine", "ask", "unclear", "unsure", "decide", "of", "even", "as", "which", "that", "and"}
)
_CLAUSE_ENDS = frozenset({",", ";", ":", "but"})
_GOING_ON = frozenset({"continue", "continuing", "remain", "stay"})
_OTHER_OBJECTS = frozenset({"for", "with", "of", "from", "about"})
_WEIGHED = frozenset(
    {"possible", "potential", "possibility", "consider", "considering", "considered", "evaluated", "evaluation", "evaluate", "assessed"}
)


def is_conditional_plan(tokens: Sequence[Token], cues: Sequence[Cue], first: int, last: int) -> bool:
    """Whether the target, tokens ``[first, last)``, is the object of a plan before it and a condition follows it."""
    return _is_conditioned(tokens, cues, last) and _is_planned(tokens, first)


def _is_conditioned(tokens: Sequence[Token], cues: Sequence[Cue], last: int) -> bool:
    """Whether a condition follows in the sentence; "to see if" is none."""
    for cue in cues:
        if cue.first < last or tokens[cue.first].word not in _CONDITIONS:
            continue
        if any(tokens[i].word in {",", ";"} for i in range(last, cue.first - 1)):
            return False  # "Robitussin for cough, or Tylenol if …"
        if any(name.startswith("hypothetical_after") for name in cue.names) and tokens[cue.first - 1].word not in _NO_CONDITION:
            return True
    return False


def _is_planned(tokens: Sequence[Token], first: int) -> bool:
    """Whether a verb of planning takes the target for its object; one such as "refer" reaches through "for"."""
    through = True
    for i in range(first - 1, max(-1, first - 1 - _MAX_PLAN_TOKENS), -1):
        word = tokens[i].word
        if word in word_set("assertions", "plan_for") or (through and word in word_set("assertions", "plan_of")):
            return True
        if word in _CLAUSE_ENDS or word in _GOING_ON:
            return False
        through = through and word not in _OTHER_OBJECTS
    return False


def is_weighed(tokens: Sequence[Token], cue: Cue, first: int, last: int) -> bool:
    """Whether a treatment is what is considered, so that nothing about it is uncertain but whether it will be: "consider colectomy"."""
    if _WEIGHED.isdisjoint(token.word for token in tokens[cue.first : cue.last]):
        return False
    return any(_interventions().match(token.word) for token in tokens[first:last])


@cache
def _interventions() -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in load_words("assertions")["interventions"]))
