"""Understanding a question about a chart: from its words to what is asked of what, when and of whom. Rules and word lists, no model."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import replace

from rag.clinical.lexicon import word_set
from rag.questions.cues import cue_words
from rag.questions.everyday import is_everyday
from rag.questions.intents import Asked, decide
from rag.questions.kinds import allowed_kinds, experiencer_of, named_kinds, noun_places, settle_heads, status_of, stay_noun
from rag.questions.naming import dosed_drug, grown_culture, removal, stayed_for, without_guideline
from rag.questions.parts import clauses
from rag.questions.phrases import groups, kept_places, phrase_of, shared_head, tidy
from rag.questions.placing import placed_times
from rag.questions.plain import plain
from rag.questions.reading import Reading, apart, number_word, read, with_anchor
from rag.questions.things import is_condition, is_drug, is_measured, is_thing
from rag.questions.threads import continued
from rag.questions.tokens import fold, lower
from rag.questions.understood import Anchor, Intent, Relation, Understood, Window

_MAX_QUESTION_CHARS = 4_000
_MAX_PARTS = 8
_SOURCED = re.compile(r"^(.+?) (?:by|per|on|from|in) .*\b(?:notes?|pathology|reports?|consult|imaging|mri|ct|ultrasound|exam|biopsy)\b")
_SIZED = re.compile(r"^(.*?)(?: (?:on|at|by|in|from|per) .*)?$")
_ASKING_TAGS = frozenset({"wh", "how_is", "who", "narrative", "pronoun", "what_about"})
_STATEMENT = re.compile(
    r"[\s.,;!]*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening))[\s,!]+)?"
    r"(?:i am|i'm|we are|we're|i have (?!a question)|i saw|i will|i'll|he is|she is|he's|she's|he was|she was|this is|(?:the "
    r"|my |our )?(?:patient|pt) (?:is|was|has|came|presents)"
    r"|seeing|sorry|i just|he has|she has)\b(?! (?:wondering|curious|trying|looking|interested))",
    re.IGNORECASE,
)
_USED = {
    Intent.CHANGE: frozenset({"moved", "direction", "compare", "course", "normal"}),
    Intent.TREND: frozenset({"moved", "direction", "course", "history_of_values", "summary"}),
    Intent.COMPARE: frozenset({"moved", "compare", "direction", "normal", "course"}),
    Intent.REPORT: frozenset({"course", "report", "normal", "summary"}),
    Intent.SUMMARY: frozenset({"summary", "course", "direction", "history_of_values", "narrative", "report"}),
    Intent.VALUES: frozenset({"compare", "history_of_values", "worst", "report", "normal", "times"}),
    Intent.LIST: frozenset({"narrative", "summary"}),
    Intent.COUNT: frozenset({"times", "report"}),
    Intent.DOSE: frozenset({"times", "moved", "direction"}),
    Intent.UNKNOWN: frozenset({"narrative", "report", "summary", "normal"}),
    Intent.LATEST: frozenset({"compare", "normal", "report", "narrative", "worst"}),
    Intent.PRESENCE: frozenset({"report", "normal"}),
    Intent.STOPPED: frozenset({"narrative"}),
    Intent.DURATION: frozenset({"course"}),
    Intent.WHY: frozenset({"moved", "report", "times", "normal", "narrative", "direction", "value"}),
}
_ALWAYS_USED = frozenset({"worst", "times"})
_LEADING = frozenset(
    {
        *("wh", "when", "why", "how_many", "how_much", "how_long", "times", "how_is", "who", "age_at", "dose_unit", "list", "summary"),
        *("compare", "sized", "how_far"),
    }
)
_DECIDING = frozenset(
    {
        *(
            "when",
            "why",
            "how_many",
            "how_much",
            "how_long",
            "times",
            "dose_unit",
            "dose",
            "first",
            "last",
            "highest",
            "lowest",
            "average",
            "all",
        ),
        *(
            "values",
            "trend",
            "change",
            "compare",
            "summary",
            "report",
            "stop",
            "age_at",
            "narrative",
            "who",
            "normal",
            "range",
            "start",
            "diagnosed",
        ),
        *("previous", "direction", "visit_reason", "any", "ever"),
    }
)
_GIVEN_KINDS = frozenset({"medication", "immunization", "procedure"})
_WH = frozenset({"what", "which", "how", "when", "why", "who", "where"})
_VALUES_FIRST = frozenset({"first", "last", "highest", "lowest", "average", "trend", "change", "dose", "values", "all"})
_VALUED = frozenset({Intent.LATEST, Intent.FIRST, Intent.VALUES, Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE, Intent.TREND})
_OF_STAYS = frozenset(
    {Intent.LAST_DONE, Intent.STARTED, Intent.STOPPED, Intent.COUNT, Intent.DURATION, Intent.PRESENCE, Intent.FIRST, Intent.LATEST}
)
_NOT_OF_VALUES = frozenset(
    {
        *(Intent.PRESENCE, Intent.LIST, Intent.WHY, Intent.UNKNOWN, Intent.DOSE, Intent.REPORT),
        *(Intent.STARTED, Intent.STOPPED, Intent.DURATION, Intent.LAST_DONE),
    }
)
_THEN_AND_NOW = frozenset({Intent.DOSE, Intent.LATEST, Intent.VALUES, Intent.VALUE_AT, Intent.LIST})
_NOW = (
    r"(?:now|today|currently|nowadays|at present|these days"
    r"|(?:her |his |their |the )?(?:current|latest|most recent) (?:one|value|dose|level))"
)
_NOW_TOO = re.compile(
    rf"\b(?:and|vs\.?|versus|compared (?:to|with)|against|or) (?:what (?:is|are) (?:it|they) )?{_NOW}\b"
    rf"|\b{_NOW} (?:and|vs\.?|versus|compared (?:to|with)|against) (?:before|at|in|on|back|after|when|then)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()]{2,30})\)")
_UNIT_NAMES = {
    "weight": frozenset({"kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "lb", "lbs", "pound", "pounds"}),
    "temperature": frozenset(
        {"c", "f", "celsius", "fahrenheit", "degrees", "degrees c", "degrees f", "degrees celsius", "degrees fahrenheit"}
    ),
    "blood pressure": frozenset({"mmhg", "mm hg"}),
}
_OF_VALUES = frozenset({*_VALUED, Intent.CHANGE, Intent.COMPARE, Intent.VALUE_AT})
_MOST = {
    "weight": frozenset({"heaviest", "lightest", "slimmest"}),
    "height": frozenset({"tallest"}),
    "temperature": frozenset({"hottest"}),
}
_FEVERS = frozenset({"fever", "fevers", "temp", "temps", "febrile"})
_TUBES = frozenset(
    {
        "tube",
        "line",
        "catheter",
        "drain",
        "stent",
        "stitches",
        "staples",
        "sutures",
        "cast",
        "pump",
        "port",
        "iud",
        "filter",
        "device",
        "foley",
        "picc",
    }
)
_HEADS_ALONE = frozenset({"rate", "level", "score", "count", "ratio", "index", "panel", "pressure", "size"})
_SHOWN_NOT = frozenset({"frame", "aux"})
_VERB_NAMES = ("weight", "height", "age", "temperature", "occupation", "hallucinations")
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
    text = plain(fold(text[:_MAX_QUESTION_CHARS]), names)
    found: list[Understood] = []
    before = previous
    for clause in _asking(clauses(text, lower(text), names, common)):
        reading = without_guideline(settle_heads(read(clause, lower(clause), as_of, names, common)))
        if _only_frame(reading) or (found and _asks_only_date(reading)):
            continue
        names_kind = bool(named_kinds(reading))
        for part, own in (one for pair in map(_days_apart, _paired(reading)) for side in pair for one in _then_and_now(side)):
            found.append(part if before is None else continued(part, before, own_intent=own, names_kind=names_kind))
        before = found[-1] if found else before
    if not found:
        return (Understood(text.strip(), Intent.UNKNOWN, ""),)
    return tuple(dict.fromkeys(_without_statements(found)))[:_MAX_PARTS]


def _paired(reading: Reading) -> list[tuple[Understood, bool, Reading]]:
    return [(part, own, reading) for part, own in _parts(reading)]


def _days_apart(found: tuple[Understood, bool, Reading]) -> list[tuple[Understood, bool]]:
    """Values asked for at two days or months ("on 3/21 and 4/18") are two parts: what lies between is not asked for."""
    part, own, reading = found
    pair = next((time for time in reading.times if time.second is not None and time.relation == "compare"), None)
    if pair is None or part.intent not in {Intent.VALUES, Intent.VALUE_AT, Intent.LATEST} or part.anchor is not None:
        return [(part, own)]
    windows = [window for window in (pair.window, pair.second) if window is not None]
    if any(window.finest == "year" for window in windows) and _touching(windows):
        return [(part, own)]
    return [(_on(part, window), own) for window in windows]


def _then_and_now(found: tuple[Understood, bool]) -> list[tuple[Understood, bool]]:
    """ "The dose before the stroke and now" is two parts: what was then, and what is now."""
    part, own = found
    placed = part.windows or part.anchor is not None or part.at is not None
    if not placed or part.polar or part.intent not in _THEN_AND_NOW or not _NOW_TOO.search(part.text):
        return [found]
    later = Intent.DOSE if part.intent is Intent.DOSE else Intent.LIST if part.intent is Intent.LIST else Intent.LATEST
    status = "current" if later is not Intent.LATEST else ""
    return [(replace(part, status=""), own), (replace(part, intent=later, windows=(), anchor=None, at=None, status=status), own)]


def _touching(windows: list[Window]) -> bool:
    years = [int(window.start[:4]) for window in windows if window.start]
    return len(years) == 2 and abs(years[0] - years[1]) < 2


def _on(part: Understood, window: Window) -> Understood:
    if window.finest == "day" and window.start == window.end:
        return replace(part, intent=Intent.VALUE_AT, windows=(), at=window.start)
    return replace(part, intent=Intent.VALUES, windows=(window,), at=None)


def _without_statements(found: list[Understood]) -> list[Understood]:
    """Parts that ask, where some do: what stands beside them without asking is an introduction."""
    asking = [part for part in found if part.intent is not Intent.UNKNOWN or part.tags & _ASKING_TAGS]
    return asking or found[:1]


def _asking(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses without statements that introduce or follow a question ("I am seeing her today.")."""
    if len(parts) < 2:
        return parts
    kept = tuple(part for part in parts if not _STATEMENT.match(part) or "?" in part)
    return kept or parts


