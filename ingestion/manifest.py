"""Corpora manifests: what a corpus is called, where its files lie, who may read it and how it is de-identified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingestion.sources import Sources, find_sources
from rag.errors import ManifestError
from rag.types import Policy

Role = Literal["clinician", "coordinator", "qa"]
Format = Literal["fhir-bundle", "fhir-ndjson", "fhir-server", "ccda", "hl7v2", "document", "notes-jsonl"]
MAX_MANIFEST_BYTES = 1024 * 1024
_NAME = r"^[a-z0-9-]+$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Strict):
    """One place that files come from."""

    format: Format = Field(description="How the files are read.")
    path: str = Field(
        min_length=1,
        description="A file, a directory, an archive (.tar.gz) or a glob, relative to the manifest; '**' crosses directories.",
    )


class Deidentification(_Strict):
    """How identifiers leave the text."""

    policy: Annotated[Policy, Field(strict=False)] = Field(
        description="safe_harbor keeps years only; date_shift moves a patient's dates by one secret offset; none changes nothing."
    )


class Access(_Strict):
    """Who may read the corpus."""

    roles: tuple[Role, ...] = Field(
        default=("clinician", "coordinator", "qa"),
        min_length=1,
        strict=False,
        description="Roles that may read the corpus; all by default.",
    )


class Manifest(_Strict):
    """One corpus. Paths are relative to the manifest's folder."""

    name: str = Field(pattern=_NAME, max_length=64, description="The corpus name: lower-case letters, digits and hyphens.")
    version: str = Field(min_length=1, max_length=64, description="The version of the corpus, in quotes.")
    license: str = Field(min_length=1, max_length=200, description="The licence of the data: an SPDX identifier or a name.")
    contains_phi: bool = Field(description="Whether the files may hold protected health information.")
    deidentification: Deidentification
    sources: tuple[Source, ...] = Field(min_length=1, strict=False, description="Where the files are.")
    access: Access = Access()
    identity_domain: str | None = Field(
        default=None,
        pattern=_NAME,
        max_length=64,
        description="Corpora of one domain share patients; the corpus name by default.",
    )

    @model_validator(mode="after")
    def _policy_fits_phi(self) -> Manifest:
        if self.contains_phi and self.deidentification.policy is Policy.NONE:
            raise ValueError("deidentification.policy: none is only for contains_phi: false; use safe_harbor or date_shift")
        return self

    @property
    def domain(self) -> str:
        """The identity domain: the one given, else the corpus name."""
        return self.identity_domain or self.name


def load_manifest(path: Path) -> Manifest:
    """The manifest at ``path``.

    Raises:
        ManifestError: missing, not YAML, or not fitting; the message names the file, the field and the fix, one line for each.
    """
    return _validated(_parsed(path), path)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a manifest, as kept in ``corpora_manifests/manifest.schema.json``."""
    schema = Manifest.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "chartcite corpus manifest"}


def source_units(manifest: Manifest, path: Path) -> Sources:
    """The units that the sources of the manifest at ``path`` give, hashed, and what cannot be read among them.

    A source that matches nothing, or whose format this version does not read, is an error of its own; the rest goes on.
    """
    return find_sources([(source.format, source.path) for source in manifest.sources], path.parent)


def _parsed(path: Path) -> object:
    try:
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise ManifestError(f"{path}: larger than {MAX_MANIFEST_BYTES} bytes; a manifest is a short YAML file")
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ManifestError(f"{path}: no such manifest; give the path of a YAML file") from None
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: not UTF-8 at byte {error.start}; save the manifest as UTF-8") from None
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read ({type(error).__name__}); give the path of a readable YAML file") from None
    try:
        return yaml.load(content, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader that allows even less
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ManifestError(f"{path}: not a plain YAML mapping{where} ({_yaml_fix(error)})") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ManifestError(f"{path}: not YAML; check indentation, colons and quotes") from None


class _PlainLoader(yaml.SafeLoader):
    """Safe YAML without aliases (they can explode) and without a key given twice (the first would be lost in silence)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, _ALIAS, self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, _TWICE, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_ALIAS = "write the value out, or put a path that starts with * in quotes"
_TWICE = "this field is given twice; remove one"


def _yaml_fix(error: yaml.MarkedYAMLError) -> str:
    return error.problem if error.problem in (_ALIAS, _TWICE) else "check indentation, colons and quotes; put globs in quotes"


def _validated(value: object, path: Path) -> Manifest:
    if not isinstance(value, dict):
        raise ManifestError(f"{path}: a manifest is a mapping of fields (name, version, license, contains_phi, deidentification, sources)")
    try:
        return Manifest.model_validate(value)
    except ValidationError as error:
        problems = [
            _problem(detail["loc"], detail["type"], detail["msg"], detail.get("ctx", {})) for detail in error.errors(include_input=False)
        ]
        raise ManifestError("\n".join(f"{path}: {problem}" for problem in problems)) from None


_FIXES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a field of a manifest; remove it or check its spelling",
    "string_type": "must be text; put it in quotes",
    "bool_type": "must be true or false",
    "string_pattern_mismatch": "may hold only lower-case letters, digits and hyphens",
}


def _problem(place: tuple[int | str, ...], kind: str, message: str, context: dict[str, Any]) -> str:
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    if kind in ("literal_error", "enum"):
        return f"{field}: must be one of {context.get('expected', '')}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return f"{field}: {_FIXES.get(kind) or message[0].lower() + message[1:]}"
