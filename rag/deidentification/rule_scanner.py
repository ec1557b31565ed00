"""All rules over one text, each tried only where it can begin; what many rules share is looked for once.

Where a rule can begin is looked for by ``re``, three times as fast as ``regex``, in a shadow of the text: as long, all ASCII, where both
modules mean the same by a letter, a digit and a space. A time-out costs 2 µs a call, so that few places are worth trying one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any

from rag.deidentification.labels import any_label_pattern
from rag.deidentification.rules import CODE, LABELLED, Rule
from rag.errors import DetectorError
from rag.types import Span

_CODE_STARTS = re.compile(r"(?<!\w)(?=\w)(?=(?:(?-i:[A-Z]{1,7})[-/ ]){0,2}[\w/-]*\d)", re.ASCII | re.IGNORECASE)
"""Where a run of letters and digits begins that holds a digit, or one or two words in capitals before such a run."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LIKE_ASCII = {"\u017f": "s", "\u212a": "k", "\u0130": "i"}  # match these letters where case is ignored
SHADOW_CACHE_SIZE = 4096  # single characters


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    pattern: Any
    group: str | int
    when: re.Pattern[str] | None
    starts: re.Pattern[str] | None


class RuleScanner:
    """Compiled rules. Safe for threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [_compiled(rule) for rule in rules]
        codes = [f"(?{'' if rule.ignore_case else '-'}i:{rule.pattern})" for rule in rules if rule.starts == CODE]
        self._label = _regex(any_label_pattern(), re.IGNORECASE | re.MULTILINE)
        self._code = _regex("|".join([f"(?i:{any_label_pattern()})", *codes]), re.MULTILINE)

    def scan(self, text: str, seconds: float) -> Iterator[tuple[Rule, Span]]:
        """What each rule finds, rule by rule, in order of place. ``seconds`` is what one pattern may take on the text.

        Raises:
            DetectorError: a pattern took longer. Names the rule, never text.
        """
        lowered, shadow = text.lower(), _shadow(text)
        name = "of codes"
        try:
            shared = {CODE: [match[0] for match in _at(self._code, text, _starts(_CODE_STARTS, shadow), seconds)]}
            shared[LABELLED] = [place for place, _ in _at(self._label, text, shared[CODE], seconds)]
            for compiled in self._rules:
                rule, name = compiled.rule, compiled.rule.name
                if rule.needs not in lowered or (compiled.when is not None and compiled.when.search(shadow) is None):
                    continue
                places = shared.get(rule.starts) if compiled.starts is None else _starts(compiled.starts, shadow)
                for match in _matches(compiled.pattern, text, places, seconds):
                    yield rule, Span(*match.span(compiled.group))
        except TimeoutError:
            raise DetectorError(f"rule {name} timed out on {len(text)} characters") from None


def _compiled(rule: Rule) -> _Compiled:
    flags = re.MULTILINE | (re.IGNORECASE if rule.ignore_case else 0)
    pattern = _regex(rule.pattern, flags)
    return _Compiled(
        rule,
        pattern,
        "value" if "value" in pattern.groupindex else 0,
        re.compile(rule.when, flags | re.ASCII) if rule.when else None,
        re.compile(f"(?={rule.starts})", flags | re.ASCII) if rule.starts not in ("", CODE, LABELLED) else None,
    )


def _regex(pattern: str, flags: int) -> Any:
    import regex

    return regex.compile(pattern, flags)


def _starts(pattern: re.Pattern[str], shadow: str) -> list[int]:
    return [match.start() for match in pattern.finditer(shadow)]


def _at(pattern: Any, text: str, places: Iterable[int], seconds: float) -> Iterator[tuple[int, Any]]:
    """Each of the ``places`` where the pattern matches, overlapping or not."""
    until = monotonic() + seconds
    for place in places:
        if match := pattern.match(text, place, timeout=max(until - monotonic(), 1e-9)):
            yield place, match


def _matches(pattern: Any, text: str, places: Iterable[int] | None, seconds: float) -> Iterator[Any]:
    """What ``pattern.finditer`` gives; ``places``, in order, are those where the pattern can begin, None where that is not known."""
    if places is None:
        yield from pattern.finditer(text, timeout=seconds)
        return
    end = 0
    for place, match in _at(pattern, text, places, seconds):
        if place >= end:
            end = match.end()
            yield match


def _shadow(text: str) -> str:
    """The text with every character beyond ASCII as one of ASCII that the patterns' classes take for the same: 0, _, a space or a mark."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda match: _shadow_of(match[0]), text)


@lru_cache(maxsize=SHADOW_CACHE_SIZE)
def _shadow_of(character: str) -> str:
    if character in _LIKE_ASCII:
        return _LIKE_ASCII[character]
    return next((ascii_one for one, ascii_one in ((r"\d", "0"), (r"\w", "_"), (r"\s", " ")) if _regex(one, 0).match(character)), "\x7f")
