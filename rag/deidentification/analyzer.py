"""Presidio, made to fail closed: the one module that knows it.

Presidio skips a pattern that times out and reports success; here that is an error. No model, list or suffix file is
downloaded. Texts are analysed in overlapping segments, so that time stays linear where identifiers stand densely.
Source: measured with presidio-analyzer 2.2.366: notes of 2,000 characters, 2 CPU cores.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rag.deidentification.findings import Detector, EntityType, Finding
from rag.deidentification.rule_scanner import RuleScanner
from rag.deidentification.rules import load_rules
from rag.errors import DetectorError
from rag.types import Span

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer

SEGMENT_CHARS = 8_000  # Presidio's cost grows with the square of identifiers in one call; 10,000 is the most we hand it
OVERLAP_CHARS = 400  # longer than any identifier but a URL
RULE_SCORE = 1.0  # of two equal findings Presidio keeps the higher score: the one that says more for review
GAZETTEER_SCORE = 0.9
PATTERN_SECONDS = 2.0  # per pattern and segment; a normal one takes under a millisecond
_HEAVY_AND_UNUSED = ("torch", "transformers", "stanza", "tensorflow", "gliner", "langextract")


class Analyzer:
    """The detectors that need no patient, behind Presidio's engine. Open with :func:`open_analyzer`; safe for threads."""

    def __init__(self, engine: AnalyzerEngine, recognizer: Callable[[Detector], EntityRecognizer]) -> None:
        self._engine = engine
        self._recognizer = recognizer

    def find(self, text: str, extra: Sequence[Detector] = ()) -> list[Finding]:
        """Every finding of every detector in ``text``; ``extra`` are this patient's own detectors. Linear.

        Raises:
            DetectorError: any detector failed or timed out. Names the detector, never text.
        """
        own = [self._recognizer(detector) for detector in extra]
        found: set[Finding] = set()
        for segment in segments(text):
            results = self._engine.analyze(text[segment.start : segment.end], language="en", ad_hoc_recognizers=own or None)
            for result in results:
                detector = (result.recognition_metadata or {}).get("recognizer_name", "?")
                entity = EntityType(result.entity_type)
                found.add(Finding(segment.start + result.start, segment.start + result.end, entity, detector))
        return sorted(found, key=lambda f: (f.start, f.end, f.entity_type, f.detector))


def segments(text: str) -> Iterator[Span]:
    """Stretches of at most ``SEGMENT_CHARS`` that cover the text and overlap by at least ``OVERLAP_CHARS``.

    They begin and end at white space wherever ``OVERLAP_CHARS`` hold some, so that no number is cut into another one.
    """
    start = 0
    while len(text) - start > SEGMENT_CHARS:
        end = _after_space(text, start + SEGMENT_CHARS)
        yield Span(start, end)
        start = _after_space(text, end - OVERLAP_CHARS)
    yield Span(start, len(text))


def _after_space(text: str, at: int) -> int:
    """The last place after white space in the ``OVERLAP_CHARS`` up to ``at``; ``at`` where there is none."""
    last = max(text.rfind(space, at - OVERLAP_CHARS, at) for space in " \n\t")
    return last + 1 if last >= 0 else at


def open_analyzer(detectors: Sequence[Detector]) -> Analyzer:
    """Presidio's engine over the rules of ``data/rules.yaml`` and ``detectors``. Takes about 0.7 s, most of it imports.

    Raises:
        DetectorError: Presidio cannot be loaded.
    """
    presidio = _import_presidio()
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    class KeepScores(ContextAwareEnhancer):  # type: ignore[misc, unused-ignore]
        """Rules hold their context in the pattern, so that there is nothing to add."""

        def enhance_using_context(self, text: str, raw_results: list[Any], *_: Any, **__: Any) -> list[Any]:
            return raw_results

    detector_recognizer = _detector_recognizer(presidio)
    recognizers = [_rules_recognizer(presidio), *map(detector_recognizer, detectors)]
    engine = presidio.AnalyzerEngine(
        registry=presidio.RecognizerRegistry(recognizers=recognizers, supported_languages=["en"]),
        nlp_engine=NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
        context_aware_enhancer=KeepScores(0.0, 0.0, 0, 0),
    )
    return Analyzer(engine, detector_recognizer)


def _rules_recognizer(presidio: ModuleType) -> EntityRecognizer:
    class RulesRecognizer(presidio.EntityRecognizer):  # type: ignore[misc, name-defined]
        """All rules in one seat, since Presidio's cost grows with recognizers times results; each result names its rule."""

        def __init__(self) -> None:
            super().__init__(supported_entities=[entity.value for entity in EntityType], name="rules")
            self.scanner = RuleScanner(load_rules())
            result = presidio.RecognizerResult
            self.told_of = {
                rule.name: {result.RECOGNIZER_NAME_KEY: rule.name, result.RECOGNIZER_IDENTIFIER_KEY: self.id} for rule in load_rules()
            }

        def load(self) -> None:
            """Rules come loaded."""

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            return [
                presidio.RecognizerResult(rule.entity_type.value, span.start, span.end, RULE_SCORE, None, self.told_of[rule.name])
                for rule, span in self.scanner.scan(text, PATTERN_SECONDS)
            ]

    recognizer: EntityRecognizer = RulesRecognizer()
    return recognizer


def _detector_recognizer(presidio: ModuleType) -> Callable[[Detector], EntityRecognizer]:
    class DetectorRecognizer(presidio.EntityRecognizer):  # type: ignore[misc, name-defined]
        """Any :class:`Detector` in Presidio's seat."""

        def __init__(self, detector: Detector) -> None:
            self.detector = detector
            super().__init__(supported_entities=[entity.value for entity in EntityType], name=detector.name)
            result = presidio.RecognizerResult
            self.told = {result.RECOGNIZER_NAME_KEY: self.name, result.RECOGNIZER_IDENTIFIER_KEY: self.id}

        def load(self) -> None:
            """Detectors come loaded."""

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            try:
                findings = self.detector.find(text)
            except DetectorError:
                raise
            except Exception as error:
                raise DetectorError(f"detector {self.name} failed on {len(text)} characters ({type(error).__name__})") from None
            score = RULE_SCORE if self.name == "known" else GAZETTEER_SCORE
            return [presidio.RecognizerResult(f.entity_type.value, f.start, f.end, score, None, self.told) for f in findings]

    return DetectorRecognizer


def _import_presidio() -> ModuleType:
    try:
        with _without_heavy_imports():
            import presidio_analyzer
    except ImportError as error:
        raise DetectorError(f"presidio-analyzer cannot be loaded ({type(error).__name__})") from None
    return presidio_analyzer


class _Refuse(importlib.abc.MetaPathFinder):
    """Makes optional imports of one thread fail; other threads import as ever."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._thread = threading.get_ident()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if threading.get_ident() == self._thread and fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"{fullname} is not needed by the rules", name=fullname)
        return None


@contextmanager
def _without_heavy_imports() -> Iterator[None]:
    """Presidio imports torch and transformers (5 s) for recognizers that are not used here, and does without when they are absent."""
    finder = _Refuse(frozenset(name for name in _HEAVY_AND_UNUSED if name not in sys.modules))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
