"""Which of the sentences found in guidelines may be said: those that tell something, what is asked for first."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.abstention import strong_enough
from rag.answering.composed import Composed, Draft
from rag.answering.evidence import Selection
from rag.answering.lexical import cues, profile_question, profile_sentence
from rag.answering.passages import Found, PassageReader
from rag.answering.polarity import understand
from rag.answering.scorer import packaged_scorer
from rag.answering.units_asked import Unit, held_by, units_of
from rag.clinical.outline import heading_over
from rag.store.guidelines import document_titles
from rag.types import Chunk, Evidence

CONSIDERED = 32
"""Sentences weighed; headings, front matter and references among them go."""
_TITLE_WORDS = 12
_FRAGMENT_WORDS = 8
_MAX_CAPTION_CHARS = 160
NUMBER_LOGIT = 1.0
ADVICE_LOGIT = 0.5
TERMS_LOGIT = 0.75
"""Log-odds by which sentences go up: with a number for a question of how much, with advice, with all that is asked for.

Source: own measurement on 60 questions to guidelines."""
ROW_LOGIT = 3.0
"""As ``TERMS_LOGIT``, for the row of a table, which names little itself."""
CONTEXT_SHARE = 0.7
BEARING_SHARE = 0.6
_FRONT_MATTER = re.compile(
    r"\W*(?:policy number|document (?:number|id)|version|status|effective(?: date)?|(?:next|last|date of) review\w*|owner|author\w*"
    r"|prepared by|approved(?: by| on)?|supersedes|replaces|review date|copyright|doi|citation|suggested citation)\s?[:|]",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\bdoi:|https?://|\((?:19|20)\d\d[a-z]?(?:, [A-Z]\w+)?\)\. |\b(?:19|20)\d\d;\s?\d|\b\d+\(\d+\), \d+-\d+")
_CAPTION = re.compile(r"^\W*(?:table|figure|box)\s\d{1,3}[.:]\s*$", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|once|twice|daily|weekly|monthly|annual(?:ly)?|yearly"
    r"|quarterly|every)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\bhow (?:much|many|often|long|soon|quickly|fast|frequently|high|low|large|far|old)\b|\bdaily dose$|\btarget$"
    r"|\b(?:what|which) (?:\w+ )?"
    r"(?:dose|dosage|dosing|threshold|target|limit|range|level|value|interval|duration|frequency|maximum|minimum|amount|rate|factor|age|cut-?off)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|must|recommend\w*|offer|avoid|consider|do not|prefer\w*|first[- ](?:line|choice)|target|is required|are required)\b",
    re.IGNORECASE,
)
_NORMATIVE = re.compile(
    r"\W*(?:should|may|can|could|must|shall|ought|do we|do i|does one|is it|are we|is there"
    r"|(?:is|are|does|do)\b.{0,120}?\b(?:recommend\w*|allow\w*|permitted|indicated|needed|required?|necessary|first[- ](?:line|choice)"
    r"|prefer\w*|appropriate|safe|contraindicated|acceptable|advised|apply|cover\w*))\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Sentences of guidelines, best first; ``bearing`` are those that with their heading name everything asked for."""

    selection: Selection
    bearing: frozenset[Evidence]


def weigh(question: str, found: Found, reader: PassageReader, about: frozenset[str] = frozenset()) -> Weighed:
    """The sentences of guidelines that bear on the question, best first, without titles, front matter and references.

    Where ``about`` is given, a sentence or its title or heading must have one of these folded terms.
    """
    selection = reader.weigh(_undated(question), found, CONSIDERED)
    chunks = _by_document(found)
    titles = document_titles(reader.database, chunks)
    context = {evidence: _context(evidence, chunks, titles) for evidence in selection.evidence if tells(evidence, chunks)}
    if about:
        context = {evidence: over for evidence, over in context.items() if not about.isdisjoint(_terms(f"{evidence.quote}\n{over}"))}
    kept = list(context)
    units = units_of(question.casefold().strip(" ?.!"))
    quantity = profile_question(question).quantity or _QUANTITY.search(question) is not None
    said = {evidence: f"{evidence.quote}\n{_labels(evidence, chunks)}" for evidence in context}
    held = {evidence: _held(units, said[evidence], over) for evidence, over in context.items()}
    kept.sort(key=lambda evidence: -_worth(evidence, held[evidence], quantity=quantity))
    return Weighed(replace(selection, evidence=tuple(kept)), frozenset(one for one, share in held.items() if share >= BEARING_SHARE))


def say(question: str, weighed: Weighed, reader: PassageReader) -> Composed:
    """The verbatim answer. Where no sentence says yes or no to a question whether to do something, the advice stands alone."""
    selection = weighed.selection
    composed = reader.compose(question, selection, chart=False)
    polar = understand(question).polar
    if composed.lead or (polar and not _NORMATIVE.match(question)):
        return composed
    sure = selection.answerable >= packaged_scorer().answer_threshold
    if not sure and not weighed.bearing:
        return composed
    strong = {*strong_enough(selection), *weighed.bearing} if sure else weighed.bearing
    chosen = [(index, evidence) for index, evidence in enumerate(selection.evidence) if evidence in strong]
    drafts = tuple(Draft(evidence.quote, (index,)) for index, evidence in chosen[: reader.settings.max_statements])
    return Composed("", drafts, selection.evidence)