def _only_frame(reading: Reading) -> bool:
    """True for greetings, thanks and the like: nothing but frame words stands there."""
    framed = reading.places("frame", "aux") - reading.places(*_LEADING, "pronoun")
    rest = [index for index, mark in enumerate(reading.marks) if mark not in {"point", "soft", "article", "person"} and index not in framed]
    return all(reading.words[index] in {"and", "or", "but", "please", "for", "your", "not", "so", "in", "of"} for index in rest)


def _asks_only_date(reading: Reading) -> bool:
    """True for "and when was it measured", which every answer says anyway."""
    roles = {role for role in reading.roles if not role.startswith("kind:")}
    return "when" in roles and roles <= _DATE_ONLY and not named_kinds(reading) and not phrase_of(reading, kept_places(reading))


def _parts(reading: Reading) -> list[tuple[Understood, bool]]:
    """One part per thing that is asked for, with whether the clause's own words decide the intent."""
    own = bool(reading.roles & _DECIDING) or _is_polar(reading) or _asks_of_a_thing(reading)
    variants = [
        variant
        for pair in (("highest", "lowest"), ("first", "last"))
        if set(pair) <= reading.roles and (pair[0] == "highest" or _side_by_side(reading))
        for variant in (_leaving(reading, pair[1]), _leaving(reading, pair[0]))
    ] or [reading]
    if reading.other is not None:
        variants = [with_anchor(variant, other=other) for variant in variants for other in _order(reading)]
    return [(part, own or part.intent in {Intent.WHY, Intent.REPORT}) for variant in variants for part in _things(variant)]


