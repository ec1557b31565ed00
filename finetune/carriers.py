"""Notes that carry invented identifiers: set in as blocks and sentences, put where a note says "the patient", and swapped for those it has.

What the rules find in a carrier is taken for marked. Texts come from the demo's generator and, where their folder is given, from public
notes, which are read there and never shipped.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from finetune.name_draws import SLOT_KINDS, NameDraws, held_back
from finetune.tagger import MarkedNote
from rag.deidentification.dates import DateDetector
from rag.deidentification.findings import EntityType, unite
from rag.deidentification.gazetteers import load_gazetteers
from rag.deidentification.names import NameDetector
from rag.deidentification.organizations import OrganizationDetector
from rag.deidentification.places import PlaceDetector
from rag.deidentification.tagger import WORDED
from rag.deidentification.terms import load_terms
from rag.deidentification.words import facts_of

MAX_CARRIER_CHARS = 2_600
_SLOT = re.compile(r"\{([A-Z]+)\}")
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)][.?!])[ \t]{1,2}(?=[A-Z])|\n")
_PATIENT = re.compile(
    r"(?:(?<=\A)|(?<=\n)|(?<=[.!?] )|(?<=[.!?]  ))(?:The|This) patient"
    r"(?='s|\s(?:is|was|has|had|den|rep|stat|not|return|underwent|present|will|did|does|contin))"
)
_RELATIVE = re.compile(
    r"\b(?:[Hh]er|[Hh]is|[Tt]heir) (?:husband|wife|mother|father|son|daughter|sister|brother|partner|aunt|uncle|grandmother|grandson|niece)"
    r"\b(?!['’,])"
)
_DIGITS = re.compile(r"\S*\d\S*")
_CODE = re.compile(r"\S*\d{4,}\S*|\S*\d{3}[-. ]\d{4}\b\S*")
_DIGIT = re.compile(r"\d")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KINDS = {EntityType.PERSON: "NAME", EntityType.LOCATION: "LOCATION", EntityType.ORGANIZATION: "ORGANISATION", EntityType.DATE: "DATE"}


@dataclass(frozen=True, slots=True)
class Templates:
    """Texts with slots to set in, by where they belong, and traps, which hold none."""

    headers: Sequence[str]
    signatures: Sequence[str]
    sentences: Sequence[str]
    traps: Sequence[str]


class _Writing:
    """A note being put together of plain and marked pieces."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[tuple[int, int, str]] = []
        self._length = 0

    def plain(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def marked(self, text: str, kind: str) -> None:
        self._spans.append((self._length, self._length + len(text), kind))
        self.plain(text)

    def note(self, other: MarkedNote) -> None:
        self._spans += ((start + self._length, end + self._length, kind) for start, end, kind in other.spans)
        self.plain(other.text)

    def done(self, name: str) -> MarkedNote:
        return MarkedNote(name, "".join(self._pieces), tuple(sorted(self._spans)))


@cache
def load_templates(*, held: bool) -> Templates:
    """The packaged templates; those ``held`` back for validation, or the others."""
    import yaml

    lists = yaml.safe_load(resources.files("finetune").joinpath("data", "tagger_templates.yaml").read_text(encoding="utf-8"))
    return Templates(**{name: [text for text in texts if held_back(text) == held] for name, texts in lists.items()})


def found_by_rules(name: str, text: str) -> MarkedNote:
    """A carrier with what the rules find in it marked."""
    findings = [f for d in (NameDetector(), PlaceDetector(), OrganizationDetector(), DateDetector()) for f in d.find(text)]
    marked = [(f.start, f.end, _KINDS[f.entity_type]) for f in unite(findings)]
    return MarkedNote(name, text, tuple(sorted([*marked, *_uncounted(_CODE, text, marked)])))


def loaded(carrier: MarkedNote, rng: random.Random, *, held: bool = False) -> MarkedNote:
    """The carrier, or a stretch of it, with identifiers set in. ``held`` uses names and templates kept for validation."""
    draws, templates = NameDraws(rng, held=held), load_templates(held=held)
    note = swapped(_stretch(carrier, rng), draws, rng)
    inserted: list[tuple[int, MarkedNote]] = []
    places = [0, *(match.end() for match in _SENTENCE_END.finditer(note.text)), len(note.text)]
    for kind, count in ((templates.sentences, rng.choice((0, 1, 2, 3, 4))), (templates.traps, rng.choice((0, 1, 2, 3)))):
        for text in rng.sample(list(kind), min(count, len(kind))):
            at = rng.choice(places)
            opens = at == 0 or note.text[at - 1] == "\n"
            inserted.append((at, _joined(filled(text, draws, rng), "" if opens else " ", rng.choice((" ", " ", "\n")))))
    inserted += [(at, filled_in) for at, filled_in in _in_place(note, draws, rng)]
    if rng.random() < 0.5:
        inserted.append((0, _joined(filled(rng.choice(templates.headers), draws, rng), "", "\n")))
    if rng.random() < 0.5:
        inserted.append((len(note.text), _joined(filled(rng.choice(templates.signatures), draws, rng), "\n", "\n")))
    return recased(_with(note, inserted), rng)


def swapped(note: MarkedNote, draws: NameDraws, rng: random.Random) -> MarkedNote:
    """The note with the words of its names, places and organisations drawn anew, the same for the same, and other digits in codes."""
    drawn: dict[str, str] = {}

    def anew(kind: str) -> Callable[[re.Match[str]], str]:
        def of(match: re.Match[str]) -> str:
            word = match[0]
            if _is_kept(word, kind):
                return word
            if word.casefold() not in drawn:
                drawn[word.casefold()] = _word_like(word, kind, draws)
            made = drawn[word.casefold()]
            return made.upper() if word.isupper() else made.lower() if word.islower() else made

        return of

    made, cursor = _Writing(), 0
    for start, end, kind in sorted(note.spans):
        value = note.text[start:end]
        if kind == "CODE":
            value = _DIGIT.sub(lambda _: str(rng.randrange(10)), value)
        elif kind in WORDED and "\n" not in value:
            value = _NAME_WORD.sub(anew(kind), value)
        made.plain(note.text[cursor:start])
        made.marked(value, kind)
        cursor = end
    made.plain(note.text[cursor:])
    return made.done(note.name)


def recased(note: MarkedNote, rng: random.Random) -> MarkedNote:
    """One note in nine all in small letters, one in nine all in capitals, else as it is."""
    draw = rng.random()
    if draw > 0.22:
        return note
    change = str.lower if draw < 0.11 else str.upper
    return MarkedNote(note.name, "".join(c if len(change(c)) != 1 else change(c) for c in note.text), note.spans)


def filled(template: str, draws: NameDraws, rng: random.Random) -> MarkedNote:
    """A template with its slots filled and marked, written as the text around them is."""
    style = _style(template, rng)
    made, cursor = _Writing(), 0
    for match in _SLOT.finditer(template):
        made.plain(template[cursor : match.start()])
        made.marked(style(draws.fill(match[1])), SLOT_KINDS[match[1]])
        cursor = match.end()
    made.plain(template[cursor:])
    note = made.done("template")
    return MarkedNote(note.name, note.text, tuple(sorted([*note.spans, *_uncounted(_DIGITS, note.text, note.spans)])))


def _style(template: str, rng: random.Random) -> Callable[[str], str]:
    """How values are written: as a template that is all of one case is, now and then in capitals."""
    if template.isupper() or rng.random() < 0.06:
        return str.upper
    return str.lower if template.islower() and rng.random() < 0.7 else str


def _uncounted(pattern: re.Pattern[str], text: str, spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What may or may not be a code, outside the marked spans: nothing is learned of it."""
    return [(m.start(), m.end(), "DIGITS") for m in pattern.finditer(text) if not any(s < m.end() and m.start() < e for s, e, _ in spans)]


def _in_place(note: MarkedNote, draws: NameDraws, rng: random.Random) -> list[tuple[int, MarkedNote]]:
    """Names put after "The patient" and "her daughter"."""
    found = []
    for match in _PATIENT.finditer(note.text):
        title = rng.choice((", Mr. ", ", Ms. ", ", Mrs. ", ", ", " "))
        name = draws.fill("LAST" if "." in title else rng.choice(("FULL", "FIRST")))
        found.append((match.end(), _marked_name(title, name, "," if "," in title else "")))
    for match in _RELATIVE.finditer(note.text):
        before, after = rng.choice(((" ", ""), (", ", ","), (" (", ")")))
        found.append((match.end(), _marked_name(before, draws.fill(rng.choice(("FIRST", "FIRST", "FULL"))), after)))
    return [one for one in found if rng.random() < 0.5]


def _marked_name(before: str, name: str, after: str) -> MarkedNote:
    return MarkedNote("name", f"{before}{name}{after}", ((len(before), len(before) + len(name), "NAME"),))


def _stretch(carrier: MarkedNote, rng: random.Random) -> MarkedNote:
    """At most ``MAX_CARRIER_CHARS`` of a long carrier, from a line's beginning on."""
    text = carrier.text
    if len(text) <= MAX_CARRIER_CHARS:
        return carrier
    begin = text.rfind("\n", 0, rng.randrange(len(text) - MAX_CARRIER_CHARS)) + 1
    end = begin + MAX_CARRIER_CHARS
    end = min([end, *(start for start, stop, _ in carrier.spans if start < end < stop)])
    begin = max([begin, *(stop for start, stop, _ in carrier.spans if start < begin < stop)])
    return _part(carrier, begin, end)


def _joined(note: MarkedNote, before: str, after: str) -> MarkedNote:
    made = _Writing()
    made.plain(before)
    made.note(note)
    made.plain(after)
    return made.done(note.name)


def _with(note: MarkedNote, inserted: Sequence[tuple[int, MarkedNote]]) -> MarkedNote:
    """The note with others set in at their places; one that falls inside a marked span is left out."""
    made, cursor = _Writing(), 0
    for at, other in sorted(inserted, key=lambda pair: pair[0]):
        if not any(start < at < end for start, end, _ in note.spans):
            made.note(_part(note, cursor, at))
            made.note(other)
            cursor = at
    made.note(_part(note, cursor, len(note.text)))
    return made.done(note.name)


def _part(note: MarkedNote, begin: int, end: int) -> MarkedNote:
    spans = tuple((start - begin, stop - begin, kind) for start, stop, kind in note.spans if begin <= start and stop <= end)
    return MarkedNote(note.name, note.text[begin:end], spans)


def _is_kept(word: str, kind: str) -> bool:
    """Words that say what a place or organisation is, particles and suffixes of names."""
    folded, terms = facts_of(word).folded, load_terms()
    if kind == "NAME":
        return len(folded) < 2 or folded in terms.name_particles or folded in terms.name_suffixes or folded in terms.credentials
    kinds = terms.address_words | terms.facility_words | terms.facility_kinds | terms.states | terms.facility_heads
    return len(folded) < 3 or folded in kinds or word.islower() or word in terms.state_codes


def _word_like(word: str, kind: str, draws: NameDraws) -> str:
    facts = facts_of(word)
    if kind == "LOCATION" and load_gazetteers().places.get(facts.folded, -1) >= 0:
        return draws.place()
    given = kind == "NAME" and facts.first >= 0 and facts.surname - facts.first < 12
    return draws.first() if given else draws.last()


def counts(notes: Sequence[MarkedNote]) -> Mapping[str, int]:
    """How many notes each source gave; a name's source is what stands before its first slash."""
    found: dict[str, int] = {}
    for note in notes:
        source = note.name.partition("/")[0]
        found[source] = found.get(source, 0) + 1
    return found
