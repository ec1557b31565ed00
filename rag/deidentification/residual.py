"""The last look: nothing known of the patient, and nothing of an unmistakable format, may stand in the output unless we wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from rag.deidentification.analyzer import PATTERN_SECONDS
from rag.deidentification.findings import Finding
from rag.deidentification.known import KnownDetector
from rag.deidentification.rules import load_rules
from rag.errors import QuarantineError
from rag.types import Span


def check_residual(text: str, written: Sequence[Span], clear: Sequence[Span], known: KnownDetector | None) -> None:
    """Return if the output ``text`` is clean outside ``written`` (our surrogates) and ``clear`` spans, both in output offsets.

    Raises:
        QuarantineError: ``residual_identifier``; names the rule and the offsets.
    """
    allowed = sorted([*written, *clear])
    for finding in _suspects(text, known):
        if not _inside(finding, allowed):
            where = f"[{finding.start}:{finding.end}]"
            raise QuarantineError("residual_identifier", f"{finding.detector} still finds {finding.entity_type} at {where} of the output")


def _suspects(text: str, known: KnownDetector | None) -> Iterable[Finding]:
    if known is not None:
        yield from known.find(text)
    for rule, pattern in _hard_rules():
        if rule.needs and rule.needs not in text:
            continue
        try:
            for match in pattern.finditer(text, timeout=PATTERN_SECONDS):
                yield Finding(match.start(), match.end(), rule.entity_type, rule.name)
        except TimeoutError:
            raise QuarantineError("detector_timeout", f"rule {rule.name} timed out on the output of {len(text)} characters") from None


@cache
def _hard_rules():  # type: ignore[no-untyped-def]
    import regex

    return tuple((rule, regex.compile(rule.pattern, regex.IGNORECASE if rule.ignore_case else 0)) for rule in load_rules() if rule.residual)


def _inside(finding: Finding, allowed: Sequence[Span]) -> bool:
    """Whether what we wrote, or were told is clear, makes up some of every word of the finding: a format across our border is ours."""
    return any(span.start < finding.end and finding.start < span.end for span in allowed)