def _order(reading: Reading) -> tuple[bool, bool]:
    """The two events in the order in which they are asked."""
    first = next(mark for mark in reading.marks if mark in {"anchor", "other"})
    return (False, True) if first == "anchor" else (True, False)


def _asks_of_a_thing(reading: Reading) -> bool:
    """True for "what is" or "how is" with a thing of its own, not for "which of those"."""
    return bool(reading.roles & {"wh", "how_is"}) and "what_about" not in reading.roles and bool(phrase_of(reading, kept_places(reading)))


def _leaving(reading: Reading, role: str) -> Reading:
    """The reading without the cues of one role, and without the joint that stood between the two."""
    places = reading.places(role)
    joints = {
        place
        for place in (min(places) - 1, max(places) + 1)
        if 0 <= place < len(reading.words) and reading.words[place] in {"and", "&", "or", ","}
    }
    return apart(reading, places | joints)


def _side_by_side(reading: Reading) -> bool:
    """ "the first and the last": the two cues with only "and" between."""
    first, last = min(reading.places("first")), min(reading.places("last"))
    between = reading.words[min(first, last) + 1 : max(first, last)]
    return 0 < len(between) <= 2 and "and" in between


def _things(reading: Reading) -> list[Understood]:
    """The parts of a clause that asks the same of several things."""
    split = groups(reading, kept_places(reading, _ALWAYS_USED | _guess(reading)), noun_places(reading)) if _can_split(reading) else []
    if len(split) < 2 or _is_one_name(reading, split):
        return [_one(reading)]
    everything = {place for group in split for place in group}
    parts = [_one(apart(reading, everything - set(group))) for group in split[:_MAX_PARTS]]
    phrases = shared_head([part.phrase for part in parts])
    return [replace(part, phrase=phrase) for part, phrase in zip(parts, phrases, strict=True)]


