"""Print the file tree of the packages, each module with the first sentence of its docstring, or put it into README.md.

python docs/file_tree.py            prints it
python docs/file_tree.py --write    replaces the tree in README.md; a test holds the two equal
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("rag", "ingestion", "finetune", "evaluation", "api", "benchmarks")
BEGIN, END = "<!-- file tree: python docs/file_tree.py --write -->\n```text\n", "```\n<!-- end of file tree -->"
WIDTH_OF_NAMES = 34


def tree() -> str:
    """One line per module, indented by folder."""
    lines = []
    for package in PACKAGES:
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            depth = len(folder.relative_to(ROOT).parts) - 1
            init = folder / "__init__.py"
            lines.append(_line("  " * depth + f"{folder.name}/", init if init.exists() else None))
            for path in sorted(folder.glob("*.py")):
                if path.name != "__init__.py":
                    lines.append(_line("  " * (depth + 1) + path.name, path))
    return "\n".join(lines) + "\n"


def readme_with_tree(readme: str) -> str:
    """README text with its tree replaced."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + tree() + END + after


def _line(name: str, path: Path | None) -> str:
    docstring = (ast.get_docstring(ast.parse(path.read_text())) or "") if path else ""
    first = docstring.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")
    return f"{name:{WIDTH_OF_NAMES}} {first}".rstrip()


if __name__ == "__main__":
    if "--write" in sys.argv:
        path = ROOT / "README.md"
        path.write_text(readme_with_tree(path.read_text()))
    else:
        sys.stdout.write(tree())
