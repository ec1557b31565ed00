"""Rules for what has values or doses: which value, how many, the course, a comparison."""

from __future__ import annotations

from itertools import pairwise

from rag.questions.asked import Asked, is_ordered
from rag.questions.lists import listed
from rag.questions.things import is_condition, is_done, is_drug, is_social
from rag.questions.understood import Intent


def compared(asked: Asked) -> Intent | None:
    """Two periods asked for side by side."""
    two = any(time.relation == "compare" for time in asked.reading.times)
    ranged = any(time.relation in {"between", "range"} for time in asked.reading.times)
    if two and (
        asked.has("compare", "change", "moved", "highest", "lowest", "direction", "trend", "normal")
        or any("v" in t.window.words for t in asked.reading.times)
        or _versus(asked)
    ):
        return Intent.COMPARE
    if ranged and asked.has("compare") and asked.phrase:
        return Intent.COMPARE
    if asked.has("compare") and len(asked.reading.times) == 2:
        return Intent.COMPARE
    return None


def _versus(asked: Asked) -> bool:
    return any(
        time.second is not None
        and any(word in {"vs", "versus", "against", "compared", "with"} for word in _words_at(asked, time.start, time.end))
        for time in asked.reading.times
    )


def _words_at(asked: Asked, start: int, end: int) -> list[str]:
    return [token.text for token in asked.reading.tokens if start <= token.start < end]


def dose(asked: Asked) -> Intent | None:
    """How much of a drug, how often, and how that moved."""
    counted = asked.has("how_many", "times") and asked.kinds & {"immunization"}
    if asked.has("guideline", "guideline_link") and not asked.phrase:
        return None
    if asked.has("dose_unit"):
        return Intent.DOSE
    if is_done(asked.phrase) and asked.has("last", "first"):
        return None
    if asked.has("dose") and not counted and not (asked.has("when") and not asked.has("wh")):
        if asked.has("change", "moved", "direction"):
            return Intent.CHANGE
        if asked.has("trend"):
            return Intent.TREND
        if asked.has("highest") and not asked.polar:
            return Intent.HIGHEST
        if asked.has("all") or (asked.has("how_many") and "doses" in asked.reading.words):
            return Intent.COUNT if asked.has("how_many") else Intent.VALUES
        return Intent.DOSE
    words = asked.phrase.split()
    if asked.has("wh") and "total" in words and any(is_drug(word) for word in words):
        return Intent.DOSE
    if asked.has("how_much"):
        if asked.has("change", "moved", "direction") and not is_social(asked.phrase):
            return Intent.CHANGE
        if is_social(asked.phrase) or asked.measured:
            return Intent.LATEST
        return Intent.DOSE
    if (
        asked.has("times")
        and (asked.has("kind:medication_verb") or is_drug(asked.phrase))
        and not asked.measured
        and not asked.has("done")
        and "many" not in asked.reading.words
        and asked.phrase
    ):
        return Intent.DOSE
    return None


def count(asked: Asked) -> Intent | None:
    """ "How many", "how often"."""
    if asked.has("how_many", "times"):
        if is_social(asked.phrase) and not asked.has("times"):
            return Intent.LATEST
        return Intent.COUNT
    return None


def extreme(asked: Asked) -> Intent | None:
    """The highest, the lowest or the mean."""
    if asked.polar and asked.has("last") and not asked.has("ever"):
        return None
    if (intent := _reached(asked)) is not None:
        return intent
    for role, intent in (("average", Intent.AVERAGE), ("highest", Intent.HIGHEST), ("lowest", Intent.LOWEST)):
        if asked.has(role):
            return intent
    return None


def _reached(asked: Asked) -> Intent | None:
    """ "How high did it get", "how low has it gone" ask for the extreme, of whatever is named."""
    words, reached = asked.reading.words, listed("naming", "reached")
    named = asked.phrase and asked.phrase not in reached
    if not (named and {"did", "has", "have", "had"} & set(words)):
        return None
    if not (reached & set(words) or (asked.measured and asked.has("moved", "direction", "how_is"))):
        return None
    ways = {"low": Intent.LOWEST, "high": Intent.HIGHEST}
    return next((ways[word] for before, word in pairwise(words) if before == "how" and word in ways), None)