def _is_one_name(reading: Reading, split: list[list[int]]) -> bool:
    """True where only commas part the words and a word list does not know each piece: "influenza, seasonal, preservative free"."""
    between = reading.words[min(split[0]) : max(split[-1])]
    if any(word in {"and", "or", "&", "plus", "nor", "and/or"} for word in between):
        return False
    return not all(is_thing(phrase_of(reading, group)) for group in split)


def _can_split(reading: Reading) -> bool:
    return any(
        word in {"and", "or", "&", "plus", ",", "nor", "and/or"}
        for word, mark in zip(reading.words, reading.marks, strict=True)
        if mark in {"", "point"}
    )


def _one(reading: Reading) -> Understood:
    """The part that a clause asking for one thing asks."""
    reading = _answering_side(reading)
    polar = _is_polar(reading)
    loose = phrase_of(reading, kept_places(reading, _ALWAYS_USED))
    phrase = _named(reading, phrase_of(reading, kept_places(reading, _ALWAYS_USED | _guess(reading))) or loose)
    experiencer = experiencer_of(reading, phrase)
    nouns = named_kinds(reading)
    phrase = _without_heads(reading, phrase, nouns) or _by_unit(reading)
    if experiencer == "patient" and not phrase:
        phrase = next(
            (cue.words for cue in reading.cues if cue.roles & {"family:child", "family:sibling", "family:brother", "family:sister"}), ""
        )
    kinds = allowed_kinds(reading, phrase, nouns, experiencer)
    limit = _limit(reading)
    if kinds == {"encounter"} and is_drug(phrase):
        kinds = frozenset({"medication"})
    asked = Asked(reading, phrase, kinds, polar, _is_name(reading), limit)
    intent = decide(asked)
    sized = frozenset({"narrative"}) if asked.has("sized") else frozenset[str]()
    tight = phrase_of(reading, kept_places(reading, _ALWAYS_USED | sized | _USED.get(intent, frozenset())))
    if asked.measured and is_measured(phrase) and intent in _OF_VALUES and len(phrase) < len(tight):
        tight = phrase
    tight = tight or (phrase if experiencer == "patient" and "how_many" in reading.roles else "")
    if intent is Intent.UNKNOWN and not tight:
        tight = loose
    phrase = _without_heads(reading, _named(reading, tight), nouns) or _by_unit(reading)
    if taken_out := removal(reading, phrase):
        phrase = taken_out
        intent = Intent.PRESENCE if polar else Intent.LAST_DONE if intent is Intent.STOPPED else intent
    elif intent in {Intent.LAST_DONE, Intent.STARTED} and _TUBES & set(phrase.split()) and _taken_out(reading):
        intent = Intent.STOPPED
    if phrase in _FEVERS and intent in {Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE}:
        phrase = "temperature"
    if intent is Intent.DOSE and not asked.is_name:
        phrase = dosed_drug(reading, phrase)
    kinds = allowed_kinds(reading, phrase, nouns, experiencer)
    if not phrase and "encounter" in kinds:
        phrase = stay_noun(reading)
    if not phrase and experiencer != "patient":
        phrase = " ".join(cue.words for cue in reading.cues if cue.roles & {"kind:procedure_head", "kind:medication", "kind:device_head"})
    if intent is Intent.LAST_DONE and "discharged" in reading.roles and (kinds == {"encounter"} or phrase in {"hospital", "admission"}):
        phrase, kinds, intent = "admission", frozenset({"encounter"}), Intent.STOPPED
    return _built(reading, replace(asked, phrase=phrase, kinds=kinds), intent, experiencer)


