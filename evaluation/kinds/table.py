"""The kinds by name."""

from __future__ import annotations

from evaluation.kinds.answers import ANSWERS
from evaluation.kinds.deid import DEID
from evaluation.kinds.faithfulness import FAITHFULNESS
from evaluation.kinds.kind import Kind
from evaluation.kinds.retrieval import RETRIEVAL

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ANSWERS, FAITHFULNESS, RETRIEVAL, DEID)}
