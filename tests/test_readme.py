"""README says what the code is: its file tree is the tree, and the commands it names exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from api.cli import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_file_tree_is_the_tree() -> None:
    spec = importlib.util.spec_from_file_location("file_tree", ROOT / "docs" / "file_tree.py")
    assert spec is not None and spec.loader is not None
    file_tree = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(file_tree)
    readme = (ROOT / "README.md").read_text()
    assert file_tree.readme_with_tree(readme) == readme, "run: python docs/file_tree.py --write"
    assert file_tree.tree().count("\n") > 100


def test_every_command_that_readme_names_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"chartcite ([a-z]+)", "\n".join(re.findall(r"```\n(chartcite.*?)```", readme, re.S))))
    assert {"ingest", "ask", "show", "serve"} <= named <= set(COMMANDS)


def test_the_demo_output_in_readme_is_shown_with_its_citations() -> None:
    shown = (ROOT / "README.md").read_text().partition("<!-- demo output -->")[2].partition("<!-- end of demo output -->")[0]
    assert shown.count("[1] “") == 3
