"""Whether an answer is the gold one: the words that must and must not stand in it, and the spans that it has to cite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluation.items import Gold, GoldSpan
from rag.types import Answer, Citation, Status

SHORTEST_OVERLAP_CHARS = 12
"""So much of two quotes must agree; a shorter gold quote must be there whole."""
_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DATE_OR_TIME = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:t[\d:.+z-]*)?\b|\b\d{1,2}:\d{2}(?::\d{2})?\b")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TRAILING_ZEROS = re.compile(r"(\d\.\d*?)0+(?!\d)")
_MARKER = re.compile(r"\[\d+\]")
_BARE_NUMBER = re.compile(r"[\d.]+")


def folded(text: str) -> str:
    """The text in lower case with one space for white space, table bars and dashes made plain, numbers in one spelling."""
    plain = " ".join(text.lower().replace("|", " ").replace("–", "-").replace("’", "'").split())
    plain = _TRAILING_ZEROS.sub(lambda match: match[1].rstrip("."), _GROUPED.sub("", plain))
    return re.sub(r"(?<=\d) %", "%", plain)


def contains(text: str, wanted: str) -> bool:
    """Whether the wanted words stand in the text: whole numbers, and words from their beginning. Dates hold no bare number."""
    needle, hay = folded(wanted), folded(text)
    if _BARE_NUMBER.fullmatch(needle):
        hay = _DATE_OR_TIME.sub(" ", hay)
    before = r"(?<![\d.])" if needle[0].isdigit() else r"(?<![a-z])" if needle[0].isalpha() else ""
    after = r"(?!\.?\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, hay) is not None


def fault(gold: Gold, answer: Answer) -> str | None:
    """Why the answer is not right; None where it is. Says what of the gold is lacking, nothing of the answer."""
    if answer.status is not gold.status:
        return f"{answer.status.value} instead of {gold.status.value}"
    if gold.status is not Status.ANSWERED:
        return None
    said = _said(answer)
    for group in gold.must:
        if not any(contains(said, wanted) for wanted in group):
            return f"lacks {' / '.join(group)}"
    for unwanted in gold.must_not:
        if contains(said, unwanted):
            return f"has {unwanted}"
    if gold.starts and not re.match(rf"{gold.starts}\b", folded(answer.answer)):
        return f"does not begin with {gold.starts}"
    if gold.count is not None and not any(contains(said, word) for word in (str(gold.count), *_NUMBER_WORDS[gold.count : gold.count + 1])):
        return f"does not count {gold.count}"
    return None


def _said(answer: Answer) -> str:
    """Everything the answer says: its sentence, its statements, and the quotes of sources that it reports as in conflict."""
    quotes = {citation.n: _quote(citation) for citation in answer.citations}
    parts = [answer.answer, *(statement.text for statement in answer.statements)]
    parts += [quotes.get(number, "") for conflict in answer.conflicts for number in conflict.citations]
    return _MARKER.sub(" ", "\n".join(parts))


def meets(span: GoldSpan, citation: Citation) -> bool:
    """Whether the citation lies in the span's document and, where the span quotes, shares its text."""
    uri = citation.source.uri
    if citation.source.resource != span.document and uri != span.document and not uri.endswith((f"#{span.document}", f"/{span.document}")):
        return False
    if span.quote is None:
        return True
    gold, cited = folded(span.quote), folded(_quote(citation))
    return min(len(gold), len(cited)) >= min(SHORTEST_OVERLAP_CHARS, len(gold)) and (gold in cited or cited in gold)


def citations_that_meet(gold: Gold, citations: Sequence[Citation]) -> int:
    """How many citations meet one gold span or another."""
    return sum(any(meets(span, citation) for span in gold.spans) for citation in citations)


def spans_met(gold: Gold, citations: Sequence[Citation]) -> tuple[int, int]:
    """How many gold spans are cited, and how many there are to cite: groups where all are needed, else one."""
    met: dict[str, bool] = {}
    for number, span in enumerate(gold.spans):
        key = span.group or f"alone {number}"
        met[key] = met.get(key, False) or any(meets(span, citation) for citation in citations)
    if not met:
        return 0, 0
    return (sum(met.values()), len(met)) if gold.spans_needed == "all" else (int(any(met.values())), 1)


def _quote(citation: Citation) -> str:
    """The cited characters, as revealed where they were."""
    return citation.display or citation.quote
