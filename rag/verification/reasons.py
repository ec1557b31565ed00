"""Why a statement was judged as it was, in words that a reader of the chart can check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.types import Verdict
from rag.verification.contrasts import contradicts
from rag.verification.examination import Examined
from rag.verification.words import written_words

if TYPE_CHECKING:
    from rag.verification.entailment import Entailed

MOST_NAMED = 4
_LEAD = re.compile(r"^\s*(?:yes|no)\b", re.IGNORECASE)


def reason(statement: Examined, held: Entailed | None, verdict: Verdict) -> str:
    """One line. It may hold text of the chart."""
    if statement.verbatim:
        return "a context says it word for word"
    if not statement.found.best:
        return "no sentence of the contexts speaks of it"
    if verdict is Verdict.SUPPORTED:
        return "the evidence says it"
    told = [*_slots(statement), *statement.changed, *_missing(statement), *_doubted(statement, held)]
    return "; ".join(told[:MOST_NAMED]) or "the evidence has its words but does not say it"


def _slots(statement: Examined) -> list[str]:
    """The slots that differ, those that contradict first."""
    ordered = sorted(statement.violations, key=lambda violation: not contradicts(violation, statement.text, statement.quotes))
    return [f"{violation.slot} “{violation.found}”: {violation.why}" for violation in ordered]


def _missing(statement: Examined) -> Iterator[str]:
    contexts, keys = statement.contexts, statement.contexts.keys_of(statement.found.read)
    written = written_words(_LEAD.sub("", statement.text))
    yield from _named("not in the evidence", [word for word, known in written if not contexts.covers(known.key, keys)])


def _doubted(statement: Examined, held: Entailed | None) -> Iterator[str]:
    """The words that the model doubts, where it knows of any."""
    if held is not None:
        yield from _named("not borne out", [statement.text[span.start : span.end] for span in held.unsupported])


def _named(told: str, words: list[str]) -> Iterator[str]:
    found = list(dict.fromkeys(words))
    if found:
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        yield f"{told}: {', '.join(found[:MOST_NAMED])}{more}"
