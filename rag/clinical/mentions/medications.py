"""Medications in a text: each drug or class of drugs named, with dose, schedule, what is done with it and whether it is taken."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from rag.clinical.assertions import Assertion, assess_all
from rag.clinical.dates import find_dates
from rag.clinical.mentions.drug_guesses import guessed_names
from rag.clinical.mentions.drug_names import DrugName, Word, find_drug_names, words_of
from rag.clinical.mentions.medication_actions import Action, action_on
from rag.clinical.mentions.medication_binding import Found, absorbed, bind, once, set_zones
from rag.clinical.mentions.medication_context import is_medication
from rag.clinical.mentions.medication_doses import Dose, find_doses, main_dose
from rag.clinical.mentions.medication_schedules import find_duration, find_frequency, find_listed, find_reason
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, passages
from rag.types import Section, Span

_MAX_SCHEDULE_GAP_CHARS = 70
_DOSE_ONLY = re.compile(r"(?:sig:?|take|dose:?|\d|[-*•]\s*\d|one|two|half)", re.IGNORECASE)
_START_WORDS = re.compile(
    r"\b(?:since|started|began|initiated|start|from|starting|begun|placed|put|restarted|resumed|added)\b", re.IGNORECASE
)
_STOP_WORDS = re.compile(r"\b(?:until|stopped|discontinued|stop|through|ended|quit|held|off|completed|finished)\b", re.IGNORECASE)
_MED_SECTIONS = frozenset({"medications"})
_NOT_SECTIONS = frozenset({"allergies"})
_NEXT_CLAUSE = re.compile(
    r";|\b(?:which|but|however|who|(?:and |, )(?:she|he|we|i|check|checks|monitor|exercis\w+|walk\w*|follow\w*))\b", re.IGNORECASE
)
_STOPPED_TITLE = re.compile(r"\b(?:stop|discontinued|past|previous|prior)", re.IGNORECASE)
_EFFECT = re.compile(
    r"[,]?\s(?:but|which|who|without|although|however|and\s(?:has|have|had|did|does|was|is|she|he|they|it|denies|not)"
    r"|with\s(?:no|little|minimal|some|much|good|great|mild|moderate|partial|significant|adequate|only|improvement|relief))\b",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"\||\t")
_LINE_START = re.compile(r"\n[ \t]*")
_DOSED = re.compile(r"\d\s?(?:mg|mcg|units?|tab|cap|puff)", re.IGNORECASE)
_MAX_LEAD_CHARS = 48
_NOT_DONE = re.compile(r"(?:\bnot|n't|\bnever)\s(?:\w+\s)?$", re.IGNORECASE)
_MAYBE = re.compile(r"\b(?:may|might|could|consider\w*)\b", re.IGNORECASE)
_NOT_TAKEN = re.compile(
    r"\W{0,3}(?:(?:but|which|who|and|the)\s)?(?:(?:pt|patient|he|she|they|mother|father|parents?)\s)?"
    r"(?:(?:was|were|is|has been|had been|ever)\s)?(?:(?:not|never)\s(?:used|given|started|needed|taken|required|filled|picked up)"
    r"|(?:offered\W{1,3}(?:but\s)?)?(?:declin|refus)(?:ed|es))\b",
    re.IGNORECASE,
)
_IF = re.compile(r"[\s\-*•\d.)]*(?:[A-Z][\w ]{2,24}:\s)?if\b", re.IGNORECASE)
_PRN = re.compile(r"\bp\.?r\.?n\b\.?[ ,;]*|\bas needed\b[^,;]{0,40}[,;] ", re.IGNORECASE)


def find_medications(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """The medications that ``text`` names, in order and disjoint: one mention per drug and sentence, two where two doses are given.

    ``canonical`` is the generic name or the class; a name that no list knows counts where it ends like a drug's, or is one
    slip away from one, and a dose or a medications section stands by it. Allergies are left to ``find_allergies``. Linear.
    """
    words = words_of(text)
    starts = [word[1] for word in words]
    names = find_drug_names(text, words)
    found: list[Mention] = []
    k = 0
    dosed = [match.start() for match in _DOSED.finditer(text)]
    for passage, sentence in _merged(text, passages(text, sections), names):
        first = k
        while k < len(names) and names[k].start < sentence.end:
            k += 1
        if passage.section in _NOT_SECTIONS:
            continue
        inside = names[first:k]
        if not inside and passage.section not in _MED_SECTIONS and bisect_left(dosed, sentence.start) == bisect_left(dosed, sentence.end):
            continue
        own = words[bisect_right(starts, sentence.start - 1) : bisect_right(starts, sentence.end - 1)]
        found.extend(_of_sentence(text, passage, sentence, inside, own, _title(sections, sentence.start)))
    return tuple(found)


def _title(sections: Sequence[Section], offset: int) -> str:
    i = bisect_right(sections, offset, key=lambda section: section.start) - 1
    return sections[i].title if i >= 0 else ""


def _merged(text: str, found: Sequence[Passage], names: Sequence[DrugName]) -> Iterator[tuple[Passage, Span]]:
    """Each passage with its span; a line that holds only a drug's name is joined with a following line of dose."""
    starts = [name.start for name in names]
    held: tuple[Passage, Span] | None = None
    for passage, span in _lines(text, found, frozenset(starts)):
        if held is not None and _is_dose_line(text, held[1], span, starts):
            yield held[0], Span(held[1].start, span.end)
            held = None
            continue
        if held is not None:
            yield held
        held = passage, span
    if held is not None:
        yield held


