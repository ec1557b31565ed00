"""Yes or no to "is it rising": what the values of one thing did, first to last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.typed.sentence import number_of
from rag.answering.typed.values import by_thing, in_unit
from rag.questions.understood import Intent, Understood
from rag.types import Fact

_UP = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|climb\w*|gain\w*|gone up|go(?:ing|es)? up|went up|higher|com(?:e"
    r"|ing) up|grow\w*|grew|jump\w*)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:fall(?:en|ing|s)?|fell|decreas\w+|declin\w+|drop\w*|los(?:e|es|ing|t)|gone down|go(?:ing|es)? down"
    r"|went down|lower|com(?:e|ing) down"
    r"|came down|reduc\w+|shr[aiu]nk\w*)\b",
    re.IGNORECASE,
)


def which_way(asked: Understood, facts: Sequence[Fact]) -> str:
    """Yes or No where one direction is asked of one thing; empty where it cannot be told."""
    up, down = bool(_UP.search(asked.text)), bool(_DOWN.search(asked.text))
    groups = by_thing(facts)
    if up == down or len(groups) != 1:
        return ""
    group = groups[0]
    spread = asked.intent is Intent.TREND or asked.windows or asked.anchor
    first, last = (group[0] if spread else group[-2]) if len(group) > 1 else group[0], group[-1]
    before, after = in_unit(first, last.unit), number_of(last)
    if before is None or after is None:
        return ""
    return "Yes" if (after > before) == up and after != before else "No"