def _answering_side(reading: Reading) -> Reading:
    """ "Echo from May: what was the EF" asks for the EF: a measured thing after the colon is not of what stands before it."""
    colon = next((index for index, (word, mark) in enumerate(zip(reading.words, reading.marks, strict=True)) if word == ":" and mark), None)
    if colon is None:
        return reading
    kept = kept_places(reading, _ALWAYS_USED)
    before, after = ([place for place in kept if (place > colon) == side] for side in (False, True))
    named = phrase_of(reading, after)
    if not is_measured(named) or named in _HEADS_ALONE or is_measured(phrase_of(reading, before)):
        return reading
    return apart(reading, set(before))


def _guess(reading: Reading) -> frozenset[str]:
    """Roles that are surely used, known before the intent is."""
    used: set[str] = {"narrative", "report", "course"} if "sized" in reading.roles else set()
    if reading.roles & {"how_much", "change", "between_last"}:
        used |= {"moved"}
    if reading.roles & {"trend", "how_is"}:
        used |= {"course", "direction"}
    if "report" in reading.roles and "wh" in reading.roles:
        used |= {"report"}
    if any(time.relation == "compare" for time in reading.times):
        used |= {"compare", "moved"}
    rest = phrase_of(reading, kept_places(reading, _ALWAYS_USED | {"moved", "direction", "course", "normal", "history_of_values"}))
    if is_measured(rest):
        used |= {"moved", "direction", "course", "normal", "history_of_values"}
    return frozenset(used)


def _named(reading: Reading, phrase: str) -> str:
    """A measurement asked with a verb or an adjective gets its name: "weigh" is weight."""
    if grown := grown_culture(reading):
        return grown
    if "compare" in reading.roles and (sourced := _SOURCED.match(phrase)) and is_measured(sourced.group(1)):
        return sourced.group(1)
    if "sized" in reading.roles and phrase and not is_measured(phrase) and "size" not in phrase:
        return _SIZED.sub(r"\1 size", phrase, count=1)
    if scores := [cue.words for cue in reading.cues if cue.words in {"scores", "score"}]:
        return phrase if is_measured(phrase) or not phrase else f"{phrase} {scores[0]}"
    for name in _VERB_NAMES:
        if phrase in word_set("question_things", name):
            return name
    if not phrase and "age_at" in reading.roles and not reading.roles & {"start", "diagnosed", "stop", "done", "prescribed", "pronoun"}:
        return "age"
    if (
        not phrase
        and {"how_much", "moved"} <= reading.roles
        and any("pounds" in cue.words or "lbs" in cue.words or " k" in cue.words for cue in reading.cues)
    ):
        return "weight"
    bracketed = _BRACKETED.search(reading.text)
    if bracketed and not is_thing(phrase) and phrase.endswith(inner := bracketed.group(1).lower().strip()) and _is_clear(inner):
        return inner
    return phrase if _is_name(reading) else tidy(phrase)