def _lines(text: str, found: Sequence[Passage], starts: frozenset[int]) -> Iterator[tuple[Passage, Span]]:
    """Each passage with its span; one of a list of medications is cut where a line begins with a drug's name."""
    for passage in found:
        start = passage.sentence.start
        if passage.section in _MED_SECTIONS:
            for match in _LINE_START.finditer(text, start, passage.sentence.end):
                if match.end() in starts:
                    yield passage, Span(start, start + len(text[start : match.start()].rstrip()))
                    start = match.end()
        yield passage, Span(start, passage.sentence.end)


def _is_dose_line(text: str, before: Span, line: Span, starts: Sequence[int]) -> bool:
    """Whether ``line`` starts with a dose and names no drug, and the short line before it names one and has no dose."""
    if _COLUMNS.search(text, before.start, line.end):
        return False
    if line.start - before.end > 6 or before.end - before.start > 60 or not _DOSE_ONLY.match(text, line.start, line.end):
        return False
    if "\n" not in text[before.end : line.start] or text[before.end - 1] in ".!?":
        return False
    if bisect_right(starts, before.end) == bisect_right(starts, before.start - 1):
        return False
    if bisect_right(starts, line.end) != bisect_right(starts, line.start - 1) or find_doses(text, before.start, before.end):
        return False
    return bool(find_doses(text, line.start, line.end))


def _of_sentence(
    text: str, passage: Passage, sentence: Span, names: Sequence[DrugName], words: Sequence[Word], title: str
) -> Iterator[Mention]:
    """The mentions of one sentence, in order."""
    doses = find_doses(text, sentence.start, sentence.end)
    listed = passage.section in _MED_SECTIONS
    start = passage.heading if sentence.start < passage.heading < sentence.end else sentence.start
    every = sorted(
        [*names, *guessed_names(text, Span(start, sentence.end), names, words, doses, listed=listed)], key=lambda name: name.start
    )
    found = [Found(name) for name in every if name.start >= start or not listed]
    bind(text, found, doses, sentence)
    found = once([item for item in absorbed(text, found) if is_medication(text, item, passage.section, words, every)])
    if not found:
        return
    set_zones(text, found, sentence)
    for item, assertion in zip(found, _assessed(text, sentence, found, passage.section), strict=True):
        yield _mention(text, passage, sentence, item, assertion, listed=listed, over=bool(listed and _STOPPED_TITLE.search(title)))


def _assessed(text: str, sentence: Span, found: Sequence[Found], section: str) -> Iterator[Assertion]:
    """What the sentence says of each, up to where it goes on to what the drug did ("without relief")."""
    cuts = [match.start() for match in _EFFECT.finditer(text, sentence.start, sentence.end)]
    ends = [next((cut for cut in cuts if cut >= item.zone_end or item.name.end <= cut), sentence.end) for item in found]
    needs = [match.end() for match in _PRN.finditer(text, sentence.start, sentence.end)]  # "prn" speaks of what stands before it
    starts = [next((need for need in reversed(needs) if need <= item.zone_start), sentence.start) for item in found]
    for part in dict.fromkeys(zip(starts, ends, strict=True)):
        spans = [
            Span(item.name.start, item.name.end) for item, own in zip(found, zip(starts, ends, strict=True), strict=True) if own == part
        ]
        yield from assess_all(text, Span(*part), spans, section)


def _mention(text: str, passage: Passage, sentence: Span, item: Found, assertion: Assertion, *, listed: bool, over: bool) -> Mention:
    name = Span(item.name.start, item.name.end)
    action = action_on(text, sentence, name, item.zone_end, listed=listed)
    label, status = _said(text, sentence, name, assertion, action)
    if over:
        status = "stopped"
    slots = [MentionSlot("name", name), *_slots(text, item, causes=action.kind in {"stopped", "held", "decreased", "switched"})]
    if action.span:
        slots.append(MentionSlot("action", action.span))
    time = None
    for slot, iso in _dates(text, sentence, item, action):
        slots.append(slot)
        time = time or iso
    return Mention(
        kind="medication",
        name=name,
        sentence=sentence,
        canonical=item.name.canonical,
        code="",
        assertion=label,
        experiencer=assertion.relative or assertion.experiencer,
        section=passage.section,
        status=status,
        time=time,
        slots=tuple(sorted(slots, key=lambda slot: (slot.span.start, slot.span.end))),
    )


