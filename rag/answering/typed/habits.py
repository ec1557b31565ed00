"""Habits: a smoking, drinking or drug status in words says now, formerly or never; the newest word on it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.questions.understood import Understood
from rag.types import Fact

NOW, FORMER, NEVER = "now", "former", "never"
_NEVER = re.compile(
    r"\b(?:never|nil|none|no|denies|abstains|abstinent|teetotal\w*)\b|\bnon-?(?:smok|drink|user)|does not|lifelong non", re.IGNORECASE
)
_FORMER = re.compile(r"\b(?:former|formerly|ex|quit|stopped|past|previous|previously|gave up|in remission)\b", re.IGNORECASE)
_NOT_KNOWN = re.compile(r"\b(?:unknown|unk|not asked|not assessed|not known|declined|refused|unable)\b", re.IGNORECASE)


def habit_of(fact: Fact) -> str:
    """Whether the fact tells of a habit now, formerly or never; empty where it does not say."""
    if fact.assertion == "negated":
        return NEVER
    words = fact.value or ""
    if fact.origin == "text" and fact.assertion == "historical":
        return FORMER
    if not re.search(r"[A-Za-z]", words):
        return NOW if fact.origin == "text" else ""
    if _NOT_KNOWN.search(words):
        return ""
    if _FORMER.search(words):
        return FORMER
    return NEVER if _NEVER.search(words) else NOW


def rule_on_habit(asked: Understood, said: Sequence[Fact]) -> tuple[str, Fact] | None:
    """Yes or No with the fact that decides; None where what is said is no habit, or does not tell.

    "Ever" asks for any word of the habit, "former" for one that has ended; else the newest word decides.
    """
    told = [(habit_of(fact), fact) for fact in said]
    if not told or any(fact.kind != "social_history" for fact in said):
        return None
    known = [(habit, fact) for habit, fact in told if habit]
    if not known:
        return None
    newest, fact = known[-1]
    if _FORMER.search(asked.phrase):
        return ("Yes" if newest == FORMER else "No"), fact
    had = [fact for habit, fact in known if habit in (NOW, FORMER)]
    if "ever" in asked.cues:
        return ("Yes", had[-1]) if had else ("No", fact)
    return ("Yes" if newest == NOW else "No"), fact
