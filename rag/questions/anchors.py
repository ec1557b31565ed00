"""Events that a time is hung on: "before the surgery", "after starting metformin", "at the last admission"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.questions.relations import Bound, bound_before, relation_at
from rag.questions.things import is_drug, is_measured
from rag.questions.tokens import Token
from rag.questions.understood import Anchor, Relation

_LOOSE = frozenset({"at", "on", "upon", "in", "from", "within"})  # these hang on stays and visits only
_CLAUSES = frozenset(
    {"when", "while", "whilst", "the day", "the morning", "the evening", "the afternoon", "the night", "the week", "the month"}
)
_NEAR = frozenset({"around", "near"})
_CURRENT = frozenset({"this", "current", "present"})
_DETERMINERS = frozenset(
    {"patient's", "pt's", "the", "a", "an", "her", "his", "their", "my", "this", "that", "these", "those", "any", "our", "your", "its"}
)
_LAST = frozenset({"last", "most recent", "latest", "recent", "previous", "prior", "final", "current", "very last"})
_FIRST = frozenset({"first", "very first", "initial", "index", "earliest", "1st"})
_STAYS = re.compile(
    r"\b(?:admissions?|admitted|hospital|hospitali[sz]ations?|hospitali[sz]ed|visits?|encounters?|appointments?|stays?|discharged?|er"
    r"|ed|icu|clinic"
    r"|emergency(?: room| department)?|check-?ups?|consult(?:ation)?|follow-?up|presentation|presented|intake|office|inpatient|well child"
    r"|arrival|arrived|triage|seen|went home|goes home|go home|came home|got home"
    r"|phoned|phone call|telephone call|e-?visit|ward|rehab|picu|nicu"
    r"|hospital course)\b|(?:\d+-(?:year|month|week|day)(?:-old)?"
    r"|wellness|well|annual|yearly|postpartum|prenatal|newborn|preop|pre-op) checks?\b"
    r"|^(?:came|come|went) (?:in|to)\b|^calls?$"
)
_SURGERY = re.compile(
    r"surgery|operation|procedure|operated|\w+(?:ectomy|otomy|ostomy|plasty|scopy|centesis|pexy|desis)\b|\bcabg\b|bypass|transplant"
    r"|stent|repair|biopsy"
    r"|replacement|c-section|cesarean|delivery|transfusion|dialysis|chemo|radiation|\bscan\b|\bmri\b|\bct\b|\becho\b|implant|ablation"
    r"|amputation|cath|intubat"
)
_TEST = re.compile(
    r"(?:exam|examination|scan|study|test|ultrasound|sonogram|mri|ct|x-ray|xray|films?|tracing|ekg|ecg|echo|echocardiogram|holter|biopsy"
    r"|pathology|report|colonoscopy|endoscopy|angiogram|panel|telemetry|spirometry)$"
)
_WENT_HOME = re.compile(r"(?:went|goes|go|came|got|sent) home|left (?:the )?hospital")
_CAME_IN = re.compile(r"admi|arriv|present|came (?:in|to)|come (?:in|to)|went to (?:the )?(?:er|ed|hospital|emergency)")

_STARTING = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having )*(?:newly )?(?:start(?:ed|ing|s)?(?: (?:to take|taking|using|on|of"
    r"|her on|him on))?|beg[aiu]n(?:ning)?(?: taking| using)?"
    r"|put on|placed on|going on|went on|initiat(?:ed|ion of|ing)|tak(?:ing|es|e)|on|us(?:ing|e)|prescribed|(?:the )?(?:start"
    r"|initiation|introduction|addition|beginning) of"
    r"|commenc(?:ed|ing)|introduc(?:ed|ing)|adding)\s+"
)
_STOPPING = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having )*(?:stop(?:ped|ping)?(?: taking| using| of)?|com(?:ing|e|ing) off"
    r"|came off|went off|going off|taken off|discontinu(?:ed|ing|ation of)"
    r"|quit(?:ting)?|withdraw(?:al|n|ing)(?: of| from)?|ceas(?:ed|ing)|end(?:ing)? of|the (?:end|discontinuation) of)\s+"
)
_DIAGNOSED = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having |first |the |initial )*(?:diagnos(?:ed with|is of|is)|dx'?d with|dx of"
    r"|dx)\s*(?:of |with )?"
)
_HAVING = re.compile(
    r"^(?:being |getting |been |was |were |is |are |got |gets |had |has |have |having |undergoing |underwent |undergone |receiv(?:ed"
    r"|ing) |did |in |suffering |suffered )+"
)
_SUBJECTS = frozenset({"he", "she", "they", "i", "we", "patient", "pt", "that"})
_SKIP = frozenset({"", "he", "she", "they", "it", "i", "we", "patient", "pt", "the", "you"})
_NOT_EVENTS = frozenset(
    {
        *(
            "meals",
            "meal",
            "breakfast",
            "lunch",
            "dinner",
            "bed",
            "bedtime",
            "sleep",
            "exercise",
            "eating",
            "food",
            "then",
            "now",
            "that",
            "it",
            "this",
        ),
        *(
            "age",
            "all",
            "least",
            "most",
            "once",
            "night",
            "rest",
            "home",
            "work",
            "school",
            "record",
            "file",
            "chart",
            "general",
            "particular",
            "total",
        ),
        *(
            "time",
            "check",
            "one",
            "value",
            "measurement",
            "reading",
            "result",
            "two",
            "three",
            "few",
            "last",
            "test",
            "times",
            "values",
            "readings",
        ),
        *("what", "which", "question", "fasting", "goal", "birth control", "risk", "", "is", "was", "example", "day", "daytime"),
    }
)
_STOP_WORDS = frozenset(
    {
        *(
            "?",
            "!",
            ";",
            ",",
            ":",
            "(",
            ")",
            "what",
            "which",
            "when",
            "who",
            "how",
            "why",
            "was",
            "were",
            "is",
            "are",
            "did",
            "does",
            "do",
            "has",
            "and",
            "or",
            "but",
        ),
        *(
            "before",
            "after",
            "since",
            "during",
            "while",
            "until",
            "compared",
            "vs",
            "versus",
            "against",
            "please",
            "thanks",
            "show",
            "shows",
            "list",
            "documented",
            "recorded",
        ),
    }
)
_QUESTION_ORDER = frozenset(["is", "are", "was", "were", "has", "have", "had", "did", "does", "do", "will", "should"])
_POINTING = frozenset({"still", "on", "it", "that", "them", "already", "taking", "using", "was", "is", "being", "there", "this"})
"""Words of a clause that only points back ("when she was still on it")."""
_IN_FOR = re.compile(r"^(?:(?:was|were|is) )?(?:in |here |there )?for (?:the |her |his |their |a |an )?")
_LINKS = frozenset(["of", "for", "to", "in", "with", "on", "taking", "using", "starting", "stopping"])
_STAYING = frozenset(
    [
        "seen",
        "been",
        "was",
        "were",
        "is",
        "are",
        "stay",
        "stayed",
        "staying",
        "spent",
        "go",
        "went",
        "gone",
        "present",
        "presented",
        "presents",
        "come",
        "came",
        "home",
    ]
)
_HANGING = frozenset({"and", "or", "on", "in", "at", "of", "dated", "from", "with", "the", "to", "by", "back"})
_ONWARD = frozenset({"onward", "onwards", "on", "forward"})
_INNER = re.compile(r" (?:in|at|on|during|after|before) ")
_PART_OF_STAY = re.compile(r"(?:night|day|morning|evening|hour|week)\b|seen|admitted")
_AND = frozenset({"and", "&", "or"})
_LONGEST_ANCHOR_TOKENS = 7


@dataclass(frozen=True, slots=True)
class AnchorFound:
    """An anchor and the range of tokens it was read from; ``words`` as asked."""

    first: int
    last: int
    anchor: Anchor
    words: str


def find_anchor(tokens: Sequence[Token], closed: Sequence[bool], begin: int = 0) -> AnchorFound | None:
    """The first anchor of a clause from ``begin`` on, None where no time hangs on an event. ``closed`` places belong to dates and
    thresholds.
    """
    for index in range(begin, len(tokens)):
        if closed[index] or tokens[index].thing or (found := relation_at(tokens, index)) is None:
            continue
        cue, size, relation = found
        if cue in _CLAUSES and _asks_when(tokens, index, size, cue):
            continue
        if cue in _LOOSE and _before(tokens, index) in _STAYING:
            continue
        if anchor := _read(tokens, closed, index, index + size, cue, relation):
            return anchor
    return None


def _asks_when(tokens: Sequence[Token], index: int, size: int, cue: str) -> bool:
    """True where "when" asks, and where "the day" is one like any other."""
    follows = tokens[index + size].text if index + size < len(tokens) else ""
    if cue in {"when", "while", "whilst"}:
        return follows in _QUESTION_ORDER or index == 0 or tokens[index - 1].text in {"and", ",", "know", "me", "of", "happens", "happened"}
    return follows not in _SUBJECTS and not (follows == "the" and any(token.text in _SUBJECTS for token in tokens[index + size + 1 :][:1]))


def _before(tokens: Sequence[Token], index: int) -> str:
    """The word before ``index``, words for the patient passed over."""
    index -= 1
    while index >= 0 and tokens[index].text in _SKIP | _DETERMINERS:
        index -= 1
    return tokens[index].text if index >= 0 else ""


def _read(tokens: Sequence[Token], closed: Sequence[bool], first: int, begin: int, cue: str, relation: Relation) -> AnchorFound | None:
    """The event named from ``begin`` on, if there is one."""
    start, which = _after_determiners(tokens, begin)
    if start < len(tokens) and tokens[start].text == "time" and cue in {"at", "when"}:
        return None
    end = _event_end(tokens, closed, start, cue)
    while end > start and tokens[end - 1].text in _HANGING:
        end -= 1
    onward = end > start and tokens[end - 1].text in _ONWARD
    words = " ".join(part.text for part in tokens[start : end - onward] if part.text and not (part.text.isdigit() and len(part.text) == 4))
    part = _PART_OF_STAY.match(words) and _STAYS.search(words)
    if (
        not any(char.isalpha() for char in words)
        or words in _NOT_EVENTS
        or set(words.split()) <= _POINTING
        or (not part and _HAVING.sub("", words + " ").split(" ")[0] in _NOT_EVENTS)
    ):
        return None
    if cue in _LOOSE and (inner := _INNER.search(words)) and _STAYS.search(words[inner.end() :]) and not _PART_OF_STAY.match(words):
        return None
    spoken = any(token.text in _SUBJECTS for token in tokens[begin:end])
    built = _anchor(words, cue, relation, which, spoken=spoken)
    if built is None and cue in _LOOSE and _measured_before(tokens, first):
        built = _setting(words, cue, which)
    if built is None:
        return None
    if cue in {"since", "ever since"} and built.kind == "encounter" and built.event != "stop":
        built = replace(built, inclusive=True)
    if onward and cue == "from":
        built = replace(built, relation=Relation.AFTER, inclusive=True)
    bound = bound_before(tokens, first, relation, cue)
    return AnchorFound(bound.first, end, _bounded(built, bound, cue), _as_asked(tokens[bound.first : end]))


def _as_asked(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens if token.text)


def is_event(words: str) -> bool:
    """True where words that follow a date name something that a chart dates: a stay, a call, a procedure, a test."""
    return bool(_STAYS.search(words) or _SURGERY.search(words) or _TEST.search(words) or words.split(" ")[0] in {"call", "note"})


def other_anchor(tokens: Sequence[Token], closed: Sequence[bool], found: AnchorFound) -> AnchorFound | None:
    """The event that stands beside the first: "on admission vs discharge", "before and after the transfusion", "and the day after"."""
    begin = found.first
    if (
        found.anchor.relation is Relation.AFTER
        and begin > 1
        and tokens[begin - 1].text in _AND
        and tokens[begin - 2].text in {"before", "pre"}
    ):
        return AnchorFound(begin - 2, begin, replace(found.anchor, relation=Relation.BEFORE, event=found.anchor.event), "before")
    index = found.last
    if index + 1 >= len(tokens) or tokens[index].text not in _AND | {"with", "vs", "versus", "compared", ",", "to", "against"}:
        return None
    place = index + 1
    while place < len(tokens) and (tokens[place].text in _AND | {"with", "to", "that", "those"}):
        place += 1
    words = _as_asked([token for token in tokens[place : place + 3] if token.text not in _DETERMINERS and token.text != "?"])
    if re.fullmatch(r"(?:next|following) day|day after", words):
        after = replace(found.anchor, relation=Relation.AFTER, span_days=1, margin_days=0, event=found.anchor.event or "start")
        return AnchorFound(index, min(place + 3, len(tokens)), after, words)
    if place < len(tokens) and relation_at(tokens, place) is None and found.anchor.kind == "encounter":
        cue = tokens[found.first].text  # "at the first visit and the last"
        last = _read(tokens, closed, index, place, cue, found.anchor.relation) or _elliptic(tokens, place, found)
        return replace(last, first=index) if last else None
    other = find_anchor(tokens, closed, place)
    return replace(other, first=index) if other and other.first <= place + 1 else None


def _elliptic(tokens: Sequence[Token], place: int, found: AnchorFound) -> AnchorFound | None:
    """ "The last" after "at the first visit": the same kind of event."""
    start, which = _after_determiners(tokens, place)
    if which and (start >= len(tokens) or tokens[start].text in _STOP_WORDS | {"one"}):
        return AnchorFound(place, min(start + 1, len(tokens)), replace(found.anchor, which=which), which)
    return None


def _after_determiners(tokens: Sequence[Token], begin: int) -> tuple[int, str]:
    """Where the event's own words begin, and which of several is meant."""
    end, which = begin, ""
    while end < len(tokens) and tokens[end].text in _DETERMINERS | _SKIP and not tokens[end].thing:
        which = "last" if tokens[end].text == "this" else which
        end += 1
    if which and not (end < len(tokens) and _STAYS.match(tokens[end].text)):
        which = ""
    for size in (2, 1):
        words = " ".join(part.text for part in tokens[end : end + size])
        if words in _LAST | _FIRST:
            return end + size, "last" if words in _LAST else "first"
    return end, which


