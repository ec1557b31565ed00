"""Rules for when, how long and why: which of the intents of time a clause has."""

from __future__ import annotations

from rag.questions.asked import Asked
from rag.questions.events import STAYS
from rag.questions.things import is_condition, is_done
from rag.questions.understood import Intent


def why(asked: Asked) -> Intent | None:
    """ "What is it for", "why was it stopped", "what brought her in"."""
    if (
        asked.has("visit_reason")
        and not asked.polar
        and (asked.has("wh", "why", "how_is") or not asked.has("when", "how_many"))
        and (not asked.phrase or STAYS.search(asked.phrase))
    ):
        return Intent.WHY
    trailing = _last_word(asked) == "for"
    if trailing and (asked.phrase or asked.has("pronoun")) and asked.has("wh") and not asked.polar:
        return Intent.WHY
    if asked.has("why") and not asked.has("when", "how_many", "how_long") and not (asked.polar and not asked.has("why")):
        return Intent.WHY
    return None


def _last_word(asked: Asked) -> str:
    """The last word that is neither a mark nor thanks."""
    reading = asked.reading
    idle = {place for cue in reading.cues if cue.roles == {"frame"} for place in cue.places}
    left = (word for index, word in reversed(list(enumerate(reading.words))) if reading.marks[index] == "" and index not in idle)
    return next(left, "")


def when(asked: Asked) -> Intent | None:
    """What happened on the day that "when" or "at what age" asks for."""
    if not asked.has("when", "age_at") or asked.has("how_many", "times"):
        return None
    if asked.has("age_at") and not asked.has("when") and not asked.has("start", "diagnosed", "stop", "done", "prescribed"):
        return None
    if asked.has("dose") and asked.has("wh") and min(asked.reading.places("wh")) < min(asked.reading.places("when", "age_at")):
        return None
    if asked.reading.threshold:
        return Intent.FIRST if asked.has("first", "start") else Intent.LAST_DONE if asked.has("last") else Intent.VALUES
    if asked.has("narrative") and _next(asked):
        return Intent.UNKNOWN
    if asked.has("highest"):
        return Intent.HIGHEST
    if asked.has("lowest"):
        return Intent.LOWEST
    if asked.has("dose") and asked.has("change", "moved"):
        return Intent.CHANGE
    if asked.has("stop") and not asked.has("last"):
        return Intent.STOPPED
    if asked.has("first") or (asked.has("start", "diagnosed") and not asked.has("last")):
        return Intent.STARTED
    if asked.has("prescribed") and not asked.has("last"):
        return Intent.STARTED
    if asked.has("last", "previous") or asked.kinds & {"encounter", "procedure", "immunization", "report"} or is_done(asked.phrase):
        return Intent.LAST_DONE
    since = any(asked.reading.words[index : index + 2] == ("since", "when") for index in range(len(asked.reading.words)))
    if since or asked.kinds & {"condition", "finding", "medication", "allergy"} or (is_condition(asked.phrase) and not asked.measured):
        return Intent.STARTED
    return Intent.LAST_DONE


def _next(asked: Asked) -> bool:
    return any(word in {"next", "upcoming", "scheduled", "future", "due"} for word in asked.reading.words)


def how_long(asked: Asked) -> Intent | None:
    """ "How long has she had it"."""
    return Intent.DURATION if asked.has("how_long") and not asked.has("dose_unit") else None


def began(asked: Asked) -> Intent | None:
    """ "Eczema onset": nothing else is asked of the thing."""
    onset = any(cue.words in {"onset", "onset of", "date of onset", "date of onset of"} for cue in asked.reading.cues)
    return Intent.STARTED if onset and asked.phrase and not asked.polar and not asked.measured else None
