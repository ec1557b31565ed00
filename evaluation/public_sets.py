"""Public sets of claims against their evidence, as their authors publish them. They are read where they lie and never shipped.

A path is the set's folder (then its test file is read) or one file of it. Claims become responses; what is not fully supported is
``unsupported``, told further apart where the authors do.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evaluation.items import FaithfulnessItem, Label, Slices
from rag.errors import InputError

_MAX_CELL = 1 << 24
"""Characters of the longest cell: whole articles stand in some."""


def wice(path: Path) -> Iterator[FaithfulnessItem]:
    """Claims of Wikipedia sentences. Source: Kamoi et al., EMNLP 2023."""
    for number, row in enumerate(_json_lines(_file(path, "claim_test.jsonl.gz"))):
        label = Label.SUPPORTED if row["label"] == "supported" else Label.UNSUPPORTED
        yield _item("wice", f"wice-{number}", [" ".join(row["evidence"])], row["claim"], label, section=row["label"])


def clinifact(path: Path) -> Iterator[FaithfulnessItem]:
    """Claims on clinical trials against abstracts. Source: Zhang et al., Scientific Data 2025."""
    for row in _rows(_file(path, "test.csv.gz")):
        label = Label.SUPPORTED if row["label"].strip().lower() == "1" else Label.UNSUPPORTED
        yield _item("clinifact", f"clinifact-{row['index']}", [row["article_abstract"]], row["claim"], label)


def scifact(path: Path) -> Iterator[FaithfulnessItem]:
    """Scientific claims against abstracts, whose texts lie in ``../../retrieval/scifact``. Source: Wadden et al., EMNLP 2020."""
    file = _file(path, "claims_validation.csv")
    corpus = {row["_id"]: f"{row['title']}. {row['text']}" for row in _json_lines(file.parents[2] / "retrieval/scifact/corpus.jsonl.gz")}
    labels = {"SUPPORT": Label.SUPPORTED, "CONTRADICT": Label.CONTRADICTED}
    found = {}
    for row in _rows(file):
        given = row["evidence_doc_id"]
        for document in [str(int(float(given)))] if given else re.findall(r"\d+", row["cited_doc_ids"]):
            if document in corpus:
                label = labels.get(row["evidence_label"], Label.NOT_ENOUGH_INFORMATION)
                found[row["id"], document] = _item("scifact", f"scifact-{row['id']}-{document}", [corpus[document]], row["claim"], label)
    yield from found.values()


def summedits(path: Path) -> Iterator[FaithfulnessItem]:
    """Summaries with and without an edit, over eight domains. Source: Laban et al., EMNLP 2023."""
    files = sorted(path.glob("*.json.gz")) if path.is_dir() else [path]
    for file in files:
        domain = file.name.removeprefix("summedits_").split(".")[0]
        for row in _json(file):
            label = Label.SUPPORTED if int(row["label"]) else Label.UNSUPPORTED
            yield _item("summedits", f"{domain}-{row['id']}", [row["doc"]], row["summary"], label, note_type=domain)


def begin(path: Path) -> Iterator[FaithfulnessItem]:
    """Dialogue responses against their knowledge; generic ones are left out. Source: Dziri et al., TACL 2022."""
    labels = {"Fully attributable": Label.SUPPORTED, "Not fully attributable": Label.UNSUPPORTED}
    for number, row in enumerate(_rows(_file(path, "begin_dev_wow.tsv"))):
        if row["begin_label"] in labels:
            yield _item("begin", f"begin-{number}", [row["knowledge"]], row["response"], labels[row["begin_label"]])


def medec(path: Path) -> Iterator[FaithfulnessItem]:
    """Sentences of clinical notes, right and with an error, against the corrected note. Source: Ben Abacha et al., 2024."""
    for row in _rows(_file(path, "medec_ms_validation.csv.gz")):
        if row["Error Flag"] == "1" and row["Error Sentence"].strip() and row["Corrected Sentence"].strip():
            kind = row.get("Error Type") or None
            for name, column, label in (("right", "Corrected Sentence", Label.SUPPORTED), ("wrong", "Error Sentence", Label.UNSUPPORTED)):
                yield _item("medec", f"medec-{row['Text ID']}-{name}", [row["Corrected Text"]], row[column], label, section=kind)


def lines(path: Path) -> Iterator[FaithfulnessItem]:
    """Lines of ``id``, ``context`` (a list), ``claim`` or ``response``, and ``label``: 1 supported, 0 not, or a label's name."""
    for row in _json_lines(path):
        label = {"1": Label.SUPPORTED, "0": Label.UNSUPPORTED}.get(str(row["label"])) or Label(row["label"])
        contexts = [row["context"]] if isinstance(row["context"], str) else row["context"]
        yield _item(path.name.split(".")[0], str(row["id"]), contexts, row.get("claim") or row["response"], label)


def _item(source: str, name: str, contexts: list[str], response: str, label: Label, **slices: str | None) -> FaithfulnessItem:
    return FaithfulnessItem(id=name, contexts=tuple(contexts), response=response, label=label, slices=Slices(source=source, **slices))


def _file(path: Path, test_file: str) -> Path:
    return path / test_file if path.is_dir() else path


def _read(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in _read(path).split("\n") if line.strip())


def _json(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(_read(path)))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(_MAX_CELL)
    yield from csv.DictReader(io.StringIO(_read(path), newline=""), delimiter="\t" if ".tsv" in path.name else ",")


def _checked(name: str, load: Callable[[Path], Iterator[FaithfulnessItem]]) -> Callable[[Path], Iterator[FaithfulnessItem]]:
    """The loader with whatever does not fit told as one line that names the path."""

    def read(path: Path) -> Iterator[FaithfulnessItem]:
        try:
            yield from load(path)
        except (KeyError, ValueError, TypeError, AttributeError, csv.Error) as error:
            raise InputError(f"{path}: not the layout of {name} ({type(error).__name__})") from None

    return read


FAITHFULNESS_SETS = {load.__name__: _checked(load.__name__, load) for load in (wice, clinifact, scifact, summedits, begin, medec, lines)}
"""Loaders by the name of the set."""
