"""Days counted from an event: "POD 3", "hospital day 5", "week 2 of dupilumab", "six weeks into methotrexate"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.questions.days import COUNTS, counted
from rag.questions.events import event_anchor
from rag.questions.things import is_drug
from rag.questions.understood import Anchor, Relation

_COUNT = rf"(?:\d{{1,3}}|{'|'.join(word for word in sorted(COUNTS, key=len, reverse=True) if word not in {'a', 'an'})})"
_UNIT = r"(?:hours?|hrs?|h|days?|d|nights?|weeks?|wks?|w|months?|mos?|years?|yrs?)"
_STAY = r"(?:admission|admit|stay|hospitali[sz]ation|hospital stay|inpatient stay|icu stay|icu|visit)"
_POST_OP = r"(?:post-?op(?:erative(?:ly)?)?|post op(?:erative(?:ly)?)?)"
_OPERATION = r"(?:surgery|operation|op|procedure)"
_COUNTED = re.compile(
    rf"(?:(?:pod ?|pod-|{_POST_OP} (?:day )?)(?P<pod>{_COUNT})(?![\w-])"
    rf"|day (?P<day>{_COUNT}) (?:{_POST_OP}|(?:after|following|post|from) {_OPERATION})(?!\w)"
    rf"|(?:hospital|hosp|inpatient|admission) (?P<hd_day>day) (?P<hd>{_COUNT})|hd ?(?P<hd_short>\d{{1,2}})(?!\w)"
    rf"|day (?P<stay>{_COUNT}) of {_STAY}(?!\w)"
    rf"|first (?:(?P<fn>{_COUNT}) ?)?(?P<fu>{_UNIT}) (?:of|on|(?P<past>after|post|following|since)|in|into) (?P<of>.+)"
    rf"|(?P<unit>day|week|wk|month) (?P<nth>{_COUNT}) of (?P<course>.+)"
    rf"|(?P<into_n>{_COUNT}) ?(?P<into_u>{_UNIT}) into (?P<into>.+))"
)
_SIDES = (
    (re.compile(r"(?:pre-?op(?:erative(?:ly)?)?|pre op(?:erative(?:ly)?)?)(?!\w)"), Relation.BEFORE, 0),
    (re.compile(rf"{_POST_OP}(?!\w)"), Relation.AFTER, 0),
    (re.compile(r"peri-?op(?:erative(?:ly)?)?(?!\w)"), Relation.DURING, 3),
    (re.compile(r"intra-?op(?:erative(?:ly)?)?(?!\w)"), Relation.DURING, 0),
)
_UNTOLD = re.compile(
    rf"(?:first (?:{_COUNT} ?)?{_UNIT}(?: of life| of age)?"
    rf"|(?:day|week|wk|month|mo|year|cycle|trimester|session|round) #?(?:{_COUNT}|zero|0)(?: of [\w-]+(?: [\w-]+)?)?"
    r"|(?:first|second|third|1st|2nd|3rd|last) (?:tri|trimester))$"
)
"""Days counted from an event that is not told ("the first 30 days"): the chart must say so itself."""
_UNIT_DAYS = {"h": 1, "d": 1, "n": 1, "w": 7, "m": 30, "y": 365}
_HOURS_A_DAY = 24
_IDLE = re.compile(r"\b(?:the|his|her|their|this|that|a|an|of)\b ?")


@dataclass(frozen=True, slots=True)
class Counted:
    """An anchor read from a count, and how many characters of the words it takes."""

    anchor: Anchor
    length: int


def counted_days(words: str) -> Counted | None:
    """The anchor that words begin with, articles left out, where they count days from an event; None where they do not."""
    if (match := _COUNTED.match(words)) and (anchor := _anchor(match)):
        return Counted(anchor, match.end())
    if match := _UNTOLD.match(words):
        return Counted(Anchor(match.group().strip(), Relation.DURING, "", ""), match.end())
    for pattern, relation, margin in _SIDES:
        if (match := pattern.match(words)) and re.fullmatch(r"(?: (?:on|in|at|for))?", words[match.end() :]):
            return Counted(Anchor("", relation, "procedure", "last", margin_days=margin), match.end())
    return None


def _anchor(match: re.Match[str]) -> Anchor | None:
    if count := match["pod"] or match["day"]:
        return Anchor("", Relation.DURING, "procedure", "last", offset_days=counted(count))
    if count := match["hd"] or match["hd_short"] or match["stay"]:
        return Anchor(
            "icu" if "icu" in match.group() else "admission", Relation.DURING, "encounter", "last", "start", offset_days=counted(count) - 1
        )
    if match["of"]:
        return _first_stretch(match)
    if match["course"]:
        days = _UNIT_DAYS[match["unit"][0]]
        return _into(match["course"], (counted(match["nth"]) - 1) * days + days // 2, days // 2)
    days = _days(match["into_n"], match["into_u"])
    return _into(match["into"], days, _UNIT_DAYS[match["into_u"][0]] // 2)


def _first_stretch(match: re.Match[str]) -> Anchor | None:
    """ "The first 24 hours of the stay" reach from its first day on."""
    days, event = _days(match["fn"] or "one", match["fu"]), _IDLE.sub("", match["of"]).strip()
    if re.fullmatch(_STAY, event):
        return Anchor(
            "icu" if "icu" in event else "admission", Relation.AFTER, "encounter", "last", "start", span_days=days, inclusive=True
        )
    if is_drug(event):
        return Anchor(event, Relation.AFTER, "medication", "", "start", span_days=days, inclusive=True)
    anchor = event_anchor(event, "after", Relation.AFTER, "") if match["past"] else None
    return replace(anchor, span_days=days) if anchor else None


def _into(course: str, offset: int, margin: int) -> Anchor | None:
    """So far into a drug's course; None where the course is no drug."""
    drug = _IDLE.sub("", course).strip()
    return Anchor(drug, Relation.DURING, "medication", "first", "start", margin_days=margin, offset_days=offset) if is_drug(drug) else None


def _days(count: str, unit: str) -> int:
    number = counted(count)
    return -(-number // _HOURS_A_DAY) if unit.startswith("h") else number * _UNIT_DAYS[unit[0]]
