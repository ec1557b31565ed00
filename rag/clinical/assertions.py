"""Whether a mention is about this patient, now, and so: negation, experiencer, time and certainty, by cues and their scopes.

Source: ConText (Harkema et al., J Biomed Inform 2009) for the design; the cues and scope rules are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rag.clinical.checklists import Answered, answered
from rag.clinical.cues import Cue, Token, cues_of, relative_of, tokens_of
from rag.clinical.lexicon import word_set
from rag.clinical.lines import LIST_ITEM
from rag.clinical.past import past_times
from rag.clinical.plans import is_conditional_plan, is_weighed
from rag.clinical.scopes import reaching
from rag.clinical.sentences import split_sentences
from rag.clinical.undoing import Ending, endings_of, is_undone
from rag.types import Span

_CONTEXT_CHARS = 1500
_MAX_LEAD_IN_CHARS = 80
_MAX_LABEL_CHARS = 40
_FORMER = re.compile(r"\bex-$")
_NOT = re.compile(r"(?:\bnon-?\s?|\bnever-)$")
_FREE = re.compile(r"-free\b|\s?free\b(?=\s*(?:[.,;)]|$|\n|(?:for|since|x|now|today|at|currently|and|off|on|after)\b))", re.IGNORECASE)
_ASKED = re.compile(r"(?:^|[\s(,:;/])\?\s*$")
_REPLY = re.compile(
    r"\s*(?:(?P<no>no|none|denies|denied|negative|never|nope|n)|(?P<yes>yes|yeah|positive|present|y))\b(?=\s*(?:[.,;!]|\n|$))",
    re.IGNORECASE,
)
_HISTORY_SECTIONS = frozenset({"past_medical_history", "past_surgical_history"})
_BLANK_LEAD_INS = frozenset({"history", "past", "hx"})


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a text says of a mention.

    ``experiencer`` is patient, family, or other (a donor, a contact); ``relative`` the word for that person as it stands, lower
    case ("mother"), empty for the patient and where no one is named ("family history of").
    """

    negated: bool = False
    experiencer: str = "patient"
    historical: bool = False
    hypothetical: bool = False
    uncertain: bool = False
    relative: str = ""

    @property
    def label(self) -> str:
        """The strongest reading in one word: family (anyone but the patient), negated, hypothetical, uncertain, historical, present."""
        if self.experiencer != "patient":
            return "family"
        for name in ("negated", "hypothetical", "uncertain", "historical"):
            if getattr(self, name):
                return name
        return "present"


def assess(text: str, target: Span, section: str = "other") -> Assertion:
    """What the sentence around ``text[target]`` says of it.

    ``section`` is the kind of the section it stands in: a family history makes relatives of all, a past history makes the
    past of all. At most 1,500 characters either side are read.
    """
    first = text.rfind("\n", 0, max(0, target.start - _CONTEXT_CHARS)) + 1
    first = max(first, target.start - 2 * _CONTEXT_CHARS)
    last = min(len(text), target.end + _CONTEXT_CHARS)
    sentence = next((s for s in split_sentences(text, first, last) if s.end > target.start), target)
    sentence = Span(min(sentence.start, target.start), max(sentence.end, target.end))
    return assess_all(text, sentence, (target,), section)[0]


def assess_all(text: str, sentence: Span, targets: Sequence[Span], section: str = "other") -> tuple[Assertion, ...]:
    """What one sentence says of each target in it, in the targets' order; the cues are found once.

    A list item is read together with the line that leads into its list ("Denies:"), an item of a checklist with its own mark
    ("[x] cough", "- fever, + cough", "fever: no"), and a question with the reply that follows it.
    """
    known = _known(text)
    if (heard := known.get(sentence)) is None:
        heard = known[sentence] = _hear(text, sentence)
    return tuple(_assess(text, heard, target, section) for target in targets)


class _Heard(NamedTuple):
    """What a sentence is read by: its words with those that lead into it, the cues among them, its answered items and endings."""

    tokens: Sequence[Token]
    cues: Sequence[Cue]
    answers: Sequence[Answered]
    endings: Sequence[Ending]


@lru_cache(maxsize=1)
def _known(text: str) -> dict[Span, _Heard]:
    """The sentences of the last text that were asked about: several finders ask about one."""
    return {}


def _hear(text: str, sentence: Span) -> _Heard:
    tokens = [*_lead_in(text, sentence), *_asked(text, sentence), *tokens_of(text, sentence.start, sentence.end)]
    cues = [*cues_of(tokens), *past_times(tokens)]
    return _Heard(tokens, cues, (*answered(text, sentence.start, sentence.end), *_reply(text, sentence)), endings_of(tokens))


