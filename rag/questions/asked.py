"""What the decision on an intent rests on, and small questions about it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.questions.reading import Reading
from rag.questions.things import is_measured


@dataclass(frozen=True, slots=True)
class Asked:
    """What the decision rests on: the reading, the thing's name, the kinds that are named, and whether yes or no is asked."""

    reading: Reading
    phrase: str
    kinds: frozenset[str]
    polar: bool
    is_name: bool
    limit: int | None

    def has(self, *roles: str) -> bool:
        return any(role in self.reading.roles for role in roles)

    @property
    def measured(self) -> bool:
        if self.kinds & {"medication", "allergy", "family_history"}:
            return False
        return is_measured(self.phrase) or (bool(self.phrase) and "observation" in self.kinds and self.kinds <= {"observation"})


def is_ordered(asked: Asked) -> bool:
    """True for an order to list ("list", "enumerate")."""
    return asked.has("list")


def is_plural(asked: Asked) -> bool:
    """True where a kind is named in the plural ("which surgeries")."""
    return any(
        word.endswith("s") and not word.endswith("ss")
        for cue in asked.reading.cues
        if any(role.startswith("kind:") for role in cue.roles)
        for word in cue.words.split()[-1:]
    )


def is_single(asked: Asked) -> bool:
    """True where one of several is wanted, the last or the first."""
    return asked.has("last", "first") and asked.limit is None
