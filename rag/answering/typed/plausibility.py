"""Statements that cannot well be this patient's: another sex's, another age's, or a value that no living patient has.

What is flagged is still told: a notice beside the answer says what to check. Lists: ``words/plausibility.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rag.answering.typed.sentence import number_of
from rag.clinical.concepts.displays import analyse
from rag.clinical.concepts.lexicon import canonical
from rag.clinical.conversion import convert, same_unit
from rag.clinical.lexicon import load_words, word_set
from rag.types import Fact, Notice

CODE = "implausible"
MIN_PRONOUNS = 5
MIN_PRONOUN_SHARE = 0.9
INFANT_YEARS = 2
"""Under this age a chart tells of the mother's pregnancy and the birth: no sex is concluded against them."""
MAX_NOTICES = 5
_SAID_OF_PATIENT = frozenset({"present", "historical", "uncertain"})
_NOUN = r"(woman|female|lady|girl|man|male|gentleman|boy)\b(?!['’]s)"
_AGED = re.compile(
    rf"\b\d{{1,3}}(?:[\s-]?(?:years?|yrs?)[\s-]?old|[\s-]?y/?o\b|[\s-]?y\.o\.)[\s,-]{{0,2}}(?:[A-Za-z/-]{{2,20}}[\s,]{{1,2}}){{0,4}}{_NOUN}",
    re.IGNORECASE,
)
_AGED_LETTER = re.compile(
    r"\b\d{1,3}(?:\s?(?:yo|y/o|y\.o\.|yr old|year old|year-old)\s?|(?=[MF]\s(?:with|who|w/|present|p/w|here|h/o|s/p|hx|c/o)))"
    r"([MF])\b(?![/'’-])"
)
_IS = re.compile(rf"\b(?:he|she|pt|patient) is an? (?:[A-Za-z0-9/-]{{2,20}}[\s,]{{1,2}}){{0,4}}{_NOUN}", re.IGNORECASE)
_LABEL = re.compile(r"\b(?:sex|gender)\s?:\s?(female|male|f|m)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_BEFORE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """The lowest and highest value of a thing in a unit; ``unit`` is None where it has none."""

    low: Decimal
    high: Decimal
    unit: str | None


def notices(facts: Sequence[Fact], sex: str | None, age_years: int | None = None) -> tuple[Notice, ...]:
    """One notice per implausible thing among the facts that answers rest on, at most ``MAX_NOTICES``, in order.

    ``sex`` is "female" or "male" as ``told_sex`` gives it. The texts hold the facts' displays and values and no other chart text.
    """
    found = []
    for fact in facts:
        if reason := implausible(fact, sex, age_years):
            found.append(Notice(CODE, f"“{fact.display}” {reason}: check that it is this patient's."))
        if reason := implausible_value(fact):
            found.append(Notice(CODE, f"“{fact.display}” {reason}: check the value and its unit."))
    return tuple(dict.fromkeys(found))[:MAX_NOTICES]


def implausible(fact: Fact, sex: str | None, age_years: int | None = None) -> str | None:
    """Why the fact is unlikely to be the patient's, in words that follow its name; None where it is not.

    ``age_years`` is the age at the time of the fact. Denied things, relatives' things and plans are never implausible.
    """
    if fact.experiencer != "patient" or fact.kind == "family_history" or fact.assertion not in _SAID_OF_PATIENT:
        return None
    name = fact.display.casefold()
    infant = age_years is not None and age_years < INFANT_YEARS
    if sex in ("female", "male") and not infant and _phrases(f"not_{sex}").search(name) and not _phrases("either_sex").search(name):
        return f"is on record, but notes describe the patient as {sex}"
    if age_years is None or fact.assertion == "historical" or _phrases("any_age").search(name):
        return None
    if infant and _phrases("not_male").search(name):
        return None
    for bound, years in _ages():
        unlikely = age_years < years if bound.startswith("from") else age_years > years
        if unlikely and _phrases(bound).search(name):
            return f"is on record at the age of {age_years}"
    return None


def implausible_value(fact: Fact) -> str | None:
    """Why the fact's number cannot be right, in words that follow its name; None where it can, or nothing is known of it.

    A number without a unit is judged only where every unit that the thing is measured in rules it out.
    """
    number = number_of(fact)
    if number is None or fact.kind not in ("observation", "social_history"):
        return None
    limits = _limits_of(fact)
    judged = [(limit, _in_unit(number, fact, limit)) for limit in limits]
    outside = [limit for limit, value in judged if value is not None and not limit.low <= value <= limit.high]
    if not limits or len(outside) < len(limits):
        return None
    own = next((limit for limit in outside if limit.unit and fact.unit and same_unit(limit.unit, fact.unit)), outside[0])
    written, unit = f" {fact.unit}" if fact.unit else "", f" {own.unit}" if own.unit else ""
    return f"of {fact.value}{written} is outside what is possible in a living patient ({own.low} to {own.high}{unit})"


def _in_unit(number: Decimal, fact: Fact, limit: Limit) -> Decimal | None:
    """The number in the limit's unit; as it stands where either has none; None where it cannot be converted."""
    if limit.unit is None or not fact.unit or fact.unit.startswith("{"):
        return number
    return number if same_unit(fact.unit, limit.unit) else convert(number, fact.unit, limit.unit, fact.display)


def told_sex(texts: Sequence[str]) -> str | None:
    """The patient's sex as notes tell it: "female", "male", or None where they do not, or disagree.

    Read from a noun after an age ("45 yo woman"), after "patient is a", or a label ("Sex: F"); else from pronouns and titles, five or
    more of which nine in ten agree. Never from diagnoses. Linear.
    """
    named = [sex for text in texts for sex in _named(text)]
    spoken = [sex for text in texts for sex in _spoken(text)]
    by_noun, by_pronoun = _agreed(named, 1), _agreed(spoken, MIN_PRONOUNS)
    if by_noun and by_pronoun and by_noun != by_pronoun:
        return None
    return by_noun or (by_pronoun if not named else None)


def _agreed(votes: Sequence[str], least: int) -> str | None:
    if len(votes) < least:
        return None
    sex = max(("female", "male"), key=votes.count)
    return sex if votes.count(sex) >= MIN_PRONOUN_SHARE * len(votes) else None


def _named(text: str) -> Iterator[str]:
    """The sex that each noun for the patient tells; a relative's is passed over."""
    for pattern in (_AGED, _AGED_LETTER, _IS, _LABEL):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()].casefold()
            clause = re.split(r"[.;\n]", before)[-1] + " " + match[0].casefold()
            if word_set("plausibility", "relatives").isdisjoint(_WORD.findall(clause)):
                yield "female" if match[1].casefold() in word_set("plausibility", "female_nouns") else "male"


