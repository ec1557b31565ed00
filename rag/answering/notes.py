"""Answers from the sentences of a patient's notes, for what no typed fact answers: the sentence that names what was asked.

A sentence is judged by how much of what was asked it names (things under any of their names, other words by their stems), with half
the weight for what only its heading, title or neighbour names; then by what kind of answer it holds, and by what it says of the thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.answering.answer_kinds import is_measure, is_strict, lacks_figure
from rag.answering.candidates import Candidate, Candidates
from rag.answering.composed import Composed, Draft
from rag.answering.evidence import near_duplicates
from rag.answering.note_features import Judged, asks_for_plan, asks_when, is_only_planned, judge, starts_polar
from rag.answering.note_heads import heads_of, naming
from rag.answering.note_ranking import answering, rank, weights
from rag.answering.note_sentences import Found, Notes, candidates_of, find_sentences, is_inside, is_telling
from rag.answering.passages import PassageReader
from rag.answering.typed.events import WHEN
from rag.clinical.assertions import Assertion
from rag.numeric import Vector
from rag.questions.understood import Intent, Understood
from rag.types import Evidence

STRONG_COVERED = 0.8
STRICT_COVERED = 0.65
OWN_COVERED = 0.2
MARGIN = 0.12
WHOLE_KNOWN = 0.99
LEAST_KNOWN = 0.3
POLAR_OWN = 0.5
MAX_SENTENCES = 2
MAX_LISTED = 4
MAX_OVERVIEW = 5
LISTING = frozenset({Intent.LIST, Intent.REPORT, Intent.UNKNOWN, Intent.VALUES, Intent.SUMMARY})
_SUMMING_UP = re.compile(r"course|assessment|impression|summary|conclusion|plan|interval|diagnos", re.IGNORECASE)
_COURSE = re.compile(r"course|principal|diagnos|impression", re.IGNORECASE)
_FINDING = re.compile(r"finding|impression|result|exam|data|imaging|lab|report|comment|diagnosis", re.IGNORECASE)


def answer_from_notes(asked: Understood, question: str, notes: Notes, reader: PassageReader) -> Composed:
    """The sentences of the notes that answer, verbatim, few; no drafts where none does.

    What names all that was asked goes first, unless the reranker, reading it beside the question, thinks that it does not answer.
    """
    candidates, vector = candidates_of(question, notes, reader)
    found_by_name = find_sentences(asked, question, notes, candidates, vector)
    fitting = [found for found in found_by_name if _fits(asked, question, found, notes)]
    made = Composed("", (), ())
    if (asked.polar or asked.intent is Intent.PRESENCE) and "normal" not in asked.tags and fitting:
        made = _decided(asked, fitting)
    elif fitting:
        made = _composed("", [(found.candidate, found.covered) for found in _chosen(asked, fitting)])
    if made.drafts:
        said = next(found.candidate for found in fitting if found.candidate.text == made.evidence[0].quote)
        if float(reader.rerank(question, [said], notes.titles)[0]) >= weights().named:
            return made
    return _likely(asked, question, notes, reader, candidates, vector)


def _likely(asked: Understood, question: str, notes: Notes, reader: PassageReader, candidates: Candidates, vector: Vector) -> Composed:
    """The sentence most likely to answer, and one that stands close to it, if any is likely enough; for what no rule finds."""
    fitting = naming(notes.event, candidates.sentences, heads_of(candidates.sentences, notes.titles)) if notes.event else None
    judged = judge(
        asked,
        question,
        candidates,
        vector,
        notes.titles,
        notes.dates,
        telling=lambda candidate: is_telling(candidate) and (fitting is None or candidate.span.doc_id in fitting),
        inside=lambda candidate: is_inside(candidate, notes, strict=True),
        reranked=lambda found: reader.rerank(question, found, notes.titles),
    )
    ranked = rank(judged)
    likely = [pair for pair in answering(ranked) if _may_answer(asked, question, pair[0])]
    return _composed(_lead_of(question, likely[0][0].assertion) if likely else "", [(said.candidate, share) for said, share in likely])


def _may_answer(asked: Understood, question: str, judged: Judged) -> bool:
    """Whether a likely sentence may be said: dates, results and yes or no only of the thing itself, asserted and not merely planned."""
    told, text = judged.assertion, judged.candidate.text
    if lacks_figure(asked, question, text):
        return False
    if told.hypothetical and not asks_for_plan(question):
        return False
    if is_only_planned(text) and not asks_for_plan(question):
        return False
    if (told.experiencer != "patient") != (asked.experiencer != "patient") and (asks_when(question) or starts_polar(question)):
        return False
    if asks_when(question):
        return judged.fits_kind > 0 and judged.known >= WHOLE_KNOWN and not told.negated
    if asked.intent is Intent.REPORT:
        return judged.known >= WHOLE_KNOWN
    if starts_polar(question):
        return judged.own >= POLAR_OWN and judged.known >= WHOLE_KNOWN
    return judged.known >= LEAST_KNOWN


def _lead_of(question: str, told: Assertion) -> str:
    """Yes or no where the question asks for it and the sentence says it without doubt."""
    if not starts_polar(question) or told.hypothetical or told.uncertain:
        return ""
    return "No" if told.negated else "Yes"


def overview_of_notes(question: str, notes: Notes, reader: PassageReader) -> Composed:
    """The sentences of summing-up sections that bear most on the question; no drafts where the notes have no such section."""
    candidates, vector = candidates_of(question, notes, reader)
    similar = candidates.vectors @ vector if candidates.sentences else np.zeros(0)
    rated = []
    for row, candidate in enumerate(candidates.sentences):
        where = f"{candidate.section} {candidate.heading}"
        if _SUMMING_UP.search(where) and is_telling(candidate) and is_inside(candidate, notes, strict=False):
            rated.append((float(similar[row]) + 0.3 * bool(_COURSE.search(where)), row, candidate))
    best = sorted(rated, key=lambda item: -item[0])[:MAX_OVERVIEW]
    return _composed("", [(candidate, max(0.0, score)) for score, _, candidate in sorted(best, key=lambda item: item[1])])


def _composed(lead: str, chosen: Sequence[tuple[Candidate, float]]) -> Composed:
    evidence = tuple(Evidence(candidate.span, candidate.text, min(1.0, score), candidate.section) for candidate, score in chosen)
    return Composed(lead, tuple(Draft(item.quote, (number,)) for number, item in enumerate(evidence)), evidence)


def _fits(asked: Understood, question: str, found: Found, notes: Notes) -> bool:
    """Whether the sentence may answer at all: names enough, is of the right person, and says what is asked for."""
    if found.own < OWN_COVERED:
        return False
    told = found.assertion
    if asked.intent is Intent.REPORT and not asks_for_plan(question) and is_only_planned(found.candidate.text):
        return False
    if (told.experiencer != "patient") != (asked.experiencer != "patient") and not _names_relative(asked, found):
        return False
    if asked.polar or asked.intent is Intent.PRESENCE:
        return not told.hypothetical and not told.uncertain and found.covered >= STRONG_COVERED
    if is_strict(asked):
        if asked.intent in WHEN and not asks_for_plan(question) and is_only_planned(found.candidate.text):
            return False
        if not is_inside(found.candidate, notes, strict=True) and not (asked.anchor and found.verbatim):
            return False
        said = told.label in ("present", "historical") or (is_measure(asked) and told.experiencer != "patient")
        return found.fits_kind > 0 and said and found.covered >= STRICT_COVERED
    if told.hypothetical or (told.negated and asked.intent is Intent.LIST):
        return False
    return asked.intent is not Intent.WHY or (found.fits_kind > 0 or (found.covered >= STRONG_COVERED and not told.uncertain))


def _names_relative(asked: Understood, found: Found) -> bool:
    """Whether the sentence names the relative asked about, whoever else it speaks of."""
    return asked.experiencer not in ("patient", "family") and asked.experiencer.casefold() in found.candidate.text.casefold()


def _decided(asked: Understood, fitting: Sequence[Found]) -> Composed:
    """Yes or no by the best sentence and those that stand level with it: the newest of them, of now; any that asserts, of ever."""
    level = [found for found in fitting if fitting[0].score - found.score <= MARGIN and found.own >= fitting[0].own]
    if asked.status == "current":
        level.sort(key=lambda found: found.day, reverse=True)
    else:
        level.sort(key=lambda found: found.assertion.negated)
    said = level[0].assertion.negated
    chosen = _distinct([found for found in level if found.assertion.negated == said], MAX_SENTENCES)
    return _composed("No" if said else "Yes", [(found.candidate, found.covered) for found in chosen])


def _chosen(asked: Understood, fitting: Sequence[Found]) -> list[Found]:
    """The best sentence, with those level with it that name more of what was asked or, of a list, stand beside it."""
    ranked = sorted(fitting, key=lambda found: -found.score - _standing(asked, found))
    best = ranked[0]
    limit = MAX_LISTED if asked.intent in LISTING else MAX_SENTENCES
    near = [found for found in ranked[1:] if best.score - found.score <= MARGIN or (found.names - best.names and found.own >= OWN_COVERED)]
    if asked.intent is Intent.WHY:  # of two that name the thing, the one that gives a reason
        near = [found for found in near if found.fits_kind >= best.fits_kind > 0]
    return _distinct([best, *near], limit)


def _standing(asked: Understood, found: Found) -> float:
    if asked.intent is Intent.REPORT:
        return 0.1 * bool(_FINDING.search(f"{found.candidate.section} {found.candidate.heading}"))
    return 0.0


def _distinct(found: Sequence[Found], limit: int) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if len(kept) < limit and not any(near_duplicates(one.candidate.text, other.candidate.text) for other in kept):
            kept.append(one)
    return kept