def course(asked: Asked) -> Intent | None:
    """How values moved: a trend, a change, how a thing has been."""
    if asked.has("trend"):
        return Intent.TREND
    if asked.has("between_last") and asked.has("change", "compare", "moved"):
        return Intent.CHANGE
    if asked.has("change") and not asked.has("report") and not (asked.polar and is_condition(asked.phrase) and not asked.measured):
        return Intent.CHANGE
    if asked.has("compare") and (asked.has("previous", "last") or (asked.measured and asked.reading.times and not asked.polar)):
        return Intent.CHANGE
    if asked.has("moved") and asked.measured and asked.phrase and (asked.polar or asked.has("how_is", "wh") or asked.reading.times):
        return Intent.CHANGE
    if asked.has("how_far") and asked.measured and asked.has("moved", "direction"):
        return Intent.CHANGE
    spoken = {word for word, mark in zip(asked.reading.words, asked.reading.marks, strict=True) if not mark}  # not "after the fall"
    named = listed("naming", "changes") & spoken
    if named and asked.measured and not asked.polar and (asked.reading.anchor or asked.reading.times or "total" in asked.reading.words):
        return Intent.CHANGE
    if asked.has("direction") and not (asked.has("normal") and not _directed(asked)):
        return Intent.TREND
    went = {"has", "have"} & set(asked.reading.words) and listed("naming", "went") & set(asked.reading.words)
    if went and asked.has("how_is") and not asked.polar and (asked.measured or (not asked.phrase and asked.has("pronoun"))):
        return Intent.TREND
    if asked.has("course", "how_is") and not asked.polar:
        been = "been" in asked.reading.words or asked.has("course")
        if asked.measured and (been or asked.has("course")):
            return Intent.TREND
        if been and asked.phrase:
            return Intent.SUMMARY
    return None


def _directed(asked: Asked) -> bool:
    return any("direction" in cue.roles and "normal" not in cue.roles for cue in asked.reading.cues)


def values(asked: Asked) -> Intent | None:
    """One value or several: the first, the last, all."""
    if not asked.phrase and not asked.has("value", "values"):
        return None
    if asked.measured and asked.has("wh") and {"have", "been"} <= set(asked.reading.words):
        return Intent.VALUES
    if is_social(asked.phrase) and not asked.measured:
        return Intent.LATEST
    if asked.limit is not None and asked.limit > 1:
        return Intent.VALUES
    done = (is_done(asked.phrase) or bool(asked.kinds & {"procedure", "immunization", "encounter"})) and not asked.measured
    if asked.has("first"):
        return Intent.FIRST
    if asked.has("last"):
        return Intent.LAST_DONE if done else Intent.LATEST
    if asked.has("previous") and (asked.measured or asked.has("value")):
        return Intent.LATEST
    several = asked.has("all", "values", "worst", "history_of_values") or is_ordered(asked)
    if several and (asked.measured or asked.has("values", "value")):
        return Intent.VALUES
    if asked.reading.threshold:
        return Intent.VALUES
    return None


def value_of_time(asked: Asked) -> Intent | None:
    """The value of a day, a period or an event; without any, the latest."""
    reading = asked.reading
    valued = asked.measured or (
        asked.has("wh", "value", "how_is") and asked.phrase and not asked.kinds - {"observation"} and (asked.is_name or asked.has("value"))
    )
    if not valued:
        return None
    if reading.anchor is not None:
        if reading.anchor.relation.value == "before" and reading.anchor.span_days is None:
            return Intent.LATEST
        return Intent.VALUES
    if not reading.times:
        return Intent.VALUES if asked.has("compare") else Intent.LATEST
    time = reading.times[0]
    if time.relation == "near" or (time.relation == "in" and time.window.finest == "day" and time.window.start == time.window.end):
        return Intent.VALUE_AT
    if time.relation in {"before", "until"}:
        return Intent.LATEST
    return Intent.VALUES
