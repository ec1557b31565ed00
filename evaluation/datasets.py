"""Loaders: JSON Lines of a kind's items, and the layouts in which others keep such sets. Nothing is fetched; a path is given.

A file that ends in ``.gz`` is unpacked while it is read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evaluation.items import AnswerItem, DeidItem, FaithfulnessItem, Identifier, Item, RetrievalItem
from evaluation.public_sets import FAITHFULNESS_SETS
from rag.errors import InputError

_ITEMS: Mapping[str, type[Item]] = {"answers": AnswerItem, "faithfulness": FaithfulnessItem, "deid": DeidItem}


@dataclass(frozen=True, slots=True)
class Items:
    """What a loader read: the items, the folder of a retrieval set, and the SHA-256 of its files that are no items."""

    items: tuple[Item, ...]
    folder: Path | None = None
    files: tuple[str, ...] = ()


def load_items(kind: str, path: Path, layout: str | None) -> Items:
    """Every item at ``path``, in the order of the file.

    Raises:
        InputError: a file that cannot be read, a line that does not fit (with its number), or a layout of another kind.
    """
    if kind == "retrieval" and layout is None:
        layout = "beir"
    if layout is not None and KIND_OF_FORMAT.get(layout) != kind:
        fitting = ", ".join(name for name, of in KIND_OF_FORMAT.items() if of == kind)
        raise InputError(f"format {layout}: not one of kind {kind}; use one of: {fitting}")
    try:
        if layout is None:
            return Items(tuple(item for _, item in _lines(path, _ITEMS[kind])))
        return FORMATS[layout](path)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); give whole files in UTF-8") from None


def _lines(path: Path, model: type[Item], change: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> Iterator[tuple[int, Item]]:
    for number, fields in _objects(path):
        try:
            yield number, model.model_validate(change(fields) if change else fields)
        except (ValidationError, KeyError, TypeError) as error:
            raise InputError(f"{path}: line {number}: {_first(error)}") from None


def _first(error: Exception) -> str:
    """What is wrong with a line, by field, without its text."""
    if not isinstance(error, ValidationError):
        return f"a field is missing or of the wrong kind ({type(error).__name__})"
    first = error.errors(include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'item'}: {first['msg']}"


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line)
            except (ValueError, RecursionError):
                raise InputError(f"{path}: line {number}: not JSON; write one object per line") from None
            if not isinstance(fields, dict):
                raise InputError(f"{path}: line {number}: not a JSON object")
            yield number, fields


def _questions(path: Path) -> Items:
    """The project's own question files (``tests/questions``), with intent and source of the answer as slices."""

    def change(fields: dict[str, Any]) -> dict[str, Any]:
        slices = {name: fields.pop(name) for name in ("intent", "found_in") if name in fields}
        gold = dict(fields["gold"])
        gold["spans"] = [{**span, "group": None if span.get("group") is None else str(span["group"])} for span in gold.get("spans") or ()]
        return {**fields, "gold": gold, "slices": slices}

    return Items(tuple(item for _, item in _lines(path, AnswerItem, change)))


def _deid_notes(path: Path) -> Items:
    """Lines of ``id``, ``text`` and ``spans`` (``start``, ``end``, ``type``); other fields are left out."""

    def change(fields: dict[str, Any]) -> dict[str, Any]:
        spans = [{name: span[name] for name in ("start", "end", "type")} for span in fields["spans"]]
        slices = {"note_type": str(fields["kind"])} if fields.get("kind") else {}
        return {"id": str(fields["id"]), "text": fields["text"], "spans": spans, "slices": slices}

    return Items(tuple(item for _, item in _lines(path, DeidItem, change)))


def _presidio(path: Path) -> Items:
    """presidio-research's ``synth_dataset_v2``: a list of ``full_text`` and ``spans`` (``entity_type``, ``start_position``, …)."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        try:
            rows = json.load(file)
            made = [
                DeidItem(
                    id=f"presidio-{number}",
                    text=row["full_text"],
                    spans=tuple(Identifier(start=s["start_position"], end=s["end_position"], type=s["entity_type"]) for s in row["spans"]),
                )
                for number, row in enumerate(rows)
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: not presidio-research's layout ({type(error).__name__})") from None
    return Items(tuple(made))


def _beir(folder: Path) -> Items:
    """Queries with their grades (``qrels/test.tsv``, or the only file there); queries without a relevant document are left out.

    Source: BEIR, Thakur et al., NeurIPS 2021: corpus.jsonl, queries.jsonl, qrels/*.tsv with a head.
    """
    relevant = _qrels(folder)
    corpus, queries = _either(folder, "corpus"), _either(folder, "queries")
    found = []
    for number, fields in _objects(queries):
        name = str(fields.get("_id", ""))
        grades = {doc: grade for doc, grade in relevant.get(name, {}).items() if grade > 0}
        if not name or not isinstance(fields.get("text"), str):
            raise InputError(f"{queries}: line {number}: needs the fields _id and text")
        if grades:
            found.append(RetrievalItem(id=name, query=fields["text"], relevant=grades))
    return Items(tuple(found), folder, (hashlib.sha256(corpus.read_bytes()).hexdigest(),))


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    files = sorted(path for path in (folder / "qrels").glob("*.tsv*") if path.name.endswith((".tsv", ".tsv.gz")))
    path = next((one for one in files if one.name.startswith("test.")), files[0] if len(files) == 1 else None)
    if path is None:
        raise InputError(f"{folder}: no qrels/test.tsv, and not one other file alone; give a folder in BEIR's layout")
    grades: dict[str, dict[str, int]] = {}
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            cells = line.rstrip("\n").split("\t")
            if number == 1 or not line.strip():
                continue
            try:
                query, document, grade = cells
                grades.setdefault(query, {})[document] = int(float(grade))
            except ValueError:
                raise InputError(f"{path}: line {number}: needs query, document and grade with tabs between") from None
    return grades


def _either(folder: Path, stem: str) -> Path:
    found = next((path for path in (folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz") if path.is_file()), None)
    if found is None:
        raise InputError(f"{folder}: no {stem}.jsonl or {stem}.jsonl.gz; give a folder in BEIR's layout")
    return found


def _labelled(name: str) -> Callable[[Path], Items]:
    return lambda path: Items(tuple(FAITHFULNESS_SETS[name](path)))


FORMATS: dict[str, Callable[[Path], Items]] = {
    "questions": _questions,
    **{name: _labelled(name) for name in FAITHFULNESS_SETS},
    "beir": _beir,
    "notes": _deid_notes,
    "presidio": _presidio,
}
"""Layouts by name, as in ``FORMAT:PATH``."""
KIND_OF_FORMAT = {
    "questions": "answers", **dict.fromkeys(FAITHFULNESS_SETS, "faithfulness"), "beir": "retrieval", "notes": "deid", "presidio": "deid",
}  # fmt: skip
