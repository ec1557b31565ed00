"""Manifests: what is accepted, and errors that name the file, the field and the fix."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from ingestion.manifest import Manifest, json_schema, load_manifest
from rag.errors import ManifestError
from rag.types import Policy

ROOT = Path(__file__).resolve().parents[2]
GOOD = """
name: trials
version: "1"
license: CC-BY-4.0
contains_phi: false
deidentification: {policy: none}
sources:
  - {format: document, path: "PMC*.txt"}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "corpus.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ManifestError) as caught:
        load_manifest(written(folder, text))
    return str(caught.value)


def test_a_plain_manifest_gets_its_defaults(tmp_path: Path) -> None:
    manifest = load_manifest(written(tmp_path, GOOD))
    assert manifest.deidentification.policy is Policy.NONE
    assert manifest.access.roles == ("clinician", "coordinator", "qa")
    assert manifest.domain == "trials"


def test_the_identity_domain_replaces_the_corpus_name(tmp_path: Path) -> None:
    assert load_manifest(written(tmp_path, GOOD + "identity_domain: hospital-a\n")).domain == "hospital-a"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"nowhere\.yaml: no such manifest"):
        load_manifest(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("change", "field", "fix"),
    [
        (("name: trials", "name: My Trials"), "name", "lower-case letters"),
        (("license: CC-BY-4.0\n", ""), "license", "is missing; add it"),
        (("contains_phi: false", "contains_phi: maybe"), "contains_phi", "true or false"),
        (("policy: none", "policy: masked"), "deidentification.policy", "safe_harbor"),
        (("format: document", "format: pdf"), "sources[0].format", "fhir-bundle"),
        (('version: "1"', "version: 1"), "version", "put it in quotes"),
        (("license:", "licence:"), "licence", "not a field"),
        (('sources:\n  - {format: document, path: "PMC*.txt"}', "sources: []"), "sources", "at least 1"),
        (("deidentification:", "access: {roles: [nurse]}\ndeidentification:"), "access.roles[0]", "clinician"),
    ],
)
def test_a_wrong_field_is_named_with_its_fix(tmp_path: Path, change: tuple[str, str], field: str, fix: str) -> None:
    assert change[0] in GOOD
    message = refusal(tmp_path, GOOD.replace(*change))
    lines = [line for line in message.splitlines() if f": {field}: " in line]
    assert lines and fix in lines[0] and "corpus.yaml" in lines[0]


def test_phi_without_a_policy_is_refused(tmp_path: Path) -> None:
    assert "use safe_harbor or date_shift" in refusal(tmp_path, GOOD.replace("contains_phi: false", "contains_phi: true"))


def test_every_wrong_field_gets_a_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD.replace("name: trials", "name: A B").replace("license: CC-BY-4.0\n", ""))
    assert len(message.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "not a plain YAML mapping at line"),
        ("- a\n- b\n", "a manifest is a mapping"),
        ("", "a manifest is a mapping"),
        (GOOD.replace('"PMC*.txt"', "*.txt"), "globs in quotes"),
        (GOOD + "name: other\n", "given twice"),
        ("a: &x [1]\nb: *x\n", "write the value out"),
        ("!!python/object/apply:os.system ['true']", "not a plain YAML"),
    ],
)
def test_what_is_no_plain_yaml_mapping_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_bad_utf8_is_refused_with_its_offset(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"name: caf\xe9\n")
    with pytest.raises(ManifestError, match="not UTF-8 at byte 9"):
        load_manifest(path)


def test_a_directory_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        load_manifest(tmp_path)


def test_the_schema_file_equals_the_model() -> None:
    kept = json.loads((ROOT / "corpora_manifests" / "manifest.schema.json").read_text(encoding="utf-8"))
    assert kept == json_schema(), "write json_schema() to corpora_manifests/manifest.schema.json"


def test_the_schema_accepts_what_the_model_accepts(tmp_path: Path) -> None:
    for path in [written(tmp_path, GOOD), *sorted((ROOT / "corpora_manifests").glob("*.yaml"))]:
        assert isinstance(load_manifest(path), Manifest)
        jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), json_schema())


def test_the_readme_names_every_field_and_format() -> None:
    text = (ROOT / "corpora_manifests" / "README.md").read_text(encoding="utf-8")
    schema = json_schema()
    formats = schema["$defs"]["Source"]["properties"]["format"]["enum"]
    assert all(f"`{name.split('.')[0]}" in text for name in [*schema["properties"], *formats])
