"""A marked question put into plain words that the rules read surely: "where's her K sitting now" becomes "What is the latest K now?"."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from rag.clinical.concepts.grammar import body
from rag.clinical.concepts.words import atoms
from rag.clinical.terms import content_terms
from rag.questions.lists import listed, load_lists
from rag.questions.marked import Marked
from rag.questions.things import is_known
from rag.questions.understanding import understand
from rag.questions.understood import Anchor, Intent, Relation, Understood
from rag.types import Span

KEPT_AS_WRITTEN = frozenset({Intent.WHY, Intent.COMPARE, Intent.UNKNOWN, Intent.SUMMARY})
"""Intents whose questions say more than thing and time."""
NO_FORM = "-"
SIDE_BY_SIDE = frozenset({Intent.COMPARE, Intent.CHANGE})
_BEFORE_A_MARK = re.compile(
    r"\b(as|on|in|at|during|after|before|since|around|from|by|until|till|for|between|within|over|about|near|prior to|following|through"
    r"|under|above|below|less than|more than|greater than)\s+$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['+-][^\W_]+)*")
_WORD_BEFORE = re.compile(r"([^\W_]+(?:['+-][^\W_]+)*) $")
_NAME_FIRST = re.compile(r"^(?:on|for|in) [A-Z][a-z]+ (?=(?:while|when|before|after|since|during)\b)")
_ABOUT = re.compile(r"(?<=\d)ish\b")
_PART_OF_DAY = re.compile(r"(?:morning|afternoon|evening|night|day|week|month|year) (?:of|before|after)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d")
_ARTICLES = re.compile(r"^(?:(?:the|a|an|his|her|their|my|your|our|any|all)\s+)+", re.IGNORECASE)


def restated(marked: Marked) -> str | None:
    """The plain question; None where the intent has no plain form, or nothing is named where a thing must be."""
    forms = load_lists("restating")
    states = ["." + state for state in ("now", "past") if state in marked.flags]
    kind = f"{marked.intent.value}.{marked.kind}"
    bases = [f"{kind}.whole"] if not marked.things or _is_whole_kind(marked) else [kind, marked.intent.value]
    form = next((forms[key][0] for base in bases for key in (*(base + state for state in states), base) if key in forms), NO_FORM)
    if form == NO_FORM:
        return None
    return form.format(thing=_named(marked), time=_placed(marked.text, marked.times), limit=_placed(marked.text, marked.thresholds))


def reread(marked: Marked, written: Sequence[Understood], *, as_of: datetime.date, names: Collection[str] = ()) -> Understood | None:
    """What the marked question asks, as the rules read its plain words; None where it cannot be put so.

    ``written`` is how the rules read the question as it was written: a relative, and what has no plain form, are taken from there.
    """
    if ("several" in marked.flags and len(written) > 1) or not written or _leaves_out(marked, written):
        return None
    if marked.intent in KEPT_AS_WRITTEN or marked.kind == "plan":
        return None
    marked = _whole_names(marked, written)
    relative = _asked_about(marked, written)
    plain = restated(marked)
    if plain is None or ("relative" in marked.flags) != (relative != "patient"):
        return None
    thing = "" if _is_whole_kind(marked) else _named(marked).lower()
    low = plain.lower()
    parts = understand(plain, as_of=as_of, names={name for name in (*names, thing) if name and name.lower() in low})
    if len(parts) != 1:
        return None
    part = replace(parts[0], text=written[0].text)
    if not _same_words(part.phrase, thing):
        part = replace(part, phrase=thing)
    if relative != "patient":
        part = replace(part, experiencer=relative, kinds=frozenset({"family_history"}))
    return _with_unread_time(marked, part)


def _is_whole_kind(marked: Marked) -> bool:
    return marked.intent is Intent.LIST and _named(marked).lower() in listed("marks", "whole_kinds")


def _asked_about(marked: Marked, written: Sequence[Understood]) -> str:
    """The relative that the rules read, or the patient: also where it is the caller's own child or spouse ("has my son had his shots")."""
    relative = next((part.experiencer for part in written if part.experiencer != "patient"), "patient")
    if "relative" in marked.flags or relative not in listed("marks", "kin_asked_for"):
        return relative
    return "patient" if re.search(rf"\bmy {relative}\b", marked.text, re.IGNORECASE) else relative


