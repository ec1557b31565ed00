"""The last look: nothing known of the patient, and nothing of an unmistakable format, may stand in the output unless we wrote it.

Three readers look: the patient's known identifiers, the first pass's rules that are marked ``residual``, and :mod:`formats`, which
shares nothing with the first pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from rag.deidentification.analyzer import PATTERN_SECONDS, segments
from rag.deidentification.findings import Finding
from rag.deidentification.formats import HARD, SOFT, encoded_texts, looks_like
from rag.deidentification.known import KnownDetector
from rag.deidentification.rules import Rule, load_rules
from rag.errors import QuarantineError
from rag.types import Span


def check_residual(text: str, written: Sequence[Span], clear: Sequence[Span], known: KnownDetector | None) -> tuple[str, ...]:
    """What a person should look at in the output ``text``, as ``residual:KIND[start:end]``, offsets into the output.

    Only what stands outside ``written`` (our surrogates) and ``clear`` spans counts, both in output offsets. A finding that touches
    what we wrote is taken for ours: a format may run on over its border. O(n log n).

    Raises:
        QuarantineError: ``residual_identifier``: something unmistakable stands there; names the detector and the offsets.
            ``detector_timeout``: a rule did not finish.
    """
    allowed = sorted([*written, *clear])
    ends = list(accumulate((span.end for span in allowed), max))

    def outside(span: Span) -> bool:
        before = bisect_left(allowed, Span(span.end, 0))
        return not before or ends[before - 1] <= span.start

    encoded = list(encoded_texts(text))
    for detector, kind, span in _suspects(text, known, encoded):
        if outside(span):
            where = f"[{span.start}:{span.end}]"
            raise QuarantineError("residual_identifier", f"{detector} still finds {kind} at {where} of the output")
    soft = [*looks_like(SOFT, text), *(("encoded", span) for span, _ in encoded)]
    return tuple(f"residual:{kind}[{span.start}:{span.end}]" for kind, span in soft if outside(span))


def _suspects(text: str, known: KnownDetector | None, encoded: Sequence[tuple[Span, str]]) -> Iterator[tuple[str, str, Span]]:
    """Detector, kind and place of whatever is unmistakable; of an encoded text, the place of all of it."""
    for kind, span in looks_like(HARD, text):
        yield "formats", kind, span
    for segment in segments(text):
        for finding in _findings(text[segment.start : segment.end], known):
            yield finding.detector, finding.entity_type, Span(segment.start + finding.start, segment.start + finding.end)
    for span, inner in encoded:
        if next(looks_like(HARD, inner), None) or next(_findings(inner, known), None):
            yield "formats", "an identifier in encoded text", span


def _findings(text: str, known: KnownDetector | None) -> Iterator[Finding]:
    if known is not None:
        yield from known.find(text)
    yield from _hard_findings(text)


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