def _event_end(tokens: Sequence[Token], closed: Sequence[bool], start: int, cue: str) -> int:
    """Where the words of the event end: at a mark, a word that asks, another relation, or after seven words."""
    end, inside_clause = start, True
    while end < len(tokens) and end - start < _LONGEST_ANCHOR_TOKENS and not closed[end]:
        text = tokens[end].text
        if text in _STOP_WORDS and not (inside_clause and text in {"was", "were", "is", "has"}):
            break
        if end > start and text in _DETERMINERS and tokens[end - 1].text not in _LINKS and not inside_clause and cue not in _CLAUSES:
            break
        follows = " ".join(token.text for token in tokens[end + 1 : end + 3])
        if end > start and text in {"with", "to"} and re.match(r"(?:the|her|his) (?:last|first|latest|next|most|final|one|day)", follows):
            break
        if end > start and text in {"from", "at", "in"} and _STAYS.search(tokens[end - 1].text) and text == "at":
            break
        inside_clause = inside_clause and text in _SKIP | {"was", "were", "is", "has", "had", "being"}
        end += 1
    return end


def _measured_before(tokens: Sequence[Token], place: int) -> bool:
    """True where a measured thing, of one word or two, stands before a place."""
    words = [token.text if token.text != "pt" else "" for token in tokens[:place]]
    return any(is_measured(word) or (index > 0 and is_measured(f"{words[index - 1]} {word}")) for index, word in enumerate(words))


