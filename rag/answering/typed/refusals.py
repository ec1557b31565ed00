"""What was refused or not done, and why: "did she decline any vaccine"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.wording import verbatim, write_name
from rag.questions.everyday import is_everyday
from rag.questions.understood import Understood
from rag.types import Fact

_REFUSED = re.compile(
    r"\b(?:refus\w+|declin(?:e|ed|es|ing)|turn(?:ed|s|ing)? down|said no to|opt(?:ed)? out(?: of)?|reject\w*"
    r"|skipp\w+|missed|not given|not done)\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:refus|declin|turn\w* down|said no|opt\w* out|reject)", re.IGNORECASE)
NOT_DONE = frozenset({"not-done", "not done"})
_KINDS = frozenset({"immunization", "procedure"})
_WHOLE_KINDS = frozenset(
    {"vaccine", "vaccination", "immunization", "immunisation", "shot", "jab", "procedure", "test", "treatment", "booster"}
)


def asks_refusal(asked: Understood) -> bool:
    """Whether a question asks for what was refused or left out, of things that are given or done."""
    return bool(_REFUSED.search(asked.text)) and (bool(asked.kinds & _KINDS) or bool(_WILL.search(asked.text) and asked.phrase))


def without_refusing(asked: Understood) -> Understood:
    """The question after the thing itself, among what may be refused."""
    words = [word for word in _REFUSED.sub(" ", asked.phrase).split() if not is_everyday(word)]
    thing = "" if all(word.rstrip("s") in _WHOLE_KINDS for word in words) else " ".join(words)
    return replace(asked, phrase=thing, kinds=asked.kinds & _KINDS or _KINDS)


def refusal_sentences(facts: Sequence[Fact], calendar: Calendar) -> list[Sentence]:
    """One statement per thing that a record says was not done, with its reason."""
    return [_refused(calendar, fact) for fact in facts if fact.status in NOT_DONE]


def _refused(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.origin == "text":
        return verbatim(calendar, fact)
    sentence = write_name(Sentence(calendar), fact).words(": ").slot(fact, fact.slot("status")).on(fact)
    if fact.slot("reason"):
        sentence.words(", reason: ").slot(fact, fact.slot("reason"))
    return sentence.stop()
