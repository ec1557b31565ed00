"""Fixed contexts and responses: what the verifier lets through, and what it stops, against the labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evaluation.build import Build, needed
from evaluation.items import Data, FaithfulnessItem, Item
from evaluation.judging import NOT_STATED, StatementRecord, by_slot, faults_of, record, statement_tallies, unscored
from evaluation.kinds.kind import Kind, Take
from evaluation.scores import Score, Tally
from rag.verification.verdicts import Claimed

BLOCK = 16


class FaithfulnessSample(Data):
    """A response as judged, statement by statement."""

    supported: bool
    statements: tuple[StatementRecord, ...]


@contextmanager
def _taking(build: Build, _folder: object) -> Iterator[Take]:
    verifier = needed(build.verifier, "verifier")

    def take(items: Sequence[Item]) -> list[Data]:
        claimed = [Claimed(item.response, item.contexts) for item in items if isinstance(item, FaithfulnessItem)]
        return [
            FaithfulnessSample(supported=judgement.supported, statements=tuple(record(one) for one in judgement.statements))
            for judgement in verifier.judge(claimed)
        ]

    yield take


def _score(item: Item, sample: Data) -> Score:
    """Statements count for faithfulness where the response should be supported; a false response only has to be stopped."""
    if not isinstance(item, FaithfulnessItem) or not isinstance(sample, FaithfulnessSample):
        raise TypeError(f"{type(item).__name__} with {type(sample).__name__}")
    missing = unscored(sample.statements)
    if missing:
        return Score(item.id, missing=missing)
    right = sample.supported is item.expected
    tallies = {
        "agreement": Tally(float(right), 1),
        "caught": Tally(float(not sample.supported), 0 if item.expected else 1),
        "passed": Tally(float(sample.supported), 1 if item.expected else 0),
    }
    inner = {}
    if item.expected:
        tallies |= statement_tallies(sample.statements) if sample.statements else {"faithfulness": Tally(0, 1)}
        inner = {"hallucinations_per_100": by_slot(sample.statements)}
    return Score(item.id, tallies, inner, _notes(item, sample, right))


def _notes(item: FaithfulnessItem, sample: FaithfulnessSample, right: bool) -> tuple[str, ...]:
    if right:
        return ()
    if not item.expected:
        return (f"planted hallucination released ({item.planted})" if item.planted else f"released, though labelled {item.label}",)
    return faults_of(sample.statements) or (NOT_STATED,)


FAITHFULNESS = Kind("faithfulness", FaithfulnessSample, _taking, _score, block=BLOCK)
