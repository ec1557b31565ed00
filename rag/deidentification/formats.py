"""The second pair of eyes: what an identifier looks like, in plain ``re``, sharing nothing with the detectors of the first pass.

``HARD`` formats are unmistakable; ``SOFT`` ones (a title before a capital letter, a form's label) are for a person to look at.
Every pattern is linear: it begins with a letter, digit or mark that few places have, and every repetition is bounded.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from rag.types import Span

_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_D = r"(?<![\w.,/-])"
"""Where a number begins that is no part of another."""

HARD: Mapping[str, re.Pattern[str]] = {
    "ssn": re.compile(_D + r"\d{3}-\d{2}-\d{4}(?![\w-])"),
    "phone": re.compile(_D + r"(?:\+?1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}(?![\w-])"),
    "email": re.compile(r"(?<=\w)@(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,10}\b", re.IGNORECASE),
    "url": re.compile(r"\b(?:https?|ftp)://\w|\bwww\.[\w-]{2,60}\.\w", re.IGNORECASE),
    "ip": re.compile(_D + r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.-])"),
    "date": re.compile(_D + r"(?:[01]?\d([/-])[0-3]?\d\1(?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?![\d/-])"),
    "date in words": re.compile(
        rf"\b(?=[jfmasond\d])(?:{_MONTHS}\.? [0-3]?\d(?:st|nd|rd|th)?,? |[0-3]?\d(?:st|nd|rd|th)? {_MONTHS}\.?,? )(?:19|20)\d\d\b",
        re.IGNORECASE,
    ),
    "record number": re.compile(r"\b(?:mrn|medical record (?:number|no\.?)|ssn)\b[ :#.=]{0,4}\d[\d-]{4,}\d", re.IGNORECASE),
}
SOFT: Mapping[str, re.Pattern[str]] = {
    "title": re.compile(r"\b(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof)\b\.? {1,2}){1,3}[A-Z][a-z]{2,}"),
    "label": re.compile(
        r"\b(?i:(?=[plfmsne])(?:patient|last|first|full|maiden)[ ]name|surname|next of kin|emergency contact|name)[ ]?:[ \t]{1,8}"
        r"(?:(?:Dr|Mrs?|Ms|Miss)\.? )?[A-Z][A-Za-z'-]+"
    ),
    "hl7": re.compile(r"^(?:PID|NK1|GT1|IN1|PV1)\|[^\n]{0,400}[A-Za-z]{2,}\^[A-Za-z]{2,}", re.MULTILINE),
}
_ENCODED = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=])")
_PRINTABLE_SHARE = 0.95


def looks_like(patterns: Mapping[str, re.Pattern[str]], text: str) -> Iterator[tuple[str, Span]]:
    """Every place in ``text`` that has one of the formats, with the format's name. Linear."""
    for name, pattern in patterns.items():
        for match in pattern.finditer(text):
            yield name, Span(*match.span())


def encoded_texts(text: str) -> Iterator[tuple[Span, str]]:
    """Runs of base64 that hold text, and what they say: identifiers may ride in them past every detector. Linear."""
    for match in _ENCODED.finditer(text):
        try:
            inner = base64.b64decode(match[0] + "=" * (-len(match[0]) % 4), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if sum(c.isprintable() or c.isspace() for c in inner) >= _PRINTABLE_SHARE * len(inner):
            yield Span(*match.span()), inner
