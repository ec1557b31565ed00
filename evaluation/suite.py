"""Suites: what a build is evaluated on and what it must reach, as a YAML file with JSON Lines beside it.

A suite holds parts of one kind each. Its hash covers every item and every threshold, so that figures of two suites are never mixed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from evaluation.datasets import FORMATS, KIND_OF_FORMAT, Items, load_items
from evaluation.items import Data, Item
from evaluation.thresholds import Threshold, resolve
from rag.errors import InputError

FOLDER = Path(__file__).with_name("suites")
Kind = Literal["answers", "faithfulness", "retrieval", "deid", "cohort"]


class PartFile(Data):
    """One part as declared: its kind, and where its items are. ``thresholds`` replaces the registry's for the metrics it names."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    kind: Kind
    data: str = Field(min_length=1, description="a file or folder, relative to the suite's file")
    format: str | None = Field(default=None, description=f"one of {', '.join(FORMATS)}; default: JSON Lines of the kind's items")
    limit: int | None = Field(default=None, ge=1, description="the first so many items only")
    measure_only: bool = Field(default=False, description="only a baseline, and a missing score, can fail this part")
    thresholds: dict[str, dict[str, float]] = Field(default_factory=dict)


class SuiteFile(Data):
    """A suite as written. ``manifests`` are ingested where the workspace lacks their corpora; the word ``demo`` means the bundled ones."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    version: str
    license: str | None = None
    description: str = ""
    corpora: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    parts: tuple[PartFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> SuiteFile:
        if len({part.name for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have one name")
        return self


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its items read and its thresholds resolved. ``folder`` is where a retrieval set's documents are."""

    name: str
    kind: str
    items: tuple[Item, ...]
    thresholds: tuple[Threshold, ...]
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite, read whole. ``sha256`` covers items, thresholds and the files of retrieval sets."""

    name: str
    version: str
    description: str
    corpora: tuple[str, ...]
    manifests: tuple[Path | str, ...]
    parts: tuple[Part, ...]
    sha256: str


def open_suite(named: str) -> Suite:
    """The suite of that name among the shipped ones, of a YAML file, or of ``FORMAT:PATH`` (a data set alone, as one part).

    Raises:
        InputError: no such suite; a file or item that does not fit, with its place; a kind that this version cannot evaluate.
    """
    head, colon, rest = named.partition(":")
    if colon and head in FORMATS:
        path = Path(rest)
        kind = KIND_OF_FORMAT[head]
        name = "".join(c if c.isalnum() else "-" for c in f"{head}-{path.name.split('.')[0]}".lower())
        part = {"name": head, "kind": kind, "data": str(path.absolute()), "format": head, "measure_only": True}
        return _opened(_validated({"name": name, "version": "1", "parts": [part]}, named), FOLDER)
    path = Path(named) if named.endswith((".yaml", ".yml")) else FOLDER / f"{named}.yaml"
    try:
        written: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        shipped = ", ".join(sorted(found.stem for found in FOLDER.glob("*.yaml")))
        raise InputError(f"{named}: no such suite ({error.strerror}); give a YAML file, FORMAT:PATH, or one of: {shipped}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not YAML in UTF-8 ({type(error).__name__})") from None
    return _opened(_validated(written, str(path)), path.parent)


def _validated(written: Any, where: str) -> SuiteFile:
    try:
        return SuiteFile.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{where}: {'.'.join(map(str, first['loc'])) or 'suite'}: {first['msg']}") from None


def _opened(file: SuiteFile, beside: Path) -> Suite:
    refused = [part.name for part in file.parts if part.kind == "cohort"]
    if refused:
        raise InputError(f"suite {file.name}: part {refused[0]}: cohorts cannot be evaluated in this version; leave the part out")
    parts, digests = [], []
    for part in file.parts:
        loaded = load_items(part.kind, beside / part.data, part.format)
        if not loaded.items:
            raise InputError(f"suite {file.name}: part {part.name}: no items")
        items = loaded.items[: part.limit]
        _check_ids(file.name, part.name, items)
        thresholds = resolve(file.name, part.name, part.kind, part.thresholds, measure_only=part.measure_only)
        parts.append(Part(part.name, part.kind, items, thresholds, loaded.folder))
        digests.append(_digest(part.name, part.kind, items, thresholds, loaded))
    digest = hashlib.sha256(json.dumps([file.name, file.version, file.corpora, digests]).encode()).hexdigest()
    manifests = tuple(name if name == "demo" else beside / name for name in file.manifests)
    return Suite(file.name, file.version, file.description, file.corpora, manifests, tuple(parts), digest)


def _check_ids(suite: str, part: str, items: Sequence[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise InputError(f"suite {suite}: part {part}: the id {item.id} stands twice; make ids unique")
        seen.add(item.id)


def _digest(name: str, kind: str, items: Sequence[Item], thresholds: Sequence[Threshold], loaded: Items) -> str:
    whole = hashlib.sha256(json.dumps([name, kind, [repr(threshold) for threshold in thresholds], loaded.files]).encode())
    for item in items:
        whole.update(item.model_dump_json().encode() + b"\n")
    return whole.hexdigest()
