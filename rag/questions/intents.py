"""What a clause wants, decided from the roles of its cues and from what sort of thing it asks for."""

from __future__ import annotations

from rag.questions.asked import Asked, is_ordered, is_plural, is_single
from rag.questions.intents_of_time import began, how_long, when, why
from rag.questions.intents_of_values import compared, count, course, dose, extreme, value_of_time, values
from rag.questions.polarity import in_relative_clause
from rag.questions.things import is_drug, is_reported, is_social
from rag.questions.understood import Intent

_AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "has", "have", "had", "does", "do", "did", "isn't", "aren't", "isnt", "arent", "hasn't", "wasn't"]
)


def decide(asked: Asked) -> Intent:
    """The intent: the first rule that speaks."""
    for rule in _RULES:
        if (intent := rule(asked)) is not None:
            return intent
    return Intent.UNKNOWN


def _guessed(asked: Asked) -> Intent | None:
    """What may have caused something, or was still to be done, is left to retrieval."""
    return Intent.UNKNOWN if asked.has("conjecture") and asked.has("wh", "why", "who") and not asked.has("when", "dose") else None


def _grown(asked: Asked) -> Intent | None:
    return (
        Intent.REPORT
        if asked.phrase.endswith("culture") and not asked.polar and asked.has("wh") and not asked.has("last", "first", "all")
        else None
    )


def _reacted(asked: Asked) -> Intent | None:
    return Intent.LIST if asked.has("reaction") and asked.phrase and not asked.polar and not asked.has("when", "how_many") else None


def _told(asked: Asked) -> Intent | None:
    """What was advised, planned or thought is left to retrieval."""
    if asked.has("who") and not asked.has("when", "wh", "how_many", "times"):
        return Intent.UNKNOWN
    noun = any(role.startswith("kind:") and not role.endswith("_verb") for role in asked.reading.roles)
    if asked.has("how_far") and not asked.measured:
        return Intent.UNKNOWN
    asks = asked.has("wh", "how_is") and not asked.polar
    return Intent.UNKNOWN if asks and asked.has("narrative") and not noun and not asked.has("last", "report", "summary") else None


def _report(asked: Asked) -> Intent | None:
    if any("say about" in cue.words for cue in asked.reading.cues) and is_reported(asked.phrase) and not asked.polar:
        return Intent.REPORT
    if asked.has("report") and not asked.polar:
        if asked.has("wh", "report_noun") and (asked.phrase or asked.kinds & {"report", "procedure"}):
            return Intent.REPORT
        if is_reported(asked.phrase) or (asked.has("wh", "what_about") and not asked.phrase and not asked.kinds):
            return Intent.REPORT
    if asked.has("value", "values") and is_reported(asked.phrase) and not asked.polar and not asked.has("all"):
        return Intent.REPORT
    if not asked.polar and is_reported(asked.phrase) and not asked.measured and asked.has("how_is"):
        return Intent.REPORT
    return None


def _summary(asked: Asked) -> Intent | None:
    told = any(cue.words in {"happened", "happen", "done", "going on"} for cue in asked.reading.cues)
    if told and asked.reading.anchor is not None and asked.has("wh") and not asked.phrase and not asked.kinds:
        return Intent.SUMMARY
    if asked.has("summary") and not asked.polar and not asked.has("narrative"):
        return Intent.SUMMARY
    return None


