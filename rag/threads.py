"""Threads: what a follow-up question builds on. Sealed under the workspace key, seen only by the principal who asked.

Kept of a thread: the patient's pseudonym, how the last question was read, and the earliest time its answer rests on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from rag.keys import Keys
from rag.questions.understood import Anchor, Intent, Relation, Threshold, Understood, Window
from rag.scope import Principal
from rag.store.database import Database
from rag.store.threads import get_thread, put_thread
from rag.types import Question


@dataclass(frozen=True, slots=True)
class ThreadState:
    """The last question of a thread. ``rested_on`` is the earliest fact time (moved) that its answer cites."""

    patient: str | None
    asked: Understood | None
    rested_on: str | None = None


NEW_THREAD = ThreadState(None, None)


def load_thread(database: Database, keys: Keys, thread: str, principal: Principal, patient: str | None = None) -> ThreadState:
    """The state of a thread of this principal; a new one where there is none, or where it was kept by another version.

    With ``patient`` (a pseudonym), a new one too where the thread was about another patient: nothing of one chart leads to another.
    """
    digest = _digest(keys, thread)
    sealed = get_thread(database, digest, principal.name)
    if sealed is None:
        return NEW_THREAD
    kept = json.loads(keys.open(sealed, _context(digest, principal)))
    try:
        state = ThreadState(kept["patient"], _read(kept["asked"]) if kept["asked"] else None, kept["rested_on"])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return NEW_THREAD
    return state if patient in (None, state.patient) else NEW_THREAD


def followed(database: Database, keys: Keys, question: Question, principal: Principal) -> Question:
    """The question, about the patient of its thread where it names no patient, corpus or source. Scope is checked afterwards as ever."""
    if not question.thread or question.patient or question.corpus or question.source:
        return question
    return replace(question, patient=load_thread(database, keys, question.thread, principal).patient)


def save_thread(database: Database, keys: Keys, thread: str, principal: Principal, state: ThreadState) -> None:
    """Replace the state of a thread."""
    plain = {"patient": state.patient, "asked": asdict(state.asked) if state.asked else None, "rested_on": state.rested_on}
    digest = _digest(keys, thread)
    sealed = keys.seal(json.dumps(plain, default=_plain).encode(), _context(digest, principal))
    put_thread(database, digest, principal.name, sealed, datetime.now(UTC).isoformat(timespec="seconds"))


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _read(fields: dict[str, Any]) -> Understood:
    return Understood(
        **{
            **fields,
            "intent": Intent(fields["intent"]),
            "kinds": frozenset(fields["kinds"]),
            "windows": tuple(Window(**window) for window in fields["windows"]),
            "anchor": _anchor(fields["anchor"]) if fields["anchor"] else None,
            "threshold": _threshold(fields["threshold"]) if fields["threshold"] else None,
            "cues": tuple(fields["cues"]),
            "tags": frozenset(fields["tags"]),
            "respelled": tuple((written, read) for written, read in fields.get("respelled", ())),
        }
    )


def _anchor(fields: dict[str, Any]) -> Anchor:
    window = fields["window"]
    return Anchor(**{**fields, "relation": Relation(fields["relation"]), "window": Window(**window) if window else None})


def _threshold(fields: dict[str, Any]) -> Threshold:
    numbers = {name: Decimal(fields[name]) if fields[name] is not None else None for name in ("second", "upper")}
    return Threshold(fields["operator"], Decimal(fields["value"]), fields["unit"], numbers["second"], numbers["upper"])


def _digest(keys: Keys, thread: str) -> str:
    """Under the key: a thread may be named after a patient."""
    return keys.lookup("thread", thread)


def _context(digest: str, principal: Principal) -> str:
    return f"thread:{digest}:{principal.name}"
