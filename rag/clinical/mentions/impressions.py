"""What reports conclude: the sentences under an impression, findings, a conclusion or a diagnosis, and what was examined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.clinical.assertions import assess_all
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import passages
from rag.types import Section, Span

_EXAM = re.compile(
    r"^[ \t#*]*(?:EXAM(?:INATION)?|STUDY|PROCEDURE|TEST|SPECIMENS?|TYPE OF (?:EXAM|STUDY))\s?(?:SUBMITTED|PERFORMED|NAME)?\s?:"
    r"[ \t]*\n?[ \t]*(?P<name>[^\n]{3,120}?)(?=[ \t]{3,}|\t|[ \t]*\n|[ \t]*$|\.\s)",
    re.IGNORECASE | re.MULTILINE,
)
_REPORT = re.compile(
    r"\b(?:radiology|imaging|pathology|cytology|nuclear medicine|laboratory|echocardiography|endoscopy|ultrasound)\b", re.IGNORECASE
)
_TITLE_CHARS = 700
_MIN_CHARS = 4
_ITEM = re.compile(r"(?:\(?\d{1,2}[.)]|[-*•])\s+")


def find_impressions(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """The conclusions of a report, a mention of kind "report" per sentence, with the sentence as slot "text". Linear.

    Read are imaging, pathology and other reports: texts that name an examination in a title line or a label ("EXAM: …"). The name is
    that examination where it stands within the text's first lines, else the sentence itself. In other notes nothing is found.
    """
    exam = _exam(text)
    chosen = [section for section in sections if _concludes(section, exam is not None)]
    if exam is None or not chosen:
        return ()
    found = []
    for passage in passages(text, sections):
        if not any(section.start <= passage.sentence.start < section.end for section in chosen):
            continue
        start = max(passage.sentence.start, passage.heading)
        while start < passage.sentence.end and text[start] in " :\t\n-":
            start += 1
        if item := _ITEM.match(text, start, passage.sentence.end):
            start = item.end()
        body = Span(start, passage.sentence.end)
        if body.end - body.start < _MIN_CHARS or text[body.end - 1] == ":" or _is_signature(text[body.start : body.end]):
            continue
        said = assess_all(text, passage.sentence, (body,), "other")[0]
        found.append(
            Mention(
                kind="report",
                name=exam,
                sentence=passage.sentence,
                canonical="",
                code="",
                assertion=said.label if said.label in ("uncertain", "hypothetical") else "present",
                experiencer="patient",
                section=passage.section,
                slots=(MentionSlot("text", body),),
            )
        )
    return tuple(found)


def _concludes(section: Section, is_report: bool) -> bool:
    title = section.title.lower()
    return is_report and any(word in title for word in word_set("mention_impressions", "titles"))


def _exam(text: str) -> Span | None:
    """The words for what was examined: after a label, else the first title line that names a study."""
    labelled = _EXAM.search(text, 0, _TITLE_CHARS)
    if labelled and (_studies().search(labelled["name"]) or _REPORT.search(text, 0, labelled.start())):
        return Span(*labelled.span("name"))
    for match in re.finditer(r"[^\n]+", text[:_TITLE_CHARS]):
        line = match[0].strip()
        if 3 <= len(line) <= 90 and _studies().search(line) and (line.isupper() or match.start() == 0) and not line.endswith((".", ":")):
            start = match.start() + match[0].index(line)
            return Span(start, start + len(line))
    return None


def _is_signature(sentence: str) -> bool:
    low = sentence.lower()
    return any(words in low for words in load_words("mention_impressions")["signatures"])


@cache
def _studies() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(phrase) for phrase in load_words('mention_impressions')['studies'])})\b", re.IGNORECASE)
