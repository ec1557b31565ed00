"""Checklists inside a note, and what each item is answered with: "[x] cough", "- fever, + cough", "Rash (no)", "fever no, cough yes"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_MAX_LINE_CHARS = 1200
_MAX_SHARED_WORDS = 2
_MAX_DENIED_WORDS = 5
_YES = r"yes|y|positive|pos|present|\+|reports|reported|endorses|endorsed"
_NO = r"no|n|none|never|negative|neg|absent|denies|denied|nil|nope|-|−|0"
_SEEN = (
    r"known|reported|noted|found|seen|today|currently|palpable|appreciated|detected|observed|present|evident|visible|identified|heard|felt"
)
_BOX = re.compile(
    r"\[(?P<box>[ xX✓✔*_+\-−]{0,3})\](?!\()|(?P<open>[☐□❏○])|(?P<ticked>[☑☒✓✔■])|(?P<crossed>[✗✘])"
    r"|(?<![\w)])\((?P<round>[ xX✓✔]|)\)(?=\s?\w)"
)
_CHOICE = re.compile(
    r"\[(?P<yes>[ xX✓✔]?)\]\s?(?:yes|y)\b[\s,/]*\[(?P<no>[ xX✓✔]?)\]\s?(?:no|n)\b"
    r"|\[(?P<no2>[ xX✓✔]?)\]\s?(?:no|n)\b[\s,/]*\[(?P<yes2>[ xX✓✔]?)\]\s?(?:yes|y)\b",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:(?<=[\s,;:/(])|^)(?P<sign>[+\-−–])\s?(?=[A-Za-z])")
_SUFFIX = re.compile(r"(?<=[a-z])\s?(?P<sign>[+\-−])(?=\s*(?:[,;.]|$))")
_BRACKETED = re.compile(rf"\(\s?(?:(?P<yes>{_YES})|(?P<no>{_NO}))\s?\)", re.IGNORECASE)
_ANSWER = re.compile(
    rf"(?P<joint>\s*(?:[:=|\t]|\s[-–—]|\.{{2,}})\s*|\s+)(?:(?P<no>{_NO})|(?P<yes>{_YES}|✓))(?=(?:\s(?:{_SEEN}))?\s*(?:[,;.|)\t]|$))",
    re.IGNORECASE,
)
_MARKS = frozenset("[(☐□❏○☑☒✓✔■✗✘")
_ANSWERS = re.compile(rf"[\s:=|.–—-](?:{_NO}|{_YES}|✓)(?:\s(?:{_SEEN}))?\s*(?:[,;.|)\t]|$)", re.IGNORECASE)
"""Stands wherever ``_ANSWER`` does, and is looked for in a third of the time: most lines hold none."""
_SEPARATOR = re.compile(r"[,;|\t]|\.\s|[:=]\s|[?!]\s")
_HARD_SEPARATOR = re.compile(r"[;|\t?!]|\.\s|[:=]\s")
_WORD = re.compile(r"[\w/'’&-]+")
_BARE = frozenset({"no", "none", "yes"})
_INITIALS = frozenset({"Y", "N"})
_LISTED_SIGN = re.compile(r"\s*([+\-−–])\s")


@dataclass(frozen=True, slots=True)
class Answered:
    """The items in ``text[start:end]`` are answered yes or no by a mark of their own; words outside do not answer them."""

    start: int
    end: int
    negated: bool


def answered(text: str, start: int, end: int) -> tuple[Answered, ...]:
    """The answered stretches of the lines that ``text[start:end]`` touches, none for ordinary prose. Linear in those lines."""
    first = max(text.rfind("\n", 0, start) + 1, start - _MAX_LINE_CHARS)
    stop = text.find("\n", end)
    last = min(len(text) if stop < 0 else stop, end + _MAX_LINE_CHARS)
    known = _known(text)
    if (found := known.get((first, last))) is None:
        found = known[first, last] = _of_lines(text, first, last)
    return found


@lru_cache(maxsize=1)
def _known(text: str) -> dict[tuple[int, int], tuple[Answered, ...]]:
    """What was found in stretches of the last text: the sentences of a paragraph ask for one line."""
    return {}


def _of_lines(text: str, first: int, last: int) -> tuple[Answered, ...]:
    found: list[Answered] = []
    for line in re.finditer(r"[^\n]+", text[first:last]):
        at = first + line.start()
        found.extend(Answered(at + part.start, at + part.end, part.negated) for part in _of_line(line[0], _signed_list(text, at)))
    return tuple(found)


def _of_line(line: str, signed: bool) -> Iterator[Answered]:
    """The answered stretches of one line; the first kind of mark that it uses is its kind."""
    marked = not _MARKS.isdisjoint(line)
    if "[" in line and (choices := [match for match in _CHOICE.finditer(line) if _chosen(match) is not None]):
        yield from (Answered(_item_start(line, match.start()), match.start(), not _chosen(match)) for match in choices)
    elif marked and (boxes := list(_BOX.finditer(line))):
        yield from _boxed(line, boxes)
    elif len(suffixes := list(_SUFFIX.finditer(line))) > 1:
        yield from (Answered(_item_start(line, mark.start()), mark.start(), mark["sign"] != "+") for mark in suffixes)
    elif "(" in line and (marks := list(_BRACKETED.finditer(line))):
        yield from _bracketed(line, marks)
    elif signs := _signs(line, signed):
        yield from _prefixed(line, [(match.start(), match.end(), match["sign"] != "+") for match in signs])
    else:
        yield from _worded(line)


def _chosen(match: re.Match[str]) -> bool | None:
    """Whether "yes" is the one ticked of yes and no; None where both or neither are."""
    yes, no = ((match[name] or match[name + "2"] or "").strip() for name in ("yes", "no"))
    return None if bool(yes) == bool(no) else bool(yes)


def _boxed(line: str, boxes: Sequence[re.Match[str]]) -> Iterator[Answered]:
    states = [not ((box["box"] or box["round"] or "").strip(" _-−") or box["ticked"]) for box in boxes]
    if not line[boxes[-1].end() :].strip() and line[: boxes[0].start()].strip():
        for i, box in enumerate(boxes):
            yield Answered(_item_start(line, box.start(), boxes[i - 1].end() if i else 0), box.start(), states[i])
    else:
        yield from _prefixed(line, [(box.start(), box.end(), state) for box, state in zip(boxes, states, strict=True)])


def _bracketed(line: str, marks: Sequence[re.Match[str]]) -> Iterator[Answered]:
    """Marks in parentheses stand before their items where the first stands before any, else after."""
    before = line[: marks[0].start()].rstrip()
    if (not before or before[-1] in ":;,•*-") and line[marks[0].end() :].strip(" .,;"):
        yield from _prefixed(line, [(mark.start(), mark.end(), bool(mark["no"])) for mark in marks])
    else:
        for i, mark in enumerate(marks):
            yield Answered(_item_start(line, mark.start(), marks[i - 1].end() if i else 0), mark.start(), bool(mark["no"]))


def _prefixed(line: str, marks: Sequence[tuple[int, int, bool]]) -> Iterator[Answered]:
    """Each mark answers what follows it, up to the next mark, a semicolon or the end of the sentence."""
    for (_, start, negated), (following, _, _) in pairwise([*marks, (len(line), len(line), False)]):
        ends = re.search(r";|[.?!]\s", line[start:following])
        yield Answered(start, start + ends.start() if ends else following, negated)


def _signs(line: str, signed: bool) -> list[re.Match[str]]:
    """Plus and minus before items; a minus alone is a bullet or a dash unless a plus stands in the line or list."""
    if "+" not in line and not signed:
        return []
    signs = [sign for sign in _SIGN.finditer(line) if _opens_item(line, sign.start())]
    if not signed and not any(sign["sign"] == "+" for sign in signs):
        return []
    if signs and signs[0]["sign"] == "+" and not line[: signs[0].start()].strip():
        signs = list(_SIGN.finditer(line))
    if not signed and signs and signs[0]["sign"] != "+" and not line[: signs[0].start()].strip() and _is_bullet(line, signs):
        signs = signs[1:]
    return signs


def _opens_item(line: str, at: int) -> bool:
    before = line[:at].rstrip()
    return not before or before[-1] in ",;:(/•*" or line[at + 1 : at + 2].isalpha()


def _is_bullet(line: str, signs: Sequence[re.Match[str]]) -> bool:
    """Whether the minus that opens the line opens a labelled or long item rather than a short one that is denied."""
    item = line[signs[0].end() : signs[1].start() if len(signs) > 1 else len(line)]
    return ":" in item or len(_WORD.findall(item)) > _MAX_DENIED_WORDS


def _signed_list(text: str, at: int) -> bool:
    """Whether the line at ``at`` is one of a list whose lines begin some with plus and some with minus."""
    if not _LISTED_SIGN.match(text, at):
        return False
    first, last = max(0, at - _MAX_LINE_CHARS), at + _MAX_LINE_CHARS
    signs: set[str] = set()
    for lines in (reversed(text[first:at].split("\n")[:-1]), iter(text[at:last].split("\n"))):
        for line in lines:
            if not (match := _LISTED_SIGN.match(line)):
                break
            signs.add(match[1])
    return "+" in signs and len(signs) > 1


def _worded(line: str) -> Iterator[Answered]:
    """Items followed by yes, no or the like: after a colon, or bare at the end of the item."""
    if not _ANSWERS.search(line):
        return
    matches = [match for match in _ANSWER.finditer(line) if _is_answer(match)]
    several = len(matches) > 1
    for i, match in enumerate(matches):
        joined = bool(match["joint"].strip()) or "\t" in match["joint"]
        word = match["no"] or match["yes"]
        start = _item_start(line, match.start(), matches[i - 1].end() if i else 0)
        if not line[start : match.start()].strip() or (not joined and not (several and _is_bare(word))):
            continue
        if joined:
            start = _shared_start(line, start, matches[i - 1].end() if i else 0)
        yield Answered(start, match.start(), bool(match["no"]))


def _is_bare(word: str) -> bool:
    return word.lower() in _BARE or word in _INITIALS


def _is_answer(match: re.Match[str]) -> bool:
    word = match["no"] or match["yes"]
    return word.lower() not in {"n", "y"} or word in _INITIALS


def _item_start(line: str, end: int, least: int = 0) -> int:
    """Where the item that ends at ``end`` begins: after the last separator before it."""
    found = least
    for match in _SEPARATOR.finditer(line, least, end):
        if line[match.end() : end].strip():
            found = match.end()
    return found


def _shared_start(line: str, start: int, least: int) -> int:
    """Where the items begin that share one answer ("fever, chills: no"): short ones only, up to the last harder separator."""
    begin = least
    for match in _HARD_SEPARATOR.finditer(line, least, start):
        begin = match.end()
    items = [item for item in line[begin:start].split(",") if item.strip()]
    return begin if all(len(_WORD.findall(item)) <= _MAX_SHARED_WORDS for item in items) else start
