"""The last look: nothing known of the patient, and nothing of an unmistakable format, may stand in the output unless we wrote it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from typing import Any

from rag.deidentification.analyzer import PATTERN_SECONDS, segments
from rag.deidentification.findings import Finding
from rag.deidentification.known import KnownDetector
from rag.deidentification.rules import Rule, load_rules
from rag.errors import QuarantineError
from rag.types import Span


def check_residual(text: str, written: Sequence[Span], clear: Sequence[Span], known: KnownDetector | None) -> None:
    """Return if the output ``text`` is clean outside ``written`` (our surrogates) and ``clear`` spans, both in output offsets.

    A finding that touches what we wrote is taken for ours: a format may run on over its border. O(n log n).

    Raises:
        QuarantineError: ``residual_identifier``; names the rule and the offsets.
    """
    allowed = sorted([*written, *clear])
    ends = list(accumulate((span.end for span in allowed), max))
    for finding in _suspects(text, known):
        before = bisect_left(allowed, Span(finding.end, 0))
        if not before or ends[before - 1] <= finding.start:
            where = f"[{finding.start}:{finding.end}]"
            raise QuarantineError("residual_identifier", f"{finding.detector} still finds {finding.entity_type} at {where} of the output")


def _suspects(text: str, known: KnownDetector | None) -> Iterator[Finding]:
    for segment in segments(text):
        part = text[segment.start : segment.end]
        for finding in [*(known.find(part) if known else ()), *_hard_findings(part)]:
            yield replace(finding, start=segment.start + finding.start, end=segment.start + finding.end)


def _hard_findings(text: str) -> Iterator[Finding]:
    for rule, pattern in _hard_rules():
        if rule.needs and rule.needs not in text:
            continue
        try:
            for match in pattern.finditer(text, timeout=PATTERN_SECONDS):
                yield Finding(match.start(), match.end(), rule.entity_type, rule.name)
        except TimeoutError:
            raise QuarantineError("detector_timeout", f"rule {rule.name} timed out on {len(text)} characters of the output") from None


@cache
def _hard_rules() -> tuple[tuple[Rule, Any], ...]:
    import regex  # type: ignore[import-untyped, unused-ignore]

    return tuple((rule, regex.compile(rule.pattern, regex.IGNORECASE if rule.ignore_case else 0)) for rule in load_rules() if rule.residual)