def _yes_or_no(asked: Asked) -> Intent | None:
    if not asked.polar:
        return None
    reading = asked.reading
    if asked.has("narrative") and not asked.has("ever", "any", "kind:medication_verb") and not asked.phrase:
        return Intent.UNKNOWN
    gone = any(cue.words == "no longer" for cue in reading.cues)
    if gone and asked.kinds == {"medication"} and not asked.phrase:
        return Intent.LIST
    if gone or (asked.has("stop") and _stop_asked(asked)):
        return Intent.STOPPED
    present = next((word for word in reading.words if word in _AUXILIARIES), "") in {"is", "are", "isn't", "aren't", "isnt", "arent"}
    if reading.threshold and asked.phrase:
        return Intent.LATEST if present and not asked.has("ever") else Intent.PRESENCE
    if asked.has("normal") and asked.measured and asked.phrase:
        return Intent.PRESENCE if asked.has("ever") else Intent.VALUES if reading.times and not present else Intent.LATEST
    if asked.has("normal") and is_reported(asked.phrase):
        return Intent.REPORT
    return Intent.PRESENCE


def _stop_asked(asked: Asked) -> bool:
    """ "Was X stopped", "Did she quit X": the stop is asked for, it does not describe a list ("any discontinued medications")."""
    return not asked.kinds & {"medication"} or bool(asked.phrase) if not asked.has("any") else False


def _listed(asked: Asked) -> Intent | None:
    valued = asked.measured and asked.phrase
    if asked.kinds and not asked.phrase:
        if asked.kinds == {"observation"} and asked.has("last") and not asked.has("all"):
            return Intent.LATEST
        if (
            asked.has("last")
            and asked.kinds & {"encounter", "procedure", "immunization", "report"}
            and asked.limit is None
            and not asked.has("all", "wh_many")
        ):
            return Intent.LAST_DONE
        if asked.has("first") and not asked.has("all"):
            return Intent.FIRST
        if asked.has("last") and asked.limit is None and not is_plural(asked):
            return Intent.LATEST
        return Intent.LIST
    if valued or is_social(asked.phrase):
        return None
    which = asked.has("wh") or asked.has("all") or is_ordered(asked)
    if (
        which
        and (asked.has("kind:medication_verb") or asked.kinds & {"medication", "allergy", "condition", "finding", "family_history"})
        and not is_single(asked)
    ):
        return Intent.LIST
    if which and asked.kinds and is_plural(asked):
        return Intent.LIST
    if (asked.has("all") or is_ordered(asked)) and not is_single(asked) and asked.phrase:
        return Intent.LIST
    return None


def _rest(asked: Asked) -> Intent | None:
    if asked.has("what_about"):
        return None
    if asked.has("narrative", "who"):
        return Intent.UNKNOWN
    if not asked.phrase:
        return None
    asks = asked.has("wh", "how_is")
    if asked.kinds == {"medication"} and "for" in asked.reading.words and not asked.polar:
        return Intent.LIST
    if asked.has("sized"):
        return Intent.LATEST
    if asked.has("how_is") and not asked.measured and not asked.has("wh"):
        return Intent.SUMMARY
    if is_reported(asked.phrase) and not asked.has("who"):
        return Intent.REPORT
    if asked.kinds and asks and asked.kinds - {"observation"}:
        return Intent.LIST
    if asks and is_drug(asked.phrase) and asked.has("done"):
        return Intent.LIST
    if asks:
        if asked.has("current") or any(mark == "person" for mark in asked.reading.marks):
            verbs = len(asked.phrase.split()) > 5 or asked.has("report") or "did" in asked.reading.words
            return Intent.UNKNOWN if verbs else Intent.LATEST
        return Intent.LATEST if asked.is_name else Intent.UNKNOWN
    in_clause = any(in_relative_clause(asked.reading, place) for place in range(len(asked.reading.words)))
    if asked.kinds & {"medication", "allergy", "immunization"} and (is_plural(asked) or (in_clause and asked.phrase.endswith("s"))):
        return Intent.LIST
    return Intent.PRESENCE if len(asked.phrase.split()) <= 8 else Intent.UNKNOWN


_RULES = (
    *(compared, _grown, _guessed, why, when, how_long, _reacted, dose, count, extreme, began, course),
    *(_told, _report, _summary, _yes_or_no, _listed, values, value_of_time, _rest),
)
"""In this order: the first that speaks decides."""
