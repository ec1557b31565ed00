"""Numbers asked for: latest, first, nearest to a date, all of a window, extremes, means, changes, trends, two periods compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from rag.answering.typed.calendar import Calendar, first_day, last_day
from rag.answering.typed.conversions import with_unit_asked
from rag.answering.typed.naming import thing_of
from rag.answering.typed.pool import Pool, in_time
from rag.answering.typed.sentence import Sentence, number_of, shown_mean, shown_number, write_number, write_value
from rag.answering.typed.wording import value_sentence, write_name
from rag.clinical.conversion import convert, same_unit
from rag.questions.understood import Intent, Threshold, Understood
from rag.types import Fact

MAX_BEYOND = 3
MAX_VALUES = 12
"""More values are summed up: the first and last are told, the series holds all."""
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}


def in_unit(fact: Fact, unit: str | None) -> Decimal | None:
    """The fact's number in ``unit`` (its own where None); None where it cannot be converted."""
    number = number_of(fact)
    if number is None or unit is None or fact.unit is None or same_unit(fact.unit, unit):
        return number
    return convert(number, fact.unit, unit, fact.display)


def compared(fact: Fact, threshold: Threshold) -> Decimal | None:
    """The fact's number as the comparison reads it: in the threshold's unit where it names one; None where that is not possible."""
    return in_unit(fact, threshold.unit)


def read_threshold(threshold: Threshold, facts: Sequence[Fact]) -> Threshold:
    """A limit given without a unit reads in the unit that most of the values have, where the others can be told in it."""
    units = Counter(fact.unit for fact in facts if fact.unit)
    if threshold.unit or len(units) < 2:
        return threshold
    unit = max(units, key=units.__getitem__)
    return replace(threshold, unit=unit) if all(in_unit(fact, unit) is not None for fact in facts) else threshold


def meeting(facts: Sequence[Fact], threshold: Threshold) -> list[Fact]:
    """The facts that fulfil a comparison, in order."""
    limit = read_threshold(threshold, facts)
    return [fact for fact in compared_alone(facts, limit) if meets(fact, limit)]


def bound_of(fact: Fact) -> tuple[str, Decimal] | None:
    """``<`` or ``>`` and the number of a value told as below or above one ("<0.01"); None of any other."""
    value = (fact.value or "").strip().replace("≥", ">").replace("≤", "<")
    try:
        return (value[0], Decimal(value.lstrip("<>= ").replace(",", ""))) if value[:1] in ("<", ">") else None
    except InvalidOperation:
        return None


def _bound_meets(fact: Fact, threshold: Threshold) -> bool:
    """Whether a value told as below or above a number fulfils a comparison for certain."""
    bound = bound_of(fact)
    if bound is None or threshold.upper is not None or bound[0] != threshold.operator[0]:
        return False
    known = replace(fact, value=str(bound[1]))
    return meets(known, replace(threshold, operator=f"{bound[0]}="))


def compared_alone(facts: Sequence[Fact], threshold: Threshold) -> Sequence[Fact]:
    """Of pressures in pairs the systolic ones where the limit is a single number: all others as they are."""
    upper = [fact for fact in facts if not _is_lower_of_pair(fact)]
    return facts if threshold.second is not None or not upper else upper


def meets(fact: Fact, threshold: Threshold) -> bool:
    """Whether the fact's value fulfils the comparison, in the threshold's unit where it names one; False where it cannot be told."""
    number = compared(fact, threshold)
    if number is None and number_of(fact) is None:
        return _bound_meets(fact, threshold)
    if number is None or (threshold.upper is not None and number > threshold.upper):
        return False
    lower_of_pair = threshold.second is not None and _is_lower_of_pair(fact)
    limit = threshold.second if lower_of_pair and threshold.second is not None else threshold.value
    return _OPERATORS[threshold.operator](number, limit)


def _is_lower_of_pair(fact: Fact) -> bool:
    """Whether the fact is the second number of a pair such as 140/90."""
    return "diastolic" in thing_of(fact) or "diastolic" in fact.display.casefold()


