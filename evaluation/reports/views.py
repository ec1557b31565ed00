"""An item and its sample as they are shown: what was asked and said, statement by statement, over its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.items import AnswerItem, Data, DeidItem, FaithfulnessItem, Item, RetrievalItem
from evaluation.judging import StatementRecord
from evaluation.kinds.answers import AnswerSample
from evaluation.kinds.faithfulness import FaithfulnessSample
from evaluation.kinds.retrieval import RetrievalSample

_SHOWN_DOCUMENTS = 10


def view(item: Item, sample: Data | None) -> dict[str, Any]:
    """What to show of an item, JSON-ready: ``asked``, ``expected``, ``said``, ``contexts``, ``statements`` with evidence into these.

    Texts of notes whose identifiers are the gold are not repeated: their names would stand in every report.
    """
    shown: dict[str, Any] = {"asked": None, "expected": None, "said": None, "contexts": [], "statements": []}
    if isinstance(item, AnswerItem):
        groups = "; ".join(" / ".join(group) for group in item.gold.must)
        shown |= {"asked": item.question, "expected": groups or item.gold.starts or item.gold.status.value}
    elif isinstance(item, FaithfulnessItem):
        label = f"planted: {item.planted}" if item.planted else (item.label.value if item.label else None)
        shown |= {"asked": item.question, "expected": label, "said": item.response, "contexts": list(item.contexts)}
    elif isinstance(item, RetrievalItem):
        shown |= {"asked": item.query, "expected": ", ".join(item.relevant)}
    elif isinstance(item, DeidItem):
        shown |= {"expected": f"{len(item.spans)} identifiers in {len(item.text)} characters"}
    if isinstance(sample, AnswerSample):
        said = sample.answer or sample.status.value
        shown |= {"said": said, "contexts": [c.quote for c in sample.citations], "statements": _statements(sample.statements)}
    elif isinstance(sample, FaithfulnessSample):
        shown |= {"statements": _statements(sample.statements)}
    elif isinstance(sample, RetrievalSample):
        shown |= {"said": ", ".join(sample.documents[:_SHOWN_DOCUMENTS])}
    return shown


def _statements(records: Sequence[StatementRecord]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]