def _setting(words: str, cue: str, which: str) -> Anchor | None:
    """A measured thing's setting: the test it was read from ("at the growth scan"), the drug it was measured under ("on allopurinol")."""
    bare = _bare(words)
    if cue == "on" and is_drug(bare):
        return Anchor(bare, Relation.DURING, "medication", which)
    return Anchor(bare, Relation.DURING, "report", which) if _TEST.search(bare) and cue in {"at", "on", "from"} else None


def _bounded(anchor: Anchor, bound: Bound, cue: str) -> Anchor:
    """The anchor with how far its window reaches."""
    if anchor.relation is Relation.DURING:
        margin = bound.days if bound.days is not None else 0
        return replace(anchor, margin_days=margin, event=anchor.event) if margin else anchor
    return replace(anchor, span_days=bound.days, inclusive=anchor.inclusive or bound.inclusive)


def _anchor(words: str, cue: str, relation: Relation, which: str, *, spoken: bool = False) -> Anchor | None:
    """The anchor that the words name; None where a loose "at" or "in" stands before something that is no stay or visit."""
    for pattern, event in ((_STARTING, "start"), (_STOPPING, "stop")):
        if match := pattern.match(words):
            rest = _bare(words[match.end() :])
            if cue in _LOOSE or not rest:
                return None
            kind = "procedure" if _SURGERY.search(rest) else "" if re.search(r"smok|drink", rest) else "medication"
            return Anchor(rest, relation, kind, which, "" if relation is Relation.DURING else event)
    if (match := _DIAGNOSED.match(words)) and (cue not in _LOOSE or cue == "at"):
        return Anchor(_bare(words[match.end() :]), relation, "condition", which or "first", "start")
    words = _bare(_HAVING.sub("", words))
    if not words or words in _NOT_EVENTS:
        return None
    if _STAYS.search(words) and not words.endswith("hospital bed"):
        return Anchor(_stay(words), relation, "encounter", which, "" if which else _end_of_stay(words, cue))
    if cue in _LOOSE:
        return None
    if cue in _CLAUSES and spoken and (stay := _IN_FOR.match(words)):
        return Anchor(f"admission {words[stay.end():]}", relation, "encounter", which)
    if _SURGERY.search(words):
        return Anchor("" if words in {"procedure", "surgery", "operation"} else words, relation, "procedure", which)
    if cue in _CLAUSES and not spoken and not re.match(r"pregnan|ill|sick", words):
        return None
    return Anchor(
        words,
        relation,
        "condition" if re.search(r"stroke|attack|infarct|diabetes|cancer|pregnan|fracture|injury|infection|covid|pneumonia", words) else "",
        which,
    )


