"""What a follow-up takes over from the question before it: "and before that?", "what about potassium?", "why?"."""

from __future__ import annotations

from dataclasses import replace

from rag.questions.things import is_measured
from rag.questions.understood import Intent, Understood

_VALUED = frozenset(
    {
        *(
            Intent.LATEST,
            Intent.FIRST,
            Intent.VALUE_AT,
            Intent.VALUES,
            Intent.TREND,
            Intent.CHANGE,
            Intent.HIGHEST,
            Intent.LOWEST,
            Intent.AVERAGE,
        ),
        Intent.COMPARE,
    }
)


def continued(part: Understood, before: Understood, *, own_intent: bool, names_kind: bool) -> Understood:
    """The part with what it leaves out taken from the one before. A part that stands alone is returned as it is.

    Thing and kinds are taken where it names none (``names_kind``: a whole kind such as "medications"); the intent where no cue of its
    own decides; the window and anchor only with the intent, and only where it has none of its own. Another relative keeps the thing.
    """
    if part.intent is Intent.UNKNOWN and "pronoun" in part.tags and part.phrase and before.phrase and "follow_up" in part.tags:
        return _with_time(replace(part, phrase=f"{before.phrase} {part.phrase}"), before)
    if "times" in part.tags and before.intent is Intent.DOSE and not part.phrase and part.intent is Intent.COUNT:
        part = replace(part, intent=Intent.DOSE)
    if not part.phrase and not names_kind and "died" not in part.tags:
        family = part.experiencer != "patient"
        kinds = part.kinds if family else before.kinds or part.kinds
        experiencer = part.experiencer if family else before.experiencer
        taken = replace(part, phrase=before.phrase, kinds=kinds, experiencer=experiencer, tags=part.tags | {"follow_up"})
        if own_intent:
            return _with_time(taken, before) if part.tags & {"before_that", "after_that"} else taken
        return _with_time(_with_intent(taken, before), before)
    if "follow_up" in part.tags and not own_intent and _fits(part, before):
        return _with_time(_with_intent(part, before), before)
    return part


def _fits(part: Understood, before: Understood) -> bool:
    """A value is asked of a thing with values, anything else of any."""
    return before.intent not in _VALUED or is_measured(part.phrase) or part.intent is not Intent.PRESENCE or not is_measured(before.phrase)


def _with_intent(part: Understood, before: Understood) -> Understood:
    intent = before.intent
    if intent is Intent.VALUE_AT and (part.windows or part.at):
        intent = Intent.VALUE_AT if part.at else Intent.VALUES
    if intent in {Intent.LATEST, Intent.FIRST} and part.windows and not part.tags & {"before_that", "after_that"}:
        intent = Intent.VALUE_AT if part.at else Intent.VALUES if intent is Intent.LATEST and is_measured(part.phrase) else intent
    return replace(
        part,
        intent=intent,
        polar=before.polar,
        status=part.status or before.status,
        threshold=part.threshold or (before.threshold if not part.phrase or part.phrase == before.phrase else None),
        limit=part.limit or before.limit,
        unit=part.unit or (before.unit if part.phrase == before.phrase else None),
    )


def _with_time(part: Understood, before: Understood) -> Understood:
    if part.windows or part.anchor or part.at:
        return part
    return replace(part, windows=before.windows, anchor=before.anchor, at=before.at)