def _undated(question: str) -> str:
    """The question without the words that would order passages by their dates: "first-line" and "latest" ask no date of a guideline."""
    return cues().questions["oldest"].sub(" ", cues().questions["newest"].sub(" ", question))


def tells(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> bool:
    """Whether a sentence says something: no heading, title, front matter or entry of a reference list."""
    quote = evidence.quote.strip()
    words = len(quote.split())
    if (quote.startswith("#") and words <= _TITLE_WORDS) or (len(quote) <= 160 and _FRONT_MATTER.match(quote)):
        return False
    ends = quote[-1:] in ".;!?:)%"
    if words <= _FRAGMENT_WORDS and not ends and quote[:1].isupper() and not any(c.isdigit() or c in "|:" for c in quote):
        return False
    if _CAPTION.search(_before(evidence, chunks)):
        return False
    if " | " in quote and _is_table_head(evidence, chunks):
        return False
    return _REFERENCE.search(_line_of(evidence, chunks)) is None or evidence.section != "references"


def _labels(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> str:
    """For the row of a table, its first row and the line above that: the names of its columns and its caption."""
    chunk = _chunk_of(evidence, chunks)
    if chunk is None or " | " not in evidence.quote:
        return ""
    above = [line for line in chunk.text[: evidence.span.start - chunk.start].split("\n") if line.strip()]
    head: list[str] = []
    for line in reversed(above):
        if " | " not in line:
            return "\n".join([*head, line[:_MAX_CAPTION_CHARS]])
        head = [line]
    return "\n".join(head)


def _before(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> str:
    """What stands before a sentence on its line."""
    chunk = _chunk_of(evidence, chunks)
    return chunk.text[: evidence.span.start - chunk.start].rpartition("\n")[2] if chunk else ""


def _is_table_head(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> bool:
    """Whether a row without numbers is the first of its table."""
    chunk = _chunk_of(evidence, chunks)
    if chunk is None or any(character.isdigit() for character in evidence.quote):
        return False
    before = chunk.text[: evidence.span.start - chunk.start].rstrip("\n").rpartition("\n")[2]
    after = chunk.text[evidence.span.end - chunk.start :].lstrip("\n").partition("\n")[0]
    return " | " not in before and (" | " in after or "; " in after)


def _by_document(found: Found) -> dict[str, list[Chunk]]:
    placed: dict[str, list[Chunk]] = {}
    for hit in found.hits:
        placed.setdefault(hit.chunk.doc_id, []).append(hit.chunk)
    return placed


def _chunk_of(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> Chunk | None:
    span = evidence.span
    return next((chunk for chunk in chunks.get(span.doc_id, ()) if chunk.start <= span.start and span.end <= chunk.end), None)


def _context(evidence: Evidence, chunks: Mapping[str, list[Chunk]], titles: Mapping[str, str]) -> str:
    """The title and the heading that a sentence stands under: a guideline on septic shock does not say so in every line."""
    chunk = _chunk_of(evidence, chunks)
    heading = heading_over(chunk.text, evidence.span.start - chunk.start) if chunk else None
    return f"{titles.get(evidence.span.doc_id, '')}\n{heading or ''}"


def _line_of(evidence: Evidence, chunks: Mapping[str, list[Chunk]]) -> str:
    """The line that a sentence stands in, as far as its chunk goes."""
    span, chunk = evidence.span, _chunk_of(evidence, chunks)
    if chunk is None:
        return evidence.quote
    start = chunk.text.rfind("\n", 0, span.start - chunk.start) + 1
    end = chunk.text.find("\n", span.end - chunk.start)
    return chunk.text[start : end if end >= 0 else len(chunk.text)]


def _worth(evidence: Evidence, held: float, *, quantity: bool) -> float:
    score = min(max(evidence.score, 1e-6), 1 - 1e-6)
    number = NUMBER_LOGIT if quantity and _NUMBER.search(evidence.quote) else 0.0
    advice = ADVICE_LOGIT if _ADVICE.search(evidence.quote) else 0.0
    terms = ROW_LOGIT if " | " in evidence.quote else TERMS_LOGIT
    return math.log(score / (1 - score)) + number + advice + terms * held


def _terms(text: str) -> frozenset[str]:
    return frozenset(profile_sentence(text).terms)


def _held(units: Sequence[Unit], quote: str, context: str) -> float:
    """The share of what is asked for that a sentence names under any of its names, its title and heading for ``CONTEXT_SHARE``."""
    said, over = held_by(quote), held_by(context)
    total = sum(unit.weight for unit in units)
    held = sum(unit.weight * (1.0 if unit.stands_in(said) else CONTEXT_SHARE if unit.stands_in(said | over) else 0.0) for unit in units)
    return held / total if total else 0.0