def _asked(text: str, sentence: Span) -> list[Token]:
    """The question mark before the sentence that belongs to it ("? appendicitis"), if there is one."""
    if not _ASKED.search(text, max(0, sentence.start - 4), sentence.start):
        return []
    at = text.rindex("?", 0, sentence.start)
    return [Token("?", at, at + 1)]


def _reply(text: str, sentence: Span) -> tuple[Answered, ...]:
    """What a question is answered with by the words right after it ("Orthopnea? No.")."""
    if not text.endswith("?", sentence.start, sentence.end) or not (match := _REPLY.match(text, sentence.end)):
        return ()
    return (Answered(sentence.start, sentence.end, match["no"] is not None),)


def _lead_in(text: str, sentence: Span) -> list[Token]:
    """The tokens of the line with a colon above the list that the sentence is an item of, without that colon.

    Items are marked lines, or short lines without a full stop, with no blank line between them and the line with the colon.
    """
    if not _is_item(text, sentence):
        return _label(text, sentence)
    marked = bool(LIST_ITEM.match(text, sentence.start, sentence.end))
    window = text[max(0, sentence.start - _CONTEXT_CHARS) : sentence.start]
    end = sentence.start
    for i, line in enumerate(reversed(window.split("\n"))):
        body = line.strip()
        start = end - len(line)
        if body.endswith(":") and not LIST_ITEM.match(body):
            lead = tokens_of(text, start, start + len(line.rstrip()) - 1)
            return [] if len(lead) == 1 and lead[0].word in _BLANK_LEAD_INS else lead
        if (not marked and i and not _is_plain_item(body)) or (marked and body and not LIST_ITEM.match(body + " ")):
            return []
        end = start - 1
    return []


def _label(text: str, sentence: Span) -> list[Token]:
    """The label of a past or family history that opens the line, with its colon, where only fragments follow it ("PMH: gout. Asthma.")."""
    line = text.rfind("\n", 0, sentence.start) + 1
    colon = text.find(":", line, min(line + _MAX_LABEL_CHARS, sentence.start))
    if colon < 0 or sentence.start - line > _CONTEXT_CHARS:
        return []
    lead = tokens_of(text, line, colon)
    names = {name.partition("_")[0] for cue in cues_of(lead) if (cue.first, cue.last) == (0, len(lead)) for name in cue.names}
    if not names or names - {"family", "historical"}:
        return []
    body = tokens_of(text, colon + 1, sentence.end)
    if any(token.word == ":" or token.word in word_set("assertions", "verbs") for token in body):
        return []
    return [*lead, Token(":", colon, colon + 1)]


def _is_item(text: str, sentence: Span) -> bool:
    if LIST_ITEM.match(text, sentence.start, sentence.end):
        return True
    line = text.rfind("\n", 0, sentence.start) + 1
    return line > 0 and not text[line : sentence.start].strip() and _is_plain_item(text[sentence.start : sentence.end])


def _is_plain_item(line: str) -> bool:
    return 0 < len(line) <= _MAX_LEAD_IN_CHARS and ":" not in line and line[-1] not in ".?!"


def _assess(text: str, heard: _Heard, target: Span, section: str) -> Assertion:
    tokens, cues, answers, endings = heard
    first = next((i for i, token in enumerate(tokens) if token.end > target.start), len(tokens))
    last = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].start < target.end), -1) + 1
    answer = next((part for part in answers if part.start <= target.start and target.end <= part.end), None)
    said = reaching(tokens, cues, first, last)
    before = text[max(0, target.start - 6) : target.start].lower()
    weighed = "uncertain" in said and is_weighed(tokens, said["uncertain"], first, last)
    experiencer = "family" if "family" in said or section == "family_history" else "other" if "other" in said else "patient"
    return Assertion(
        negated=_negated(tokens, said.get("negated"), answer) or bool(_NOT.search(before) or _FREE.match(text, target.end)),
        experiencer=experiencer,
        historical=bool(_FORMER.search(before))
        or _past(said.get("historical"), experiencer)
        or section in _HISTORY_SECTIONS
        or is_undone(tokens, endings, first, last),
        hypothetical="hypothetical" in said or weighed or is_conditional_plan(tokens, cues, first, last),
        uncertain="uncertain" in said and not weighed and not (answer and text.endswith("?", answer.start, answer.end)),
        relative=relative_of(tokens, said[experiencer]) if experiencer in said else "",
    )


def _past(cue: Cue | None, experiencer: str) -> bool:
    """Whether the cue makes it past; a relative's age or year only tells when it began ("father had colon cancer at 60")."""
    return cue is not None and (experiencer == "patient" or "historical_time" not in cue.names)


def _negated(tokens: Sequence[Token], cue: Cue | None, answer: Answered | None) -> bool:
    """Whether a cue or the item's own answer negates; an item that is answered hears no cue from outside it."""
    if answer is None:
        return cue is not None
    return answer.negated or (cue is not None and answer.start <= tokens[cue.first].start < answer.end)