def _end_of_stay(words: str, cue: str) -> str:
    """Which end of a stay is meant: its stop at "discharge" and "went home", its start at "on admission" and "on arrival"."""
    if "discharge" in words or _WENT_HOME.search(words):
        return "stop"
    at_once = cue in {"at", "on", "upon", "from the time of"} or cue in _CLAUSES - {"while", "whilst", "when"}
    return "start" if _CAME_IN.match(words) and at_once else ""


def _bare(words: str) -> str:
    """The words without leading articles and pronouns."""
    parts = words.split()
    while parts and parts[0] in _DETERMINERS | _SKIP | {"of", "to", "on", "with"}:
        parts.pop(0)
    return " ".join(parts)


def _stay(words: str) -> str:
    """Words for a stay: empty for any visit, else what kind of stay."""
    if re.fullmatch(
        r"(?:visits?|encounters?|appointments?|follow-?up(?: visit)?|seen|check-?up)",
        words,
    ):
        return ""
    if re.fullmatch(r"(?:seen in )?(?:clinic|office)(?: (?:visit|appointment)s?)?", words):
        return "office"
    if re.search(r"\ber\b|\bed\b|emergency", words):
        return "emergency"
    if re.search(r"\b[pn]?icu\b", words):
        return "icu" if words in {"icu", "picu", "nicu"} else words
    if _WENT_HOME.search(words) or re.search(r"\badmi|hospital|stay|discharge|inpatient|ward", words):
        return "admission"
    return "phone" if re.search(r"\bphoned\b|\bcalls?$", words) else words
