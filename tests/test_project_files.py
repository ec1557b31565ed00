"""The project's files agree with each other: pins, commands, settings, compose."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from rag.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {canonical(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    wanted = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    missing = [name for name in wanted if canonical(re.split(r"[\[<>=~ ]", name)[0]) not in pinned]
    assert missing == [] and "torch==2.13.0" in (ROOT / "constraints.txt").read_text().splitlines()


def test_no_path_of_one_machine_and_no_registry_host_is_in_the_project() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = [ROOT / name for name in listed if name.endswith((".py", ".md", ".toml", ".yaml", ".yml", ".txt", "Makefile", "run"))]
    marks = ["/work" + "/", "/tmp" + "/w", "pypi" + ".org", "files.pythonhosted" + ".org"]
    found = {f"{path.name}: {mark}" for path in texts if path.exists() for mark in marks if mark in path.read_text(errors="replace")}
    assert found == set()


def test_compose_names_settings_that_exist_and_keeps_the_index_off_the_host() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    environment = compose["services"]["api"]["environment"]
    unknown = [name for name in environment if name.removeprefix(PREFIX).lower() not in Settings.model_fields]
    assert unknown == []
    assert "ports" not in compose["services"]["qdrant"] and all(p.startswith("127.0.0.1:") for p in compose["services"]["api"]["ports"])
    assert "CHARTCITE_API_TOKEN" in environment  # the interface listens on every address of its container


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK) and re.search(r"^make test$", script.read_text(), re.M)


def test_help_loads_no_heavy_library() -> None:
    heavy = "{'torch', 'spacy', 'presidio_analyzer', 'unstructured'}"
    code = f"import sys, api.cli; api.cli.build_parser('ask'); print(sorted({heavy} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
