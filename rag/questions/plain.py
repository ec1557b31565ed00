"""A question put into plain words before it is read: shorthand written out, typing errors put right, lead-ins taken off."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.questions.asides import without_asides
from rag.questions.courtesies import without_courtesies
from rag.questions.rewording import reworded
from rag.questions.shorthand import written_out
from rag.questions.spelling import corrected
from rag.questions.tokens import words_of

_LONGEST_ACRONYM_CHARS = 5
_SINCE = re.compile(
    r"how (?:long|many (?:years|months|weeks|days)|much time)(?:'s| has| is)? (?:it(?:'s)? |passed )?(?:been "
    r"|passed )?(?:have passed )?since\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"^\s*(?:(?:hi|hello|hey)[ ,!]+)?(?:for|before|in preparation for|to (?:complete|fill (?:in|out)|finish|write|prepare)|as prep for)"
    r" (?:the |her |his |their |my |our |a |an |this |your )?(?:[\w'/-]+ ){0,3}?"
    r"(?:letter|form|forms|referral|handover|handoff|hand-off|sign-out|signout|sign out|rounds|paperwork|audit"
    r"|conference|tumou?r board|meeting"
    r"|prior auth|authori[sz]ation|insurance|insurer|registry|application|clearance|certificate|summary|presentation|huddle|checklist"
    r"|questionnaire|call to (?:the )?family|med rec)\s*(?:,|:|-{1,2} | - |;)\s*",
    re.IGNORECASE,
)
_OF_YEAR = re.compile(r"\b(\d{1,2}/\d{1,2})(,? (?:and|or|vs\.?|&) )(\d{1,2}/\d{1,2}),? (?:of |in )?((?:19|20)\d\d)\b", re.IGNORECASE)
_TO_VALUE = re.compile(
    r"\b((?:shoot|shot|go|goes|went|gone|rise|rose|risen|jump|jumped|climb|climbed|spike|spiked|drop|dropped|fall"
    r"|fell|fallen|sink|sank|come|came)"
    r" (?:up|down)) to \d+(?:\.\d+)?%?",
    re.IGNORECASE,
)
_BARE_WHEN = re.compile(
    r"^(\s*)(?:the |what |which )?(?:year|month|day|date|time) (?=(?:that |when )?(?:he|she|they|the|patient|pt|mr|mrs|ms)\b)",
    re.IGNORECASE,
)
_BOTH_VISITS = re.compile(
    r"\b(at|on|during|from|in) (?:the |her |his |their )?(first|last|initial|latest|most recent) (and|vs\.?|versus|or|to)"
    r" (?:at )?(?:the |her |his |their )?(last|latest|most recent|first|second) "
    r"((?:\w+ )?(?:visit|admission|appointment|check-?up|hospitali[sz]ation))s?",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r",\s*(?:given|considering|in view of|in light of|knowing|what with|seeing as|bearing in mind"
    r"|with (?:all )?(?:the|her|his|their))\b[^,?!]*",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\s*,?\s*\b(?:when|while|whilst) (?:he|she|they|the patient|pt) (?:was|were|is|had been) (?:still )?(?:on"
    r"|taking|using|having) (?:it|that|them)\b",
    re.IGNORECASE,
)
_WHOLE_STAY = re.compile(
    r"\b(?:between|from) (?:the |her |his )?admission (?:and|to|until|till|through) (?:the |her |his )?discharge\b", re.IGNORECASE
)
_LEFT = re.compile(
    r"\b(after|since|before|until) (?:he|she|they|the patient|pt) (?:left|got out of|was let out of) (?:the )?"
    r"(hospital|er|ed|emergency (?:room|department)|icu|ward|unit)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"(?<=\w )when (?:the |her |his |their )?((?:[\w-]+ ){1,3}?)(?:was|were) (?:first |newly )?"
    r"(?:found|diagnosed|discovered|detected|picked up|identified|new)\b",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(take|took|taken|taking|pull|pulled|pulling|cut) ((?:the |her |his |their |a |an |that )(?:[\w-]+ ){1,3}?)out\b", re.IGNORECASE
)
_WORD = re.compile(r"(?<![\w'])[A-Za-z]{3,}(?![\w'])")


_ALSO_OF = re.compile(r",?\s+(?:as well as|in addition to|and also|plus also)\s+", re.IGNORECASE)
_BESIDE = re.compile(
    r"^(\s*(?:show|list|give|tell|find|pull|get|trend|compare|latest|last|most recent)\b.*?)\s+(?:together|along) with\s+(?=\w)",
    re.IGNORECASE,
)
_WHICH = r"(?:which|what)(?: ones?| are they| kinds?)?(?=\s*[?.!]*\s*$)"
_AND_WHICH = re.compile(
    rf"(?<=\w)[\s,?;-]*(?:(?:and|or)[\s,]+)?\bif (?:so|yes|any|there are(?: any)?),? {_WHICH}|(?<=\w)[\s,?;-]*\b(?:and|or)\s+{_WHICH}",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"^\s*(?:any|is|are|was|were|does|do|did|has|have|had)\b", re.IGNORECASE)


def plain(text: str, names: Collection[str]) -> tuple[str, dict[str, str]]:
    """The question in plain words, and what was put right in it: the word as read, and as written.

    Words that stand in displays of ``names`` are never changed.
    """
    spelled, changed = _spelled(text, names)
    return _reworded(reworded(without_asides(without_courtesies(spelled)))), changed


def _spelled(text: str, names: Collection[str]) -> tuple[str, dict[str, str]]:
    """The text with abbreviations written out and typing errors put right, in words of cues and of the chart's names."""
    changed: dict[str, str] = {}
    held = words_of(frozenset(names)) if names else frozenset()

    def right(match: re.Match[str]) -> str:
        word = match.group()
        if word.isupper() and len(word) <= _LONGEST_ACRONYM_CHARS and not text.isupper():
            return word
        low = word.lower()
        put = corrected(low, held)
        if put == low:
            return word
        changed[put] = word
        return put

    return _SINCE.sub("how long ago was", _WORD.sub(right, written_out(text))), changed


def _departed(match: re.Match[str]) -> str:
    place = match[2].lower()
    return f"{match[1]} discharge" if place in {"hospital", "ward", "unit"} else f"{match[1]} the {place} visit"


def _taken_out(match: re.Match[str]) -> str:
    verb = "taken out" if match[1].lower() in {"taken", "pulled"} else "take out"
    return f"{verb} {match[2].strip()}"


def _reworded(text: str) -> str:
    """The text without what it is asked for ("For the referral letter:"), "year he" as "when he", "3/21 and 4/18 of 2023" in full."""
    rest = _BESIDE.sub(r"\1 and ", _ALSO_OF.sub(" and ", _PURPOSE.sub("", text)))
    rest = _AND_WHICH.sub("", rest) if _YES_OR_NO.match(rest) else rest
    rest = _BOTH_VISITS.sub(r"\1 the \2 \5 and \1 the \4 \5", rest)
    rest = _TO_VALUE.sub(r"\1 ", rest)
    rest = _OUT.sub(_taken_out, rest)
    rest = _FOUND.sub(r"at the diagnosis of \1", _LEFT.sub(_departed, _WHOLE_STAY.sub("during the admission", rest)))
    rest = _POINTING.sub("", _CONTEXT.sub("", rest))
    return _OF_YEAR.sub(r"\1/\4\2\3/\4", _BARE_WHEN.sub(r"\1when ", rest if rest.strip(" ?.") else text))