def _is_clear(phrase: str) -> bool:
    """True for a name in brackets that says by itself what is meant ("blood count (Hb)")."""
    return is_measured(phrase) or is_drug(phrase) or is_condition(phrase)


def _taken_out(reading: Reading) -> bool:
    return any(cue.words in {"removed", "taken out", "took out", "take out", "pulled", "came out", "come out"} for cue in reading.cues)


def _by_unit(reading: Reading) -> str:
    """What a limit with a unit is of, where nothing else is named: "has she dropped below 50 kilos" asks for the weight."""
    unit = (reading.threshold.unit or "").lower() if reading.threshold else ""
    said = next((name for cue in reading.cues for name, words in _MOST.items() if cue.words in words), "")
    return next((name for name, units in _UNIT_NAMES.items() if unit in units), said)


def _without_heads(reading: Reading, phrase: str, nouns: frozenset[str]) -> str:
    """Empty where the phrase is nothing but a word for a whole kind ("surgeries")."""
    heads = {cue.words for cue in reading.cues if any(role.startswith("kind:") and not role.endswith("_verb") for role in cue.roles)}
    if "allergy" in nouns and phrase in {"reaction", "reactions"}:
        return ""
    if nouns and all(is_everyday(word) for word in phrase.split()):
        return ""
    return "" if nouns and phrase in heads else phrase


def _is_name(reading: Reading) -> bool:
    return any(mark == "thing" for mark in reading.marks)


def _is_polar(reading: Reading) -> bool:
    """True where yes or no is asked: the first word that leads is an auxiliary, "any", "ever" or "whether"."""
    if "list" in reading.roles and "aux" not in reading.roles:
        return False
    at: dict[int, frozenset[str]] = {place: cue.roles for cue in reading.cues for place in cue.places}
    for index, mark in enumerate(reading.marks):
        if mark:
            continue
        roles = at.get(index, frozenset())
        if roles & _LEADING or reading.words[index] in _WH or (roles & _VALUES_FIRST and not roles & {"aux", "any", "ever"}):
            return False
        if roles & {"aux", "whether", "any", "ever", "negation"} or reading.words[index] in word_set("question_cues", "aux"):
            return not any(cue.roles & (_LEADING - {"summary", "compare", "times", "list"}) for cue in reading.cues)
    return False


def _is_negative(reading: Reading) -> bool:
    """True where the question is put with a negation, inside a cue or by itself."""
    negations = word_set("question_cues", "negation")
    return any(word in negations for word, mark in zip(reading.words, reading.marks, strict=True) if mark == "")


def _limit(reading: Reading) -> int | None:
    """The number of values wanted: "the last three"."""
    if "between_last" in reading.roles:
        return 2
    after = {max(cue.places) + 1 for cue in reading.cues if cue.roles & {"last", "previous", "first", "highest", "lowest", "past"}}
    for place in sorted(after):
        if place < len(reading.words) and not reading.marks[place] and (number := number_word(reading.words[place])):
            return number
    return None


