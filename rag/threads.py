"""Threads: what a follow-up question builds on. Sealed under the workspace key, seen only by the principal who asked.

Kept of a thread: the patient's pseudonym, how the last question was read, and the earliest time its answer rests on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from rag.keys import Keys
from rag.questions.understood import Anchor, Intent, Relation, Threshold, Understood, Window
from rag.scope import Principal
from rag.store.database import Database
from rag.store.threads import get_thread, put_thread


@dataclass(frozen=True, slots=True)
class ThreadState:
    """The last question of a thread. ``rested_on`` is the earliest fact time (moved) that its answer cites."""

    patient: str | None
    asked: Understood | None
    rested_on: str | None = None


NEW_THREAD = ThreadState(None, None)


def load_thread(database: Database, keys: Keys, thread: str, principal: Principal) -> ThreadState:
    """The state of a thread of this principal; a new one where there is none."""
    sealed = get_thread(database, _digest(thread), principal.name)
    if sealed is None:
        return NEW_THREAD
    state = json.loads(keys.open(sealed, _context(thread, principal)))
    return ThreadState(state["patient"], _read(state["asked"]) if state["asked"] else None, state["rested_on"])


def save_thread(database: Database, keys: Keys, thread: str, principal: Principal, state: ThreadState) -> None:
    """Replace the state of a thread."""
    plain = {"patient": state.patient, "asked": asdict(state.asked) if state.asked else None, "rested_on": state.rested_on}
    sealed = keys.seal(json.dumps(plain, default=_plain).encode(), _context(thread, principal))
    put_thread(database, _digest(thread), principal.name, sealed, datetime.now(UTC).isoformat(timespec="seconds"))


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
        }
    )


def _anchor(fields: dict[str, Any]) -> Anchor:
    window = fields["window"]
    return Anchor(**{**fields, "relation": Relation(fields["relation"]), "window": Window(**window) if window else None})


def _threshold(fields: dict[str, Any]) -> Threshold:
    numbers = {name: Decimal(fields[name]) if fields[name] is not None else None for name in ("second", "upper")}
    return Threshold(fields["operator"], Decimal(fields["value"]), fields["unit"], numbers["second"], numbers["upper"])


def _digest(thread: str) -> str:
    return sha256(thread.encode()).hexdigest()


def _context(thread: str, principal: Principal) -> str:
    return f"thread:{_digest(thread)}:{principal.name}"