def by_thing(facts: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    """Facts grouped by what they measure, in order of first appearance: systolic and diastolic are two groups."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(thing_of(fact), []).append(fact)
    return [tuple(group) for group in groups.values()]


def value_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """The statements that answer a question for numbers; none where no number is on record."""
    facts = tuple(f for f in pool.asserted if f.kind in ("observation", "social_history") and f.value) or pool.asserted
    if asked.threshold:
        facts = tuple(meeting(facts, asked.threshold))
    sentences: list[Sentence] = []
    for group in by_thing(facts):
        sentences += _of_one_thing(asked, group, calendar, as_of)
    with_unit_asked(sentences, asked.unit)
    return sentences


def _of_one_thing(asked: Understood, facts: tuple[Fact, ...], calendar: Calendar, as_of: str | None) -> list[Sentence]:
    numbers = tuple(fact for fact in facts if number_of(fact) is not None)
    intent = asked.intent
    if intent in (Intent.HIGHEST, Intent.LOWEST) and numbers:
        beyond = [fact for fact in facts if is_beyond(fact, ">" if intent is Intent.HIGHEST else "<", numbers)]
        return [_extreme(intent, numbers, calendar, len(facts)), *(value_sentence(calendar, fact) for fact in beyond[-MAX_BEYOND:])]
    if intent is Intent.AVERAGE and numbers:
        return [_mean(numbers, calendar)]
    if intent is Intent.CHANGE and numbers and len(facts) > 1 and number_of(facts[-1]) is None:
        return [value_sentence(calendar, fact) for fact in facts[-2:]]
    if intent is Intent.CHANGE and len(numbers) == 1 and "how_much" in asked.tags:
        return []  # one value is no answer to "how much did it fall"
    if intent is Intent.CHANGE and numbers:
        spread = asked.windows or asked.anchor or "first" in asked.tags or "first" in asked.cues
        return [_change(numbers, calendar, between_last=not spread)]
    if intent is Intent.TREND and len(numbers) > 1:
        return [_trend(numbers, calendar)]
    if intent is Intent.FIRST:
        return [value_sentence(calendar, fact, as_of) for fact in facts[: asked.limit or 1]]
    if intent is Intent.VALUES:
        return _several(facts[-asked.limit :] if asked.limit else facts, calendar)
    if intent is Intent.VALUE_AT and asked.at and "near" not in asked.tags:
        return _several(facts, calendar)
    if intent is Intent.VALUE_AT and asked.at:
        return [value_sentence(calendar, nearest(facts, asked.at, calendar))]
    if "previous" in asked.tags and len(facts) > 1 and not asked.limit:
        facts = facts[:-1]
    return [value_sentence(calendar, fact, as_of) for fact in facts[-(asked.limit or 1) :]]


def nearest(facts: Sequence[Fact], day: str, calendar: Calendar) -> Fact:
    """The fact dated closest to a day of the question's calendar, a year or month by its far end; the later of equals."""
    wanted = first_day(day)
    dated = [fact for fact in facts if fact.time] or list(facts)

    def far(fact: Fact) -> int:
        shown = calendar.in_question(fact.time or day)
        return max(abs((first_day(shown) - wanted).days), abs((last_day(shown) - wanted).days))

    return min(reversed(dated), key=far)


def _several(facts: Sequence[Fact], calendar: Calendar) -> list[Sentence]:
    if len(facts) <= MAX_VALUES:
        return [value_sentence(calendar, fact) for fact in facts]
    return (
        [_trend(facts, calendar)]
        if all(number_of(f) is not None for f in facts)
        else [value_sentence(calendar, fact) for fact in facts[-MAX_VALUES:]]
    )


def is_beyond(fact: Fact, sign: str, numbers: Sequence[Fact]) -> bool:
    """Whether a value that was told only as above (``>``) or below (``<``) a number may lie beyond all of the numbers."""
    bound = bound_of(fact)
    if bound is None or bound[0] != sign:
        return False
    known = [number for other in numbers if (number := in_unit(other, fact.unit)) is not None]
    return bool(known) and (bound[1] >= max(known) if sign == ">" else bound[1] <= min(known))


def _extreme(intent: Intent, facts: Sequence[Fact], calendar: Calendar, among: int) -> Sentence:
    pick = max if intent is Intent.HIGHEST else min
    unit = facts[-1].unit
    comparable = [fact for fact in facts if in_unit(fact, unit) is not None and fact.time] or list(facts)
    chosen = pick(comparable, key=lambda fact: in_unit(fact, unit) or Decimal(0))
    sentence = Sentence(calendar).words(f"The {intent.value} ")
    write_value(write_name(sentence, chosen).words(" was "), chosen)
    return (
        _dated(sentence, chosen)
        .words(", of ")
        .computed(str(len(comparable)), "count", comparable)
        .words(" on record." if len(comparable) == among else " that can be compared.")
    )


def _mean(facts: Sequence[Fact], calendar: Calendar) -> Sentence:
    unit = facts[-1].unit
    taken = [fact for fact in facts if in_unit(fact, unit) is not None]
    mean = sum((in_unit(fact, unit) or Decimal(0) for fact in taken), Decimal(0)) / len(taken)
    sentence = write_name(Sentence(calendar).words("The mean of "), facts[-1]).words(" was ")
    sentence.computed(shown_mean(mean), "mean", taken)
    _write_unit(sentence, facts[-1])
    return sentence.words(" over ").computed(str(len(taken)), "count", taken).words(" values.")


def _change(facts: Sequence[Fact], calendar: Calendar, *, between_last: bool) -> Sentence:
    if len(facts) == 1:
        return value_sentence(calendar, facts[0])
    earlier, later = (facts[-2], facts[-1]) if between_last else (facts[0], facts[-1])
    sentence = write_name(Sentence(calendar), later)
    before, after = in_unit(earlier, later.unit), number_of(later)
    write_value(sentence.words(f" {_direction(before, after)} from "), earlier)
    _dated(sentence, earlier).words(" to ")
    one_unit = earlier.unit == later.unit
    _dated(write_number(sentence, later) if one_unit else write_value(sentence, later), later)
    if before is not None and after is not None and after != before:
        sentence.words(", by ").computed(shown_number(abs(after - before)), "difference", (earlier, later))
        if not one_unit:
            _write_unit(sentence, later)
    return sentence.words(".")


def _direction(before: Decimal | None, after: Decimal | None) -> str:
    if before is None or after is None:
        return "changed"
    return "rose" if after > before else "fell" if after < before else "stayed the same"


def _trend(facts: Sequence[Fact], calendar: Calendar) -> Sentence:
    """Every value in order, or for many the first, last and extremes; the unit once where it is one."""
    write = write_number if len({fact.unit for fact in facts}) == 1 else write_value
    first, last = facts[0], facts[-1]
    comparable = [fact for fact in facts if in_unit(fact, last.unit) is not None]
    low, high = (pick(comparable, key=lambda fact: in_unit(fact, last.unit) or Decimal(0)) for pick in (min, max))
    told = list(facts) if len(facts) <= MAX_VALUES else sorted({id(f): f for f in (first, low, high, last)}.values(), key=in_time)
    sentence = write_name(Sentence(calendar), last).words(f" {_direction(number_of(first), in_unit(last, first.unit))} over ")
    sentence.computed(str(len(facts)), "count", facts).words(" values: ")
    for position, fact in enumerate(told):
        sentence.words(", " if position else "")
        _dated(write_value(sentence, fact) if position == 0 else write(sentence, fact), fact)
    return sentence.words(".")


def compare_sentences(periods: Sequence[tuple[str, Sequence[Fact]]], calendar: Calendar) -> list[Sentence]:
    """One statement per period (its words in the question, and its values), and what the means differ by."""
    sentences = []
    for _, facts in periods:
        for group in by_thing([fact for fact in facts if number_of(fact) is not None]):
            sentences.append(_mean(group, calendar) if len(group) > 1 else value_sentence(calendar, group[0]))
    return sentences


def _dated(sentence: Sentence, fact: Fact) -> Sentence:
    return sentence.on(fact)


def _write_unit(sentence: Sentence, fact: Fact) -> None:
    unit = fact.slot("unit")
    if unit is not None and not unit.text.startswith("{"):
        sentence.words(" ").slot(fact, unit)
