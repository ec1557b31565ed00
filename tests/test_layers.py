"""Data flows one way: the import layers of the design, held by reading every module's imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rag", "ingestion", "finetune", "evaluation", "api")
BASE = {"rag.types", "rag.vocabulary", "rag.errors", "rag.settings", "rag.numeric"}
# layer -> prefixes that a module of the layer may not import
FORBIDDEN = {
    "rag": ("ingestion", "finetune", "evaluation", "api"),
    "ingestion": ("finetune", "evaluation", "api"),
    "finetune": ("evaluation", "api"),
    "evaluation": ("api", "finetune"),
    "rag.clinical": ("rag.store", "rag.index", "rag.deidentification", "rag.retrieval", "rag.answering", "rag.pipeline"),
    "rag.store": ("rag.deidentification", "rag.retrieval", "rag.answering", "rag.pipeline"),
    "rag.index": ("rag.deidentification", "rag.retrieval", "rag.answering", "rag.pipeline"),
}


def modules() -> dict[str, Path]:
    """Every module of the packages by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source: str) -> set[str]:
    """Absolute names imported anywhere in a module, lazily or under TYPE_CHECKING too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def breaches(name: str, imported: set[str]) -> list[str]:
    """The imports of a module that go against the flow."""
    bad = []
    for layer, forbidden in FORBIDDEN.items():
        if name == layer or name.startswith(layer + "."):
            bad += [i for i in imported if any(i == f or i.startswith(f + ".") for f in forbidden)]
    if name in BASE:
        bad += [i for i in imported if i.split(".")[0] in PACKAGES and i not in BASE and i.rsplit(".", 1)[0] not in BASE]
    return sorted(bad)


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_point_one_way(name: str) -> None:
    assert breaches(name, imports(modules()[name].read_text())) == []


def test_a_planted_import_is_caught() -> None:
    assert breaches("rag.pipeline", imports("def f():\n    from ingestion.records import RawDocument")) == [
        "ingestion.records",
        "ingestion.records.RawDocument",
    ]
    assert breaches("rag.types", {"rag.clinical.dates"}) == ["rag.clinical.dates"]


def test_raw_documents_cannot_leave_ingestion() -> None:
    users = {name for name, path in modules().items() if "RawDocument" in path.read_text() and "ingestion.records" in path.read_text()}
    assert users and all(name.startswith("ingestion") for name in users)


def test_package_inits_hold_only_a_docstring() -> None:
    for name, path in modules().items():
        if path.name == "__init__.py":
            body = ast.parse(path.read_text()).body
            assert len(body) == 1 and isinstance(body[0], ast.Expr), name
