"""Format and label rules for everything with digits, read from ``data/rules.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rag.deidentification.findings import EntityType
from rag.deidentification.labels import VAGUE, labelled_pattern, load_labels

RULES_PATH = Path(__file__).with_name("data") / "rules.yaml"
CODE = "code"
"""Where a run of letters and digits begins that holds a digit, also with one or two words in capitals before it."""
LABELLED = "labelled"
"""Where a code begins that stands behind a label of any kind."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of the ``regex`` module; ``value`` is the group to hide where the pattern names one.

    ``needs`` and ``when`` are cheap: a substring and a ``re`` pattern without which ``pattern`` cannot match. ``starts`` is another of
    the places where it can begin, or a kind of place that many rules share: :data:`CODE`, :data:`LABELLED`.
    """

    name: str
    entity_type: EntityType
    pattern: str
    ignore_case: bool
    needs: str
    when: str
    starts: str
    residual: bool
    samples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every rule, in file order; read once per process."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    items = yaml.load(RULES_PATH.read_bytes(), Loader=loader)  # noqa: S506  # one of the safe loaders
    return tuple(
        Rule(
            name=item["name"],
            entity_type=EntityType(item["entity"]),
            pattern=_pattern(item),
            ignore_case=not item.get("case", False),
            needs=item.get("needs", ""),
            when=item.get("when", ""),
            starts=item.get("starts", LABELLED if "labels" in item else ""),
            residual=bool(item.get("residual", False)),
            samples=tuple(item["sample"]),
            counterexamples=tuple(item["not"]),
        )
        for item in items
    )


def _pattern(item: Mapping[str, Any]) -> str:
    if "labels" not in item:
        return str(item["pattern"])
    labels, kind = load_labels(), item["labels"]
    return labelled_pattern(labels[kind], labels.get(kind + VAGUE, ()), item.get("digits", 3))
