"""The sentences of a patient's notes that bear on a question, judged: how much of what was asked each names, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.answering.answer_kinds import holds_kind, tells_attribute
from rag.answering.candidates import Candidate, Candidates, is_bare
from rag.answering.note_assertions import assert_of
from rag.answering.note_dates import dates_in
from rag.answering.note_heads import heads_of, naming
from rag.answering.passages import PassageReader
from rag.answering.units_asked import Unit, held_by, names_setting, settings_of, units_of, weighed
from rag.clinical.assertions import Assertion
from rag.numeric import Vector
from rag.questions.understood import Intent, Understood
from rag.types import Scope

MIN_COVERED = 0.62
CONTEXT_SHARE = 0.5
HEAD_SHARE = 0.8
ATTRIBUTE_SHARE = 0.8
KIND_BONUS = 0.15
WHY_BONUS = 0.4
SIMILARITY_WEIGHT = 0.3
SETTING_WEIGHT = 0.25
VERBATIM_BONUS = 0.1
MIN_WEIGHT = 0.9
"""The least share of a question that a sentence must name, how much what its surroundings name counts, how the parts of a score weigh
beside that share, and the least weight that what is asked must have to be looked for by its words. Chosen on the project's development
questions."""
_FURNITURE = re.compile(
    r"\b(?:MRN|DOB|D\.O\.B|accession|pager|pgr|electronically signed|dictated by|signed by|birthdate)\b|\bp\d{4}\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:EXAM|STUDY|EXAMINATION)\s*:\s*(?:CT|CTA|MRI?|MRA|X-?rays?|XR|US|Ultrasound|PET|Echo\w*|Mammogra\w+|DXA|\w+ radiograph)\b"
    r"|(?:COMPARISON|TECHNIQUE|SPECIMEN|ACCESSION|Visit date|Date|Re|Name|Patient)\s*:(?!.*\d ?(?:mm|/))"
)
"""A line that tells what a report is of, or of whom, and no finding."""
_TITLE_LINE = re.compile(r"\b(?:NOTE|VISIT|CONSULT(?:ATION)?|SUMMARY|HISTORY AND PHYSICAL)\b(?!.*[:=])")
_TELLING_WORDS = 14
_NOW = re.compile(r"\b(?:today|now|current(?:ly)?|this (?:am|pm|morning|evening|visit)|tonight)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence that bears on the question: ``covered`` and ``own`` in [0, 1] are how much of what was asked it names with and without
    its surroundings, ``score`` ranks it; ``names`` are the units it names itself; ``fits_kind`` how surely it holds the kind of
    answer asked for; ``day`` is the date of its note; ``verbatim`` says that it holds the phrase as asked.
    """

    candidate: Candidate
    covered: float
    own: float
    score: float
    assertion: Assertion
    names: frozenset[str]
    fits_kind: float
    day: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """A patient's notes as a question reads them: title and date (a moved ISO date) by document; ``inside`` tells whether a date fits.

    ``event`` are the words of an event that the question hangs on and that is not on record: only notes that name it may answer.
    ``names`` are what the chart calls the thing asked for.
    """

    scope: Scope
    titles: Mapping[str, str]
    dates: Mapping[str, str | None]
    inside: Callable[[str | None], bool]
    windowed: bool
    event: str = ""
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Search:
    """What one question looks for in every sentence."""

    asked: Understood
    units: tuple[Unit, ...]
    whole: tuple[frozenset[str], ...]
    phrase: str
    settings: frozenset[str]
    heads: Mapping[str, str]
    fitting: frozenset[str]
    notes: Notes

    def is_verbatim(self, text: str) -> bool:
        """Whether a phrase of several words stands in the text as asked."""
        return " " in self.phrase and self.phrase in text.casefold()


def find_sentences(asked: Understood, question: str, notes: Notes, candidates: Candidates, vector: Vector) -> list[Found]:
    """Every candidate inside the window that names part of what was asked, best first. ``vector`` is the question's, float32[d]."""
    units = units_of(asked.phrase, question, polar=asked.polar or asked.intent is Intent.PRESENCE)
    if not units:
        return []
    sentences = candidates.sentences
    units = weighed(units, (held_by(candidate.text) for candidate in sentences))
    search = _search(asked, question, notes, units, sentences)
    similar = np.asarray(candidates.vectors @ vector) if sentences else np.zeros(0)
    found = []
    for row, candidate in enumerate(sentences):
        inside = is_inside(candidate, notes, strict=False) or (asked.anchor is not None and search.is_verbatim(candidate.text))
        if inside and is_telling(candidate) and candidate.span.doc_id in search.fitting:
            judged = _judged(search, candidate, _before(sentences, row), float(similar[row]))
            found += [judged] if judged else []
    return sorted(found, key=lambda f: -f.score)


