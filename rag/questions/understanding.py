"""Understanding a question about a chart: from its words to what is asked of what, when and of whom. Rules and word lists, no model."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import replace

from rag.questions.cues import cue_words
from rag.questions.kinds import named_kinds, settle_heads
from rag.questions.naming import without_guideline
from rag.questions.parts import clauses
from rag.questions.phrases import kept_places, phrase_of
from rag.questions.plain import plain
from rag.questions.polarity import LEADING
from rag.questions.reading import Reading, read
from rag.questions.splitting import MAX_PARTS, asked_parts
from rag.questions.threads import continued
from rag.questions.tokens import fold, lower
from rag.questions.understood import Intent, Understood

_MAX_QUESTION_CHARS = 4_000
_SPACES = re.compile(r"\s{2,}")  # many patterns look for words with space between: a run of it would be read again for every place
_ASKING_TAGS = frozenset({"wh", "how_is", "who", "narrative", "pronoun", "what_about"})
_STATEMENT = re.compile(
    r"[\s.,;!]*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening))[\s,!]+)?"
    r"(?:i am|i'm|we are|we're|i have (?!a question)|i saw|i will|i'll|he is|she is|he's|she's|he was|she was|this is|(?:the "
    r"|my |our )?(?:patient|pt) (?:is|was|has|came|presents)"
    r"|seeing|sorry|i just|he has|she has)\b(?! (?:wondering|curious|trying|looking|interested))",
    re.IGNORECASE,
)
_DATE_ONLY = frozenset({"done", "frame", "aux", "when", "pronoun", "value", "wh", "last", "how_is"})


def understand(
    text: str, *, as_of: datetime.date, names: Collection[str] = (), previous: Understood | None = None
) -> tuple[Understood, ...]:
    """What each part of the question asks, in order, at least one.

    ``names`` are the displays of the chart: words inside one that stands in the question are never read as anything else.
    ``as_of`` is the day that relative times count from. ``previous`` is the last part of the question before, for follow-ups.
    Text beyond 4,000 characters is not read. Under a millisecond for a question of usual length; never raises on any text.
    """
    common = cue_words()
    spaced = _SPACES.sub(lambda run: "\n" if "\n" in run[0] else " ", text[:_MAX_QUESTION_CHARS])
    text, changed = plain(fold(spaced), names)
    found: list[Understood] = []
    before = previous
    for clause in _asking(clauses(text, lower(text), names, common)):
        reading = without_guideline(settle_heads(read(clause, lower(clause), as_of, names, common)))
        if _only_frame(reading) or (found and _asks_only_date(reading)):
            continue
        names_kind = bool(named_kinds(reading))
        for part, own in asked_parts(reading):
            found.append(part if before is None else continued(part, before, own_intent=own, names_kind=names_kind))
        before = found[-1] if found else before
    if not found:
        return (Understood(text.strip(), Intent.UNKNOWN, ""),)
    parts = tuple(dict.fromkeys(_without_statements(found)))[:MAX_PARTS]
    return tuple(_with_respelled(part, changed) for part in parts) if changed else parts


def _with_respelled(part: Understood, changed: dict[str, str]) -> Understood:
    """The part with the words of its phrase that were put right."""
    words = tuple((changed[word], word) for word in part.phrase.split() if word in changed)
    return replace(part, respelled=words) if words else part


def _without_statements(found: list[Understood]) -> list[Understood]:
    """Parts that ask, where some do: what stands beside them without asking is an introduction."""
    found = [part for part, follows in zip(found, [*found[1:], None], strict=True) if not _only_topic(part, follows)]
    asking = [part for part in found if part.intent is not Intent.UNKNOWN or part.tags & _ASKING_TAGS]
    return asking or found[:1]


def _only_topic(part: Understood, follows: Understood | None) -> bool:
    """True for "Bad cholesterol, how has it run?": the first part only names what the second asks of."""
    bare = part.intent in (Intent.LATEST, Intent.PRESENCE) and not part.tags - {"follow_up"} and not part.windows and part.anchor is None
    return bare and follows is not None and "pronoun" in follows.tags and bool(part.phrase) and follows.phrase == part.phrase


def _asking(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses without statements that introduce or follow a question ("I am seeing her today.")."""
    if len(parts) < 2:
        return parts
    kept = tuple(part for part in parts if not _STATEMENT.match(part) or "?" in part)
    return kept or parts


def _only_frame(reading: Reading) -> bool:
    """True for greetings, thanks and the like: nothing but frame words stands there."""
    framed = reading.places("frame", "aux") - reading.places(*LEADING, "pronoun")
    rest = [index for index, mark in enumerate(reading.marks) if mark not in {"point", "soft", "article", "person"} and index not in framed]
    return all(reading.words[index] in {"and", "or", "but", "please", "for", "your", "not", "so", "in", "of"} for index in rest)


def _asks_only_date(reading: Reading) -> bool:
    """True for "and when was it measured", which every answer says anyway."""
    roles = {role for role in reading.roles if not role.startswith("kind:")}
    return "when" in roles and roles <= _DATE_ONLY and not named_kinds(reading) and not phrase_of(reading, kept_places(reading))