def _settled(
    reading: Reading, asked: Asked, intent: Intent, anchor: Anchor | None, *, timed: bool
) -> tuple[Asked, frozenset[str], Anchor | None]:
    """What is asked, the kinds and the event as they stand once intent and time are known: a stay may be the thing or only its time."""
    kinds = asked.kinds
    if not asked.phrase and anchor is not None and anchor.kind == "encounter" and not kinds - {"encounter"} and intent in _OF_STAYS:
        phrase, kinds, anchor = anchor.words or "", frozenset({"encounter"}), None
        asked = replace(asked, phrase=phrase, kinds=kinds)
    if kinds == {"encounter"} and is_measured(asked.phrase) and (anchor is not None or intent in {Intent.CHANGE, Intent.COMPARE}):
        kinds = frozenset({"observation"})
    if kinds == {"encounter"} and intent in _OF_STAYS and asked.phrase:
        asked = replace(asked, phrase=stayed_for(reading, asked.phrase))
    if anchor is None and kinds == {"encounter"} and is_measured(asked.phrase) and intent in _VALUED:
        kinds = frozenset({"observation"})
        anchor = Anchor(stay_noun(reading), Relation.DURING, "encounter", "last" if asked.has("last") else "")
    if not kinds and asked.measured and intent not in _NOT_OF_VALUES:
        kinds = frozenset({"observation"})
    if anchor is None and not timed and "medication" in kinds and asked.has("discharged", "admitted") and intent is Intent.LIST:
        anchor = Anchor("admission", Relation.DURING, "encounter", "last", "stop" if asked.has("discharged") else "start")
    if intent is Intent.LIST and not kinds and asked.has("reaction"):
        kinds = frozenset({"allergy"})
    if intent is Intent.LIST and not kinds and is_drug(asked.phrase):
        kinds = frozenset({"medication"})
    if kinds in (_GIVEN_KINDS, frozenset({"encounter"})) and is_drug(asked.phrase):
        kinds = frozenset({"medication"})
    if intent is Intent.DOSE or (intent in {Intent.CHANGE, Intent.TREND, Intent.VALUES, Intent.HIGHEST} and asked.has("dose")):
        kinds = kinds & {"medication", "immunization"} or frozenset({"medication"})
    return asked, kinds, anchor


def _built(reading: Reading, asked: Asked, intent: Intent, experiencer: str) -> Understood:
    windows, anchor, at = placed_times(reading, intent)
    asked, kinds, anchor = _settled(reading, asked, intent, anchor, timed=bool(windows))
    stopping = intent in {Intent.STOPPED, Intent.STARTED, Intent.WHY, Intent.LAST_DONE, Intent.CHANGE}
    status = "" if stopping or (asked.measured and intent is not Intent.PRESENCE) else status_of(reading, asked.phrase, kinds)
    return Understood(
        text=reading.text.strip(),
        intent=intent,
        phrase=_numberless(asked.phrase, asked.limit),
        kinds=kinds,
        windows=windows,
        anchor=anchor,
        at=at,
        threshold=reading.threshold,
        status=status,
        experiencer=experiencer,
        polar=(asked.polar and not (intent is Intent.LIST and status == "past")) or (intent is Intent.PRESENCE),
        negative=asked.polar and _is_negative(reading) and intent is not Intent.STOPPED,
        limit=asked.limit,
        unit=reading.unit,
        guideline=asked.has("guideline", "guideline_link"),
        cues=_shown(reading),
        tags=_tags(reading),
    )


def _numberless(phrase: str, limit: int | None) -> str:
    """The phrase without the count of "the last three"."""
    first, _, rest = phrase.partition(" ")
    if limit is not None and number_word(phrase.rpartition(" ")[2]) == limit:
        phrase = phrase.rpartition(" ")[0]
    return (rest if limit is not None and number_word(first) == limit else phrase).removeprefix("of ")


def _shown(reading: Reading) -> tuple[str, ...]:
    """The cue words that counted, in order, then times and anchor as asked."""
    words = [cue.words for cue in reading.cues if cue.roles - _SHOWN_NOT]
    return tuple(
        dict.fromkeys([*words, *(time.window.words for time in reading.times), *([reading.anchor_words] if reading.anchor_words else [])])
    )


def _tags(reading: Reading) -> frozenset[str]:
    """Finer roles: those of the cues, ``for`` before a phrase with medications, ``follow_up`` where the clause goes on from another."""
    tags = {role for role in reading.roles if ":" not in role} - _SHOWN_NOT
    if {"for", "treat"} & set(reading.words) and "kind:medication" in reading.roles | {
        "kind:medication" for cue in reading.cues if "kind:medication_verb" in cue.roles
    }:
        tags.add("for")
    first = next((word for word, mark in zip(reading.words, reading.marks, strict=True) if mark not in {"soft", "article"}), "")
    if first in {"and", "or", "but"} or reading.roles & {"what_about", "before_that", "after_that"}:
        tags.add("follow_up")
    return frozenset(tags)
