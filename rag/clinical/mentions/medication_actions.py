"""What a sentence does with a medication: started, stopped, increased …, and whether it is taken, planned or over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rag.clinical.lexicon import load_words
from rag.types import Span

_MAX_BEFORE_CHARS = 160
_MAX_AFTER_CHARS = 90
_CLAUSE_END = re.compile(
    r"[;•]|\.\s|\bbut\b|\bwhich\b|\bwhile\b|\bhowever\b|\balthough\b|\bthough\b|[,]?\s(?:and|then)\s(?:also\s)?(?:she|he|we|i"
    r"|i'm|the patient|they|will|check|continue|follow|her|his)\b"
    r"|\b(?:who|because|since|if|when|until|so that|as well as checking|denies|denied)\b",
    re.IGNORECASE,
)
_BE = r"(?:was|were|is|are|be|being|been|has been|have been|had been|will be|gets?|got)"
_PARTICIPLES = {
    "started": "started|restarted|resumed|initiated|begun|added",
    "stopped": "stopped|discontinued|d/c'?d|dc'?d|dced|d/c|dc|ceased|tapered off|weaned off|no longer",
    "held": "held|withheld|paused|on hold",
    "increased": "increased|uptitrated|up-titrated|titrated up|titrated|doubled|raised",
    "decreased": "decreased|reduced|lowered|tapered|weaned|halved|cut back|downtitrated",
    "continued": "continued|maintained|unchanged",
    "refilled": "refilled|renewed|reordered",
    "prescribed": "prescribed|ordered|dispensed|sent in|called in|e-prescribed|provided|recommended",
    "switched": "switched|changed|converted|transitioned|replaced|substituted",
}
_PASSIVE = re.compile(
    rf"(?P<be>\b{_BE}\s+(?:(?:also|recently|just|then|previously|subsequently|already|not|since|now|temporarily"
    rf"|initially)\s+){{0,2}})?\b(?P<done>"
    + "|".join(f"(?P<{name}>{forms})" for name, forms in _PARTICIPLES.items())
    + r")\b(?!\s+(?:(?:him|her|them|the patient|taking|using|a|an|the|his|with|of)\b|on\s+(?!hold|\d|(?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day|(?:january|february|march|april|may|june|july|august|september|october|november|december|admission"
    r"|discharge|arrival))|for\s+(?:her|him)\b)(?!\s*-?\d))",
    re.IGNORECASE,
)
_GLUE = re.compile(
    r"[^a-z]*(?:(?:dose|dosage|therapy|treatment|use|medication|pill|tablets?|inhaler|injections?|was|has|been|daily|for"
    r"|recently|also)\b[^a-z]*){0,4}",
    re.IGNORECASE,
)
_CHANGES = frozenset({"increased", "decreased", "held", "stopped"})
_NOT_OBJECT = re.compile(r"\b(?:in|with|by|due|after|during|since|when|was|is|were|has|had|at|such|working|to(?!\s+\d))\b", re.IGNORECASE)
_IF = re.compile(r"[\s\-*•\d.)]*if\b", re.IGNORECASE)
_BEFORE_NOW = re.compile(r"\b(?:in the past|previously|formerly|used to|historically|had tried|once took)\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:today|this (?:morning|afternoon|evening)|last night|yesterday|\w+ hours ago)\b", re.IGNORECASE)
_SO_FAR = re.compile(r"\b(?:has|have) (?:been )?(?:taken|taking|used|using|been on)\s(?:the\s|her\s|his\s)?$", re.IGNORECASE)
_FOR_SO_LONG = re.compile(
    r"\b(?:(?:for|x)\s(?:the (?:past|last)\s)?\w+[\s-]?(?:days?|weeks?|months?|years?|wks?|mos?|yrs?)\b|since\s(?:\d|[A-Z][a-z]+\s?\d))",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:and|then|but)\s(?:\w+\s){0,3}(?P<done>resumed|restarted|reinitiated)\b", re.IGNORECASE)
_COMPLETED = re.compile(
    r"\b(?:which|that|and)\s(?:(?:he|she|they|has|have|had|the patient|was|were|just|recently|then|since)\s){0,3}(?:completed"
    r"|finished)\b(?!\s(?:physical|pt|chemo|radiation))",
    re.IGNORECASE,
)
_STOP_NEXT = re.compile(r"\s+(?:to|for|with)\s", re.IGNORECASE)
_PATIENT_TAKES = re.compile(
    r"\b(?:(?<!was )taking|takes|currently|remains on|is on|are on|(?<!had )been on|(?<!had )been taking|continues?|using|uses)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Action:
    """``kind`` (a key of ``words/medication_actions.yaml`` but taking, or empty), where it is said, and the status that it leaves."""

    kind: str
    span: Span | None
    status: str


@cache
def _active() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {form: kind for kind, forms in load_words("medication_actions").items() if kind not in {"future", "past"} for form in forms}
    ordered = "|".join(re.escape(form) for form in sorted(kinds, key=len, reverse=True))
    return re.compile(rf"(?<![\w/-])(?:{ordered})(?![\w/])", re.IGNORECASE), kinds


@cache
def _words(key: str) -> re.Pattern[str]:
    ordered = "|".join(re.escape(form) for form in sorted(load_words("medication_actions")[key], key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{ordered})(?![\w-])", re.IGNORECASE)


def action_on(text: str, sentence: Span, name: Span, zone_end: int, *, listed: bool) -> Action:
    """What the sentence does with the medication at ``name``, whose own words end at ``zone_end``.

    ``listed`` where the section is a list of medications: there a name alone is taken. "stopped" is a status of what ended,
    "planned" of what is to begin; empty where nothing is said.
    """
    after = _passive(text, name.end, min(zone_end, name.end + _MAX_AFTER_CHARS))
    before = _governing(text, sentence, name)
    chosen = after or before
    kind, span = chosen if chosen else ("", None)
    if kind == "switched":
        return Action(kind, span, _switched(text, sentence, name, zone_end))
    lead = text[max(sentence.start, (span.start if span and span.start < name.start else name.start) - 60) : name.start]
    if kind in {"started", "prescribed", "taking"} and _COMPLETED.search(text, name.end, zone_end):
        return Action("" if kind == "taking" else kind, span if kind != "taking" else None, "ended")
    cut = max((match.end() for match in _CLAUSE_END.finditer(lead)), default=0)
    lead = lead[cut:]
    status = _status(
        kind, lead, text[name.start : zone_end], passive=after is not None, listed=listed, conditional=bool(_IF.match(text, sentence.start))
    )
    return Action("" if kind == "taking" else kind, span if kind != "taking" else None, status)


def _passive(text: str, start: int, end: int) -> tuple[str, Span] | None:
    """An action after the name: "was stopped", "(discontinued)", "increased to 40 mg"."""
    match = _PASSIVE.search(text, start, end)
    if match is None:
        return None
    cut = _CLAUSE_END.search(text, start, match.start())
    if cut is not None and not (match["be"] and cut[0].strip().lower() == "which" and not text[cut.end() : match.start()].strip()):
        return None
    if match["be"] is None and not (_GLUE.fullmatch(text, start, match.start()) or _is_sig(text[start : match.start()])):
        return None
    kind = next(name for name in _PARTICIPLES if match[name])
    if kind in {"stopped", "held"} and (again := _AGAIN.search(text, match.end(), end)):
        return "started", Span(again.start("done"), again.end())
    if re.search(r"\bnot\b", match["be"] or "", re.IGNORECASE):
        return None
    return kind, Span(match.start("done"), match.end("done"))


def _is_sig(between: str) -> bool:
    """Whether a dose and its schedule are all that stands between: it holds a digit and no finite verb."""
    return bool(re.search(r"\d", between)) and not re.search(r"\b(?:and|was|is|has|had|she|he|we|i)\b", between, re.IGNORECASE)


def _governing(text: str, sentence: Span, name: Span) -> tuple[str, Span] | None:
    """The nearest action before the name in its clause."""
    pattern, kinds = _active()
    first = max(sentence.start, name.start - _MAX_BEFORE_CHARS)
    found = None
    for match in pattern.finditer(text, first, name.start):
        found = match
    if found is None or _CLAUSE_END.search(text, found.end(), name.start):
        return None
    kind = kinds[found[0].lower()]
    if kind in _CHANGES and _NOT_OBJECT.search(text, found.end(), name.start):
        return None
    return kind, Span(*found.span())


def _switched(text: str, sentence: Span, name: Span, zone_end: int) -> str:
    """Of a switch "from a to b" the first is stopped and the second taken."""
    before = text[max(sentence.start, name.start - 40) : name.start].lower()
    came_from = before.rstrip().endswith((" from", "from the", "from her", "from his", "instead of"))
    to_next = _STOP_NEXT.search(text[name.end : zone_end + 8]) and not re.search(r"\bto\s+(?:\S+\s+)?$", before)
    if came_from or (to_next and not re.search(r"\d", text[name.end : zone_end])):
        return "stopped"
    if re.search(r"\b(?:consider|may|might|could|if)\b", before):
        return "planned"
    return "active"


def _status(kind: str, lead: str, own: str, *, passive: bool, listed: bool, conditional: bool) -> str:
    """What is left of the medication after ``kind``; ``lead`` is what stands before the action or name, ``own`` its own words."""
    ahead = bool(_words("future").search(own if passive else lead)) or (passive and " if " in lead.lower())
    if kind in {"stopped", "held"}:
        return (
            "active"
            if conditional
            or re.search(r"\b(?:not|don't|never|consider|if|wants to|would like to|asked to|hopes to)\b", lead, re.IGNORECASE)
            else "stopped"
        )
    if kind in {"started", "prescribed"}:
        return "planned" if ahead and not re.search(r"\b(?:was|were|has been|had been|have)\b", lead[-14:]) else "active"
    if kind in {"increased", "decreased", "continued", "refilled"}:
        return "active"
    if re.search(r"\b(?:complet|finish)ed\b|\bcourse complete", lead + own, re.IGNORECASE):
        return "ended"
    if _BEFORE_NOW.search(lead) or (_words("past").search(lead) and not _PATIENT_TAKES.search(lead)):
        return (
            "active"
            if _TODAY.search(own)
            or (_SO_FAR.search(lead) and _FOR_SO_LONG.search(own))
            or re.search(r"\b(?:now|currently)\b", lead, re.IGNORECASE)
            else "stopped"
        )
    if kind == "taking":
        if re.search(r"\b(?:(?:was|were) (?:also )?(?:treated|given|managed)|received|gave|treated (?:him|her))\b", lead, re.IGNORECASE):
            return "ended" if re.search(r"\b(?:for|x)\s?\w+[ -]?(?:day|week|dose)", own, re.IGNORECASE) else ""
        return "planned" if ahead and not re.search(r"\b(?:is|are|been|currently|can)\b", lead, re.IGNORECASE) else "active"
    return "active" if listed else ""