def is_telling(candidate: Candidate) -> bool:
    """Whether a sentence says something of the patient's health: no bare heading, no line that tells who signed or who the patient is."""
    text = candidate.text
    if is_bare(text) or _LABEL.match(text) or (text.isupper() and not text.endswith(".") and not any(c.isdigit() for c in text)):
        return False
    if text.isupper() and _TITLE_LINE.search(text):
        return False
    return not (_FURNITURE.search(text) and ("MRN" in text or len(text.split()) <= _TELLING_WORDS))


def _search(asked: Understood, question: str, notes: Notes, units: tuple[Unit, ...], sentences: Sequence[Candidate]) -> _Search:
    heads = heads_of(sentences, notes.titles)
    settings = settings_of(question) - {atom[1:] for unit in units for form in unit.forms for atom in form if atom[0] == "~"}
    whole = tuple(held_by(name) for name in notes.names) if len(units) == 1 or asked.intent is not Intent.REPORT else ()
    fitting = frozenset(notes.titles)
    if notes.event:
        fitting = naming(notes.event, sentences, heads)
    return _Search(asked, units, whole, asked.phrase.casefold(), settings, heads, fitting, notes)


def candidates_of(question: str, notes: Notes, reader: PassageReader) -> tuple[Candidates, Vector]:
    """Sentences of the notes dated inside the window, and of all notes where one may give its own date; and the question's vector."""
    everywhere = replace(notes.scope, doc_ids=frozenset(notes.dates))
    fitting = frozenset(doc_id for doc_id, time in notes.dates.items() if notes.inside(time))
    if not notes.windowed or not fitting:
        return reader.candidates(question, (everywhere,))
    return reader.candidates(question, (replace(notes.scope, doc_ids=fitting), everywhere))


def is_inside(candidate: Candidate, notes: Notes, *, strict: bool) -> bool:
    """Whether the sentence's own date, or else its note's, fits the window; ``strict``: its note's only where it gives none itself."""
    if not notes.windowed:
        return True
    written = notes.dates.get(candidate.span.doc_id)
    own = dates_in(candidate.text, written)
    if any(notes.inside(iso) for iso in own):
        return True
    return notes.inside(written) and not (strict and own and not _NOW.search(candidate.text))


def _judged(search: _Search, candidate: Candidate, before: str, similar: float) -> Found | None:
    held = held_by(candidate.text)
    everything = any(form <= held for form in search.whole)
    own = [unit for unit in search.units if everything or unit.stands_in(held)]
    if not own:
        return None
    head = search.heads.get(candidate.span.doc_id, "")
    above = held | held_by(f"{candidate.heading} {candidate.section}") | held_by(head)
    wider = above | held_by(before)
    verbatim = search.is_verbatim(candidate.text)
    total = sum(unit.weight for unit in search.units)
    if total < MIN_WEIGHT * min(1.0, max(unit.weight for unit in search.units)) and not verbatim:
        return None
    named = sum(unit.weight for unit in own)
    covered = (named + sum(unit.weight * _share(unit, candidate.text, above, wider) for unit in search.units if unit not in own)) / total
    written = search.notes.dates.get(candidate.span.doc_id)
    fits_kind = holds_kind(search.asked, candidate.text, written, lambda text: any(unit.stands_in(held_by(text)) for unit in own))
    if covered < MIN_COVERED:
        return None
    score = (
        covered
        + (WHY_BONUS if search.asked.intent is Intent.WHY else KIND_BONUS) * fits_kind
        + SIMILARITY_WEIGHT * similar
        + VERBATIM_BONUS * verbatim
    )
    if search.settings:
        score += SETTING_WEIGHT * len(names_setting(search.settings, wider)) / len(search.settings)
    day = search.notes.dates.get(candidate.span.doc_id) or ""
    names = frozenset(unit.words for unit in own)
    return Found(candidate, covered, named / total, score, assert_of(candidate, own), names, fits_kind, day, verbatim)


def _share(unit: Unit, text: str, above: frozenset[str], wider: frozenset[str]) -> float:
    """How much a unit counts that the sentence does not name itself."""
    if tells_attribute(unit.words, text):
        return ATTRIBUTE_SHARE
    return HEAD_SHARE if unit.stands_in(above) else CONTEXT_SHARE if unit.stands_in(wider) else 0.0


def _before(sentences: Sequence[Candidate], row: int) -> str:
    """The sentence before, of the same chunk: what a pronoun points at."""
    return sentences[row - 1].text if row and sentences[row - 1].chunk == sentences[row].chunk else ""