def _said(text: str, sentence: Span, name: Span, assertion: Assertion, action: Action) -> tuple[str, str]:
    """The assertion in one word and the status, where the action changes them: "did not stop" is taken, "if …, will start" is a thought."""
    label, stops = assertion.label, action.kind in {"stopped", "held"}
    before = text[max(sentence.start, (action.span.start if action.span else name.start) - _MAX_LEAD_CHARS) : name.start]
    if (
        stops
        and action.span
        and label == "negated"
        and _NOT_DONE.search(text[max(sentence.start, action.span.start - 16) : action.span.start])
    ):
        return "present", "active"
    if label == "present" and _NOT_TAKEN.match(text, name.end, sentence.end):
        return "negated", ""
    if label == "present" and action.status == "planned" and (_MAYBE.search(before) or _IF.match(text, sentence.start)):
        return "hypothetical", "planned"
    if label in {"negated", "family"} and not stops:
        return label, ""
    return label, action.status


def _slots(text: str, item: Found, *, causes: bool) -> Iterator[MentionSlot]:
    """Dose, schedule and reason."""
    packed = any(dose.strength for dose in item.doses)  # "1 ml epoetin alfa 4000 unt/ml": the volume of the pack
    main, former, quantity = main_dose([dose for dose in item.doses if not (packed and _volume_before(text, dose, item))])
    for label, dose in (("dose", main), ("previous_dose", former), ("quantity", quantity)):
        if dose is not None:
            yield MentionSlot(label, Span(dose.start, dose.end))
    start = item.name.end
    last = max([start, *(dose.end for dose in item.doses if dose.end <= item.zone_end)])
    after = min(item.zone_end, last + _MAX_SCHEDULE_GAP_CHARS)
    if after < item.zone_end:
        after = max(last, text.rfind(" ", last, after))
    if clause := _NEXT_CLAUSE.search(text, last, after):
        after = clause.start()
    before = item.zone_start if item.zone_start < item.name.start else item.name.start
    finders = (
        ("frequency", find_frequency),
        ("route", lambda text, a, b: find_listed("route", text, a, b)),
        ("form", lambda text, a, b: find_listed("form", text, a, b)),
        ("duration", find_duration),
    )
    first = main.end if main is not None and start <= main.end <= after else start
    for label, finder in finders:
        span = (
            finder(text, first, after)
            or (finder(text, start, after) if start < first else None)
            or (finder(text, before, item.name.start) if before < item.name.start else None)
        )
        if span and not (main is not None and span.start < main.end and main.start < span.end and label != "form"):
            yield MentionSlot(label, span)
    ends = min(item.zone_end, after + _MAX_SCHEDULE_GAP_CHARS)
    cut = text.find(";", start, ends)
    if reason := find_reason(text, start, ends if cut < 0 else cut, causes=causes):
        yield MentionSlot("reason", reason)


def _volume_before(text: str, dose: Dose, item: Found) -> bool:
    return (
        dose.end <= item.name.start
        and text[dose.start : dose.end].lower().endswith("ml")
        and "of" not in text[dose.end : item.name.start].lower()
    )


def _dates(text: str, sentence: Span, item: Found, action: Action) -> Iterator[tuple[MentionSlot, str]]:
    """The dates of the name's zone, as start or stop by the word before them, else by what is done."""
    start = action.span.start if action.span and action.span.start < item.zone_start else item.zone_start
    if not re.search(r"\d\d", text[start : item.zone_end]):
        return
    for date in find_dates(text[sentence.start : sentence.end]):
        span = Span(sentence.start + date.span.start, sentence.start + date.span.end)
        if not start <= span.start < item.zone_end:
            continue
        lead = text[max(sentence.start, span.start - 30) : span.start]
        stops = [match.end() for match in _STOP_WORDS.finditer(lead)]
        begins = [match.end() for match in _START_WORDS.finditer(lead)]
        if stops or begins:
            ended = action.kind in {"stopped", "held"} and lead.rstrip().lower().endswith("since")
            label = "stop" if ended or max(stops, default=-1) > max(begins, default=-1) else "start"
        else:
            label = "stop" if action.kind in {"stopped", "held"} else "start" if action.kind in {"started", "prescribed"} else "date"
        yield MentionSlot(label, span), date.iso
