"""Score answers to the questions of ``dev.jsonl``, or of any file with its lines.

A line holds ``id``, ``patient`` (null for a guideline question), ``question``, ``intent``, ``found_in`` (``notes``: only the narrative
says it; ``resources``; ``guideline``; ``none``: nothing answers it), ``reveal``, so that dates are the true ones, and ``gold``:

- ``status``: ``answered`` or ``not_documented`` (then ``why``: never mentioned, only negated where a value or a date is asked, only
  of a relative, only outside the window asked, never done).
- ``must``: groups of alternatives; of every group one must stand in the text of the answer. Case, white space, digit grouping and trailing
  zeros do not count; a number counts as a whole token only, and a bare number is not looked for inside dates and clock times.
- ``must_not``: none of these may stand there. ``starts``: the answer begins with yes or no. ``count``: it states this number.
- ``spans`` (``document``: the key of a note, a resource or the file name of a guideline; ``quote``: verbatim text, or null for a whole
  resource) and ``spans_needed``: an answer is also *cited* when ``any`` one is overlapped by a citation, or ``all`` are; spans with
  the same ``group`` are alternatives and count as one.

Such a file is itself an input of ``ask --batch``. Answers are its output lines, with the ids or in the order of the questions. Use::

    python -m tests.questions.scoring tests/questions/dev.jsonl answers.jsonl [--show N]

``--show 0`` (the default) prints aggregates only, so that a file can be scored that nobody may look at.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHORTEST_OVERLAP = 12  # characters of two quotes that must agree
NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DATE_OR_TIME = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:t[\d:.+z-]*)?\b|\b\d{1,2}:\d{2}(?::\d{2})?\b")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TRAILING_ZEROS = re.compile(r"(\d\.\d*?)0+(?!\d)")
_MARKER = re.compile(r"\[\d+\]")  # the number of a citation
_BARE_NUMBER = re.compile(r"[\d.]+")

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """How one answer fared; ``cited`` is never true where ``right`` is not, and ``abstained`` means "not documented" was said."""

    id: str
    intent: str
    found_in: str
    answerable: bool
    right: bool
    cited: bool
    abstained: bool
    reason: str = ""


def folded(text: str) -> str:
    """Return the text in lower case with one space for white space, table bars and dashes made plain, numbers in one spelling."""
    plain = " ".join(text.lower().replace("|", " ").replace("–", "-").replace("’", "'").split())
    plain = _TRAILING_ZEROS.sub(lambda match: match[1].rstrip("."), _GROUPED.sub("", plain))
    return re.sub(r"(?<=\d) %", "%", plain)


def contains(text: str, wanted: str) -> bool:
    """Whether the wanted words stand in the text, whole numbers for numbers and whole words for words."""
    needle = folded(wanted)
    hay = folded(text)
    if _BARE_NUMBER.fullmatch(needle):
        hay = _DATE_OR_TIME.sub(" ", hay)
    before = r"(?<![\d.])" if needle[0].isdigit() else r"(?<![a-z])" if needle[0].isalpha() else ""
    after = r"(?!\.?\d)" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, hay) is not None


def answer_text(answer: Line) -> str:
    """Everything the answer says: its sentence, its statements, and the quotes of the sources it reports as in conflict."""
    parts = [str(answer.get("answer") or "")]
    parts += [str(statement.get("text", "")) for statement in answer.get("statements") or ()]
    quotes = {citation.get("n"): quote_of(citation) for citation in answer.get("citations") or ()}
    for conflict in answer.get("conflicts") or ():
        parts += [quotes.get(number, "") for number in conflict.get("citations") or ()]
    return _MARKER.sub(" ", "\n".join(parts))


def quote_of(citation: Line) -> str:
    """The cited characters, as revealed where they were."""
    return str(citation.get("display") or citation.get("quote") or "")


def overlaps(span: Line, citation: Line) -> bool:
    """Whether the citation lies in the span's document and, where the span quotes, shares its text."""
    source = citation.get("source") or {}
    uri = str(source.get("uri") or "")
    document = str(span["document"])
    if source.get("resource") != document and not uri.endswith(("#" + document, "/" + document)):
        return False
    if span.get("quote") is None:
        return True
    gold, cited = folded(str(span["quote"])), folded(quote_of(citation))
    shorter = min(gold, cited, key=len)
    return len(shorter) >= min(SHORTEST_OVERLAP, len(gold)) and (gold in cited or cited in gold)