def reread_by_time(
    marked: Marked, written: Sequence[Understood], *, as_of: datetime.date, names: Collection[str] = ()
) -> tuple[Understood, ...]:
    """Values asked for at several times side by side ("K on arrival vs this morning"): a part per time; empty where it is not so."""
    if marked.intent not in SIDE_BY_SIDE or len(marked.times) < 2 or not marked.things:
        return ()
    parts = []
    for time in marked.times:
        one = replace(marked, intent=Intent.VALUE_AT, things=marked.things[:1], times=(time,), flags=marked.flags - {"several"})
        part = reread(one, written, as_of=as_of, names=names)
        if part is None or not (part.windows or part.anchor or part.at):
            return ()
        parts.append(part)
    return tuple(parts)


def _with_unread_time(marked: Marked, part: Understood) -> Understood:
    """Time words that the rules read no time from bound the answer all the same: as an event that must be on record."""
    words = [word for word in marked.words(marked.times) if word.lower().strip(" ,.?") not in listed("marks", "unbounded")]
    if not words or part.windows or part.anchor is not None or part.at:
        return part
    return replace(part, anchor=Anchor(_ARTICLES.sub("", words[-1].lower()), Relation.DURING, which=""))


def _leaves_out(marked: Marked, written: Sequence[Understood]) -> bool:
    """Whether the rules read a time, a clinical word of the thing, or more words of it than are marked, that no mark holds: then the marks
    miss what is asked.

    Of a report any word may say what of it is asked ("prostate size on the kidney scan").
    """
    held = {word for spans in (marked.things, marked.times, marked.thresholds) for text in marked.words(spans) for word in _words(text)}
    left = {word for part in written for word in _words(part.phrase) if word not in held}
    if not marked.times and any(part.windows or part.anchor or part.at for part in written):
        return True
    if marked.intent is Intent.REPORT or (marked.things and len(left) > len(held)):
        return bool(content_terms(" ".join(left)))
    return any(is_known(word) for word in left) or bool(body().intersection(atoms(" ".join(left))))


def _whole_names(marked: Marked, written: Sequence[Understood]) -> Marked:
    """The marks with each thing begun at the words right before it that the rules read as part of it ("glycated" hemoglobin)."""
    phrase = {word for part in written for word in _words(part.phrase)}
    things = []
    for span in marked.things:
        start = span.start
        while (before := _WORD_BEFORE.search(marked.text[:start])) and before[1].lower() in phrase:
            start = before.start(1)
        if _ARTICLES.sub("", marked.text[start : span.end] + " "):
            things.append(Span(start, span.end))
    return replace(marked, things=tuple(things))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _same_words(one: str, other: str) -> bool:
    return sorted(one.split()) == sorted(other.split())


def _named(marked: Marked) -> str:
    names = [_ARTICLES.sub("", name) for name in marked.words(marked.things)]
    joint = " or " if marked.intent is Intent.PRESENCE else " and "
    return joint.join(dict.fromkeys(names))


def _placed(text: str, spans: Sequence[Span]) -> str:
    """The marked words, each with the preposition that stands before it, or the one that a bare date needs."""
    found = []
    for span in spans:
        words = text[span.start : span.end]
        words = _NAME_FIRST.sub("", _ABOUT.sub("", words))
        if before := _BEFORE_A_MARK.search(text[: span.start]):
            words = f"{before[1]} {words}"
        elif _YEAR.fullmatch(words):
            words = f"in {words}"
        elif _DATE.match(words):
            words = f"on {words}"
        elif _PART_OF_DAY.match(words):
            words = f"on the {words}"
        elif words.lower() in listed("marks", "bare_events"):
            words = f"at {words}"
        found.append(" " + words)
    return "".join(found)
