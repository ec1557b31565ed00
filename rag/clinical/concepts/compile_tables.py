"""Make the tables in ``rag/clinical/data`` that ``rag.clinical.concepts.tables`` reads.

Run by a maintainer when a source changes: ``python -m rag.clinical.concepts.compile_tables TERMINOLOGY``. ``TERMINOLOGY`` holds
``icd10cm_order_2021.txt.gz`` and the folder ``abbreviations``. The same input gives the same bytes.
Sources and licences: see ``rag.clinical.concepts.tables``; each table begins with its own.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from rag.clinical.concepts.tables import BETWEEN_CODES, CATEGORY_CHARS, DATA

ICD_SOURCE = (
    "# ICD-10-CM 2021 order file, Centers for Medicare & Medicaid Services and National Center for Health Statistics; public domain."
)
SENSES_SOURCE = "# Facts from github.com/lisavirginia/clinical-abbreviations (CC BY 4.0): abbreviation, sense, share of its uses."
SENSE_FILES = ("4-vanderbilt_vanderbilt_clinic_notes.txt", "4-vanderbilt_vanderbilt_discharge_sums.txt")
STETSON_FILE = "6-stetson_sense_distribution_448.txt"
MIN_SHARE = 0.01
MIN_WORD_CHARS = 4
_LONG_TITLE_AT = 77
_WORD = re.compile(r"[a-z]+")


def compile_all(terminology: Path) -> None:
    """Write every table."""
    titles = sorted(_titles(terminology / "icd10cm_order_2021.txt.gz"))
    _write("icd10cm_titles.txt.gz", ICD_SOURCE, _front_coded(titles))
    words = {word for _, title in titles for word in _WORD.findall(title.lower()) if len(word) >= MIN_WORD_CHARS}
    _write("icd10cm_words.txt.gz", ICD_SOURCE, sorted(words))
    _write("abbreviation_senses.txt.gz", SENSES_SOURCE, _senses(terminology / "abbreviations"))


def _titles(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line[6:14].strip(), line[_LONG_TITLE_AT:].strip()


def _front_coded(titles: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One line per category, ``E11|rest NNrest|…``: a title takes its first NN (hexadecimal) characters from the one before it."""
    for category, codes in groupby(titles, key=lambda item: item[0][:CATEGORY_CHARS]):
        entries, before = [category], ""
        for code, title in codes:
            shared = _shared(before, title)
            entries.append(f"{code[CATEGORY_CHARS:]} {shared:02x}{title[shared:]}")
            before = title
        yield BETWEEN_CODES.join(entries)


def _shared(one: str, other: str) -> int:
    """The number of characters that both begin with, 255 at most."""
    return next(
        (at for at, (left, right) in enumerate(zip(one[:255], other[:255], strict=False)) if left != right), min(len(one), len(other), 255)
    )


def _senses(folder: Path) -> Iterator[str]:
    """Shares averaged over the lists that have the abbreviation."""
    shares: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for name, short, sense, share in _rows(folder):
        if len(short) > 1 and re.fullmatch(r"[a-z0-9]+", short) and re.fullmatch(r"[a-z][a-z0-9 /'-]{2,60}", sense):
            shares[short][sense] += share
            lists[short].add(name)
    for short in sorted(shares):
        for sense, total in sorted(shares[short].items(), key=lambda item: (-item[1], item[0])):
            share = total / len(lists[short])
            if share >= MIN_SHARE:
                yield f"{short}\t{sense}\t{share:.3f}"


def _rows(folder: Path) -> Iterator[tuple[str, str, str, float]]:
    for name in SENSE_FILES:
        with (folder / name).open(encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row.get("frequency"):
                    yield name, row["abbreviation"].lower().replace("_", ""), row["sense"].lower(), _share(row["frequency"])
    with (folder / STETSON_FILE).open(encoding="utf-8", errors="replace") as file:
        for line in file:
            parts = line.rstrip("\n").split("\t")
            if len(parts) == 3:
                yield STETSON_FILE, parts[0].lower(), parts[1].lower(), _share(parts[2])


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _write(name: str, source: str, lines: Iterable[str]) -> None:
    write_lines(name, (source, *lines))


def write_lines(name: str, lines: Iterable[str]) -> None:
    """Write a table; the same lines give the same bytes."""
    content = "".join(line + "\n" for line in lines).encode()
    DATA.mkdir(exist_ok=True)
    (DATA / name).write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("terminology", type=Path)
    compile_all(parser.parse_args().terminology)
