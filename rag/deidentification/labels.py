"""The pattern of a code that follows a label ("Policy no. XQF 8829-10"): labels come from ``data/labels.yaml``, one list per kind.

The code is looked for first and its label behind it, so that a text costs only what its digits cost. Letters that scanners
confuse with digits (O, l) match either in long labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

LABELS_PATH = Path(__file__).with_name("data") / "labels.yaml"
MIN_FUZZY_CHARS = 3
LEAST_DIGITS = 2  # of a code of any kind
VAGUE = "_vague"
_SPACE = r"[\s.-]{1,2}"
_LIKE_DIGITS = {"o": "[o0]", "i": "[i1l]", "l": "[l1i]"}
_NUMBER_WORD = (
    r"(?:n(?:umbe|br)r?s?|n[o0]s?|num|nr|n[º°]|№|\#|[i1]ds?|identifier|identification|code|ref(?:erence)?|card|ending(?:\s(?:in|with))?"
    r"|last\s(?:4|four))"
)
_UNIT = (
    r"(?:\s?(?:mg|mcg|µg|ml|m?g|kg|lbs?|cm|mm|iu|units?|mmhg|bpm|%|y\b|yo\b|y/o|yrs?|years?|days?|weeks?|wks?|months?|mos?|hours?"
    r"|hrs?|h\b|min|times|tabs?|caps"
    r"|tablets?|cells|beats|degrees|patients|copies|ms|mv|hz|[vwj]\b|ohms?|g\b|kcal|pm|am|hpf|m\b|f\b|male|female))"
)
_DATE = (
    r"(?:[0-3]?\d[-/.][0-3]?\d[-/.](?:\d\d){1,2}|(?:19|20)\d\d(?:[-/.]\d\d?[-/.]\d\d?)?|\d{1,2}:\d\d|\d{1,2}/\d{1,2}"
    r"|\d{1,2}-[a-z]{3}-\d{2,4})"
)
_DIGITAL = r"[a-z0-9]*\d[a-z0-9]*"
_JOIN = r"(?:[-/._–]{1,2}\(?[a-z0-9]+\)?)"
_LETTERS = r"(?:(?-i:[A-Z]{1,7})[-/ ]|[a-z]{1,7}[-/])"
_SINGLES = r"(?:(?-i:[A-Z]{1,4})[ ])?\d(?:[ ]\d){3,12}(?:[ ][A-Z])?"
_NEXT = (
    rf"(?:[ ](?:(?-i:[A-Z]{{1,4}})[ ]?(?=\d))?(?!{_DATE}(?!\w)|\d+{_UNIT}(?!\w))(?=\w*\d\w*\d)[a-z0-9]+{_JOIN}*"
    r"|[ ](?-i:\d|[A-Z]{1,3})(?=[ ]*(?:[.,;)\n|]|\Z)))"
)
_START = (
    rf"\b(?<![.-])(?!{_NUMBER_WORD}\b)(?=(?:(?-i:[A-Z]{{1,7}})[-/ ]){{0,2}}[\w/-]*\d)(?=[^\d\n]{{0,16}}\d(?:[a-z/._ –-]{{0,4}}\d){{LEAST}})"
    rf"(?!{_DATE}(?![\w/-]))(?!\d+{_UNIT}(?!\w))"
)
"""What a code begins with; stands before the look behind, which is then paid near digits only."""
_CODE = rf"(?:{_SINGLES}|{_LETTERS}{{0,2}}{_DIGITAL}{_JOIN}*{_NEXT}{{0,5}})(?:\(\w\))?(?!\w|[.,:]\d|%)"


_HARD = r"(?:[a-z/-]{0,5}\d(?:[a-z]{0,3}[-/ ]?\d){5}|(?-i:[A-Z]{1,4})[-/]?\d{4})"  # needs no more than a vague label before it


@cache
def load_labels() -> dict[str, tuple[str, ...]]:
    """Labels by kind, as written in the file; read once per process."""
    import yaml

    lists = yaml.safe_load(LABELS_PATH.read_bytes())
    return {kind: tuple(word.strip() for word in words.split(";")) for kind, words in lists.items()}


def labelled_pattern(sure: Sequence[str], vague: Sequence[str], least_digits: int) -> str:
    """A pattern whose group ``value`` is a code of ``least_digits`` or more (:data:`LEAST_DIGITS` at least) behind a label.

    A ``sure`` label needs nothing more; behind a ``vague`` one there must stand "no.", "ID", "#", a colon or the like.
    """
    if least_digits < LEAST_DIGITS:
        raise ValueError(f"codes of {least_digits} digits; the least is {LEAST_DIGITS}")
    return rf"{_behind_label(sure, vague, least_digits)}(?P<value>{_CODE})"


@cache
def any_label_pattern() -> str:
    """What matches, without a character, wherever a code behind a label of any kind can begin."""
    lists = load_labels()
    vague = {label for kind, labels in lists.items() if kind.endswith(VAGUE) for label in labels}
    sure = {label for kind, labels in lists.items() if not kind.endswith(VAGUE) for label in labels}
    return _behind_label(sorted(sure), sorted(vague), LEAST_DIGITS)


def _behind_label(sure: Sequence[str], vague: Sequence[str], least_digits: int) -> str:
    number = rf"(?:[\s.,/-]{{0,2}}{_NUMBER_WORD}\b\.?|\s?\#)"
    tail = r"[.),]{0,2}\s{0,12}(?:(?:on\sfile|seen|shown|held)\s?)?(?:is\s|was\s|=|:|\#|\()?\s{0,6}"
    forms = [rf"{_alternatives(sure)}['’]?s?\.?{number}{{0,3}}{tail}"] if sure else []
    if vague:
        forms.append(
            rf"{_alternatives(vague)}\.?(?:\s(?={_HARD})|{number}{{1,3}}\s{{0,12}}(?:is\s|was\s|[=:\#(])?|\s{{0,12}}[:\#=])\s{{0,6}}"
        )
    start = _START.replace("LEAST", str(least_digits - 1))
    return rf"{start}(?<=(?<![\w/])(?:{'|'.join(forms)}))"


def _alternatives(labels: Sequence[str]) -> str:
    """The labels as a trie over their ends, since a look behind reads backwards: a wrong last letter rules out all at once."""
    trie: dict[str, Any] = {}
    for label in labels:
        node = trie
        for letter in reversed(_letters(label)):
            node = node.setdefault(letter, {})
        node[""] = {}
    return _ends(trie)


def _ends(node: dict[str, Any]) -> str:
    forms = [f"{_ends(rest)}{letter}" if letter else "" for letter, rest in sorted(node.items(), reverse=True)]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _letters(label: str) -> list[str]:
    fuzzy = len(label) >= MIN_FUZZY_CHARS
    return [_SPACE if c == " " else _LIKE_DIGITS[c] if fuzzy and c in _LIKE_DIGITS else re.escape(c) for c in label]