def _spoken(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        for sex in ("female", "male"):
            if word in word_set("plausibility", f"{sex}_pronouns"):
                yield sex


@cache
def _phrases(name: str) -> re.Pattern[str]:
    """One pattern for a list of phrases: whole words, a trailing star for any ending."""
    forms = (re.escape(phrase).replace(r"\*", r"\w*") for phrase in load_words("plausibility")[name])
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")


@cache
def _ages() -> tuple[tuple[str, int], ...]:
    return tuple((name, int(name.rpartition("_")[2])) for name in load_words("plausibility") if name.startswith(("from_age", "to_age")))


@cache
def _limits() -> dict[str, tuple[Limit, ...]]:
    """Names, as listed and canonical, and the limits of what they name."""
    found: dict[str, tuple[Limit, ...]] = {}
    for entry in load_words("plausibility")["limits"]:
        names, _, values = entry.rpartition(" : ")
        low, high, *unit = values.split()
        limit = Limit(Decimal(low), Decimal(high), " ".join(unit) or None)
        listed = [name.strip() for name in names.split("|")]
        for name in dict.fromkeys((*listed, *canonical(listed[0], frozenset({"observation"}))[:1])):
            found[name] = (*found.get(name, ()), limit)
    return found


def _limits_of(fact: Fact) -> tuple[Limit, ...]:
    name = fact.display.casefold()
    if name in _limits():
        return _limits()[name]
    names = analyse(fact.kind, fact.code, fact.display).names
    return next((_limits()[name] for name in sorted(names) if name in _limits()), ())