def is_cited(gold: Line, citations: Sequence[Line]) -> bool:
    """Whether the citations meet the gold spans as ``spans_needed`` asks."""
    spans = list(gold.get("spans") or ())
    if not spans:
        return bool(citations)
    met: dict[object, bool] = {}
    for number, span in enumerate(spans):
        key = span.get("group", f"alone-{number}")
        met[key] = met.get(key, False) or any(overlaps(span, citation) for citation in citations)
    return all(met.values()) if gold.get("spans_needed") == "all" else any(met.values())


def fault(gold: Line, answer: Line) -> str:
    """Return why the answer is not right, or an empty string."""
    if answer.get("status") != gold["status"]:
        return f"status {answer.get('status')}"
    if gold["status"] != "answered":
        return ""
    text = answer_text(answer)
    for group in gold.get("must") or ():
        if not any(contains(text, wanted) for wanted in group):
            return f"lacks {' / '.join(group)}"
    for unwanted in gold.get("must_not") or ():
        if contains(text, unwanted):
            return f"has {unwanted}"
    if "starts" in gold and not re.match(rf"{gold['starts']}\b", folded(str(answer.get("answer") or text)).lstrip("*_ ")):
        return f"does not start with {gold['starts']}"
    if "count" in gold and not any(contains(text, word) for word in _spellings(int(gold["count"]))):
        return f"does not count {gold['count']}"
    return ""


def _spellings(count: int) -> tuple[str, ...]:
    return (str(count), *NUMBER_WORDS[count : count + 1])


def score(question: Line, answer: Line) -> Score:
    """Score one answer against its question's gold."""
    gold = question["gold"]
    reason = fault(gold, answer)
    answerable = gold["status"] == "answered"
    cited = not reason and (not answerable or is_cited(gold, answer.get("citations") or ()))
    return Score(
        str(question["id"]),
        str(question["intent"]),
        str(question["found_in"]),
        answerable,
        not reason,
        cited,
        answer.get("status") == "not_documented",
        reason or ("" if cited else "right, not cited"),
    )


def paired(questions: Sequence[Line], answers: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Return every question with the answer of its id, or of its place where the answers have no such ids.

    A question without an answer is paired with an empty one, which is wrong.
    """
    by_id = {str(answer.get("id")): answer for answer in answers}
    if not any(str(question["id"]) in by_id for question in questions):
        by_id = {str(question["id"]): answer for question, answer in zip(questions, answers, strict=False)}
    return [(question, by_id.get(str(question["id"]), {})) for question in questions]


def share(scores: Iterable[Score], what: str) -> str:
    """Return ``right/all = share`` of the scores for the named field."""
    taken = list(scores)
    hits = sum(bool(getattr(one, what)) for one in taken)
    return f"{hits}/{len(taken)} = {hits / len(taken):.3f}" if taken else "0/0"


def summary(scores: Sequence[Score]) -> str:
    """Return the aggregates, and nothing of any question."""
    answerable = [one for one in scores if one.answerable]
    without = [one for one in scores if not one.answerable]
    lines = [
        f"accuracy               {share(scores, 'right')}",
        f"right and cited        {share(scores, 'cited')}",
        f"answerable             {share(answerable, 'right')}  (right and cited {share(answerable, 'cited')})",
        f"  wrong                {sum(not one.right and not one.abstained for one in answerable)}",
        f"  abstained            {sum(one.abstained for one in answerable)}",
        f"unanswerable           {share(without, 'right')}",
        f"  answered all the same {sum(not one.abstained for one in without)}",
    ]
    for field in ("found_in", "intent"):
        lines.append(f"by {field}")
        for value in sorted({getattr(one, field) for one in scores}):
            group = [one for one in scores if getattr(one, field) == value]
            lines.append(f"  {value:20} {share(group, 'right')}  (cited {share(group, 'cited')})")
    return "\n".join(lines)


def _text(path: Path) -> str:
    """A file's text; a held-out half is kept packed, so that nobody reads it in passing."""
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a JSON Lines file."""
    return [json.loads(line) for line in _text(path).splitlines() if line.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the aggregates and, with ``--show N``, the first N failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.questions.scoring")
    parser.add_argument("questions", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N failed questions with their answers (default 0)")
    given = parser.parse_args(arguments)
    pairs = paired(read_lines(given.questions), read_lines(given.answers))
    scores = [score(question, answer) for question, answer in pairs]
    sys.stdout.write(summary(scores) + "\n")
    failed = [(one, *pair) for one, pair in zip(scores, pairs, strict=True) if not one.cited]
    for one, question, answer in failed[: given.show]:
        sys.stdout.write(f"\n{one.id} {question['patient']} [{one.intent}, {one.found_in}] {question['question']}\n  {one.reason}\n")
        sys.stdout.write(f"  said: {' '.join(answer_text(answer).split())[:300]}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
