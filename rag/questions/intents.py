"""What a clause wants, decided from the roles of its cues and from what sort of thing it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from rag.questions.reading import Reading
from rag.questions.things import is_condition, is_done, is_drug, is_measured, is_reported, is_social
from rag.questions.understood import Intent

_AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "has", "have", "had", "does", "do", "did", "isn't", "aren't", "isnt", "arent", "hasn't", "wasn't"]
)

_CHANGES = frozenset(
    {"gain", "gained", "loss", "lost", "shed", "drop", "fall", "rise", "increase", "decrease", "decline", "improvement", "reduction"}
)


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


def decide(asked: Asked) -> Intent:
    """The intent: the first rule that speaks."""
    for rule in _RULES:
        if (intent := rule(asked)) is not None:
            return intent
    return Intent.UNKNOWN


def _compare(asked: Asked) -> Intent | None:
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


def _guessed(asked: Asked) -> Intent | None:
    """What may have caused something, or was still to be done, is left to retrieval."""
    return Intent.UNKNOWN if asked.has("conjecture") and asked.has("wh", "why", "who") and not asked.has("when", "dose") else None


def _why(asked: Asked) -> Intent | None:
    if (
        asked.has("visit_reason")
        and not asked.polar
        and (asked.has("wh", "why", "how_is") or not asked.has("when", "how_many"))
        and not asked.phrase
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


def _when(asked: Asked) -> Intent | None:
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


def _long(asked: Asked) -> Intent | None:
    return Intent.DURATION if asked.has("how_long") and not asked.has("dose_unit") else None


def _dose(asked: Asked) -> Intent | None:
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


def _grown(asked: Asked) -> Intent | None:
    return (
        Intent.REPORT
        if asked.phrase.endswith("culture") and not asked.polar and asked.has("wh") and not asked.has("last", "first", "all")
        else None
    )


def _reacted(asked: Asked) -> Intent | None:
    return Intent.LIST if asked.has("reaction") and asked.phrase and not asked.polar and not asked.has("when", "how_many") else None


def _count(asked: Asked) -> Intent | None:
    if asked.has("how_many", "times"):
        if is_social(asked.phrase) and not asked.has("times"):
            return Intent.LATEST
        return Intent.COUNT
    return None


def _extreme(asked: Asked) -> Intent | None:
    if asked.polar and asked.has("last") and not asked.has("ever"):
        return None
    if asked.measured and "did" in asked.reading.words and asked.has("moved", "direction", "how_is"):
        for words, intent in (("low", Intent.LOWEST), ("high", Intent.HIGHEST)):
            if ("how", words) in zip(asked.reading.words, asked.reading.words[1:], strict=False):
                return intent
    for role, intent in (("average", Intent.AVERAGE), ("highest", Intent.HIGHEST), ("lowest", Intent.LOWEST)):
        if asked.has(role):
            return intent
    return None


def _began(asked: Asked) -> Intent | None:
    """ "Eczema onset": nothing else is asked of the thing."""
    onset = any(cue.words in {"onset", "onset of", "date of onset", "date of onset of"} for cue in asked.reading.cues)
    return Intent.STARTED if onset and asked.phrase and not asked.polar and not asked.measured else None


def _course(asked: Asked) -> Intent | None:
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
    named = _CHANGES & set(asked.reading.words)
    if named and asked.measured and not asked.polar and (asked.reading.anchor or asked.reading.times or "total" in asked.reading.words):
        return Intent.CHANGE
    if asked.has("direction") and not (asked.has("normal") and not _directed(asked)):
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
        if asked.has("last") and asked.limit is None and not _plural(asked):
            return Intent.LATEST
        return Intent.LIST
    if valued or is_social(asked.phrase):
        return None
    which = asked.has("wh") or asked.has("all") or _ordered(asked)
    if (
        which
        and (asked.has("kind:medication_verb") or asked.kinds & {"medication", "allergy", "condition", "finding", "family_history"})
        and not _single(asked)
    ):
        return Intent.LIST
    if which and asked.kinds and _plural(asked):
        return Intent.LIST
    if (asked.has("all") or _ordered(asked)) and not _single(asked) and asked.phrase:
        return Intent.LIST
    return None


def _ordered(asked: Asked) -> bool:
    return asked.has("list")


def _plural(asked: Asked) -> bool:
    """True where a kind is named in the plural ("which surgeries")."""
    return any(
        word.endswith("s") and not word.endswith("ss")
        for cue in asked.reading.cues
        if any(role.startswith("kind:") for role in cue.roles)
        for word in cue.words.split()[-1:]
    )


def _single(asked: Asked) -> bool:
    return asked.has("last", "first") and asked.limit is None


def _values(asked: Asked) -> Intent | None:
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
    several = asked.has("all", "values", "worst", "history_of_values") or _ordered(asked)
    if several and (asked.measured or asked.has("values", "value")):
        return Intent.VALUES
    if asked.reading.threshold:
        return Intent.VALUES
    return None


def _value_of_time(asked: Asked) -> Intent | None:
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
    if asked.kinds & {"medication", "allergy", "immunization"} and _plural(asked):
        return Intent.LIST
    return Intent.PRESENCE if len(asked.phrase.split()) <= 8 else Intent.UNKNOWN


_RULES = (
    *(_compare, _grown, _guessed, _why, _when, _long, _reacted, _dose, _count, _extreme, _began, _course),
    *(_told, _report, _summary, _yes_or_no, _listed, _values, _value_of_time, _rest),
)
"""In this order: the first that speaks decides."""
