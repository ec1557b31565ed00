"""Write the demo corpus: ``python -m ingestion.demo.generate OUT`` gives ``OUT/charts`` and ``OUT/guidelines``.

The same sources give the same bytes on every run. Source folder: ``ingestion/demo``; the committed copy: ``ingestion/demo/corpus``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingestion.demo.bundle import build_bundle, serialise
from ingestion.demo.guidelines import load_guidelines, render_guideline
from ingestion.demo.scenario import load_codes, load_directory, load_scenarios


def corpus_files() -> dict[str, bytes]:
    """Return every file of the corpus by its POSIX path below the corpus folder."""
    codes, directory = load_codes(), load_directory()
    files: dict[str, bytes] = {}
    for patient in load_scenarios():
        files[f"charts/{patient.id}.json"] = serialise(build_bundle(patient, codes, directory)).encode("utf-8")
    for guideline in load_guidelines():
        files[f"guidelines/{guideline.file}"] = render_guideline(guideline)
    return files


def write_corpus(directory: Path) -> int:
    """Write all files below ``directory`` and return how many."""
    files = corpus_files()
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(files)


def main(arguments: list[str]) -> int:
    """Write the corpus into the one directory named; usage errors give 2."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ingestion.demo.generate OUT\n")
        return 2
    sys.stderr.write(f"{write_corpus(Path(arguments[0]))} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
