"""Every rule finds its sample and leaves its counterexamples."""

from __future__ import annotations

import pytest

from rag.deidentification.analyzer import PATTERN_SECONDS
from rag.deidentification.findings import EntityType
from rag.deidentification.rule_scanner import RuleScanner
from rag.deidentification.rules import Rule, load_rules

RULES = {rule.name: rule for rule in load_rules()}
SCANNER = RuleScanner(load_rules())
SAFE_HARBOR_TYPES = set(EntityType) - {EntityType.PERSON, EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.ADDRESS, EntityType.ZIP}


def finds(rule: Rule, text: str) -> bool:
    return any(found.name == rule.name for found, _ in SCANNER.scan(text, PATTERN_SECONDS))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, rule in RULES.items() for text in rule.samples])
def test_sample_is_found(name: str, text: str) -> None:
    assert finds(RULES[name], text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, rule in RULES.items() for text in rule.counterexamples])
def test_counterexample_is_left(name: str, text: str) -> None:
    assert not finds(RULES[name], text)


def test_rules_cover_every_numbered_item_of_safe_harbor() -> None:
    assert {rule.entity_type for rule in RULES.values()} == SAFE_HARBOR_TYPES - {EntityType.DATE}


def test_cheap_conditions_never_hide_a_sample() -> None:
    for rule in RULES.values():
        assert rule.needs == rule.needs.lower()
