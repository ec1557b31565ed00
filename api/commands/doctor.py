"""``chartcite doctor``: is everything here that the engine needs, and does the workspace hold together?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

from api.opening import open_trail
from api.problems import CHECK_FAILED, DONE
from rag.errors import ChartciteError, WorkspaceLockedError
from rag.settings import Settings, read_settings
from rag.workspace import open_workspace


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, whether it holds, and one line of detail without patient text."""

    name: str
    passed: bool
    detail: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="print the checks as JSON")
    parser.add_argument("--repair", action="store_true", help="first make the index agree with the store, from the stored vectors")


def run(arguments: argparse.Namespace) -> int:
    """Run every check; exit 1 when one fails."""
    settings = read_settings(workspace=arguments.workspace)
    if arguments.repair:
        _repair(settings)
    checks = [_attempt(name, check, settings) for name, check in CHECKS.items()]
    if arguments.json:
        sys.stdout.write(json.dumps([{"check": c.name, "passed": c.passed, "detail": c.detail} for c in checks]) + "\n")
    else:
        for check in checks:
            sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.detail}\n")
    return DONE if all(check.passed for check in checks) else CHECK_FAILED


def _attempt(name: str, check: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, True, check(settings))
    except (ChartciteError, ImportError, OSError) as error:
        return Check(name, False, str(error))


def _model(settings: Settings) -> str:
    from rag.embedding import open_embedder

    with open_embedder(settings.embedding_path, settings.threads) as embedder:
        size = len(embedder.embed_query("hemoglobin"))
        return f"{embedder.identity}, {size} dimensions"


def _detectors(settings: Settings) -> str:
    from rag.deidentification.deidentifier import open_deidentifier
    from rag.deidentification.identity import PatientIdentity
    from rag.keys import ephemeral_keys
    from rag.types import Policy

    probe = "Seen by Dr. Zebulon Quagmire, phone 555-201-3344."
    made = open_deidentifier(ephemeral_keys()).deidentify(probe, policy=Policy.SAFE_HARBOR, identity=PatientIdentity("p-doctor"))
    if "Quagmire" in made.text or "3344" in made.text:
        raise ChartciteError("the detectors missed a planted identifier; reinstall the package")
    return "a planted name and telephone number were found"


def _workspace(settings: Settings) -> str:
    from rag.store.corpora import list_corpora

    with open_workspace(settings) as workspace:
        names = [corpus.name for corpus in list_corpora(workspace.database)]
        return f"{settings.workspace}: {len(names)} corpora ({', '.join(names) or 'none yet'})"


def _repair(settings: Settings) -> None:
    """Make the index agree with the store.

    Raises:
        WorkspaceLockedError: another process owns the workspace.
    """
    from rag.index.opening import open_index
    from rag.index.sync import repair, replay_outbox

    with open_workspace(settings) as workspace, open_index(settings) as index:
        replay_outbox(workspace.database, index)
        repair(workspace.database, index)


def _index(settings: Settings) -> str:
    from rag.index.opening import open_index
    from rag.index.sync import differences

    with open_workspace(settings) as workspace:
        try:
            with open_index(settings) as index:
                missing, surplus = differences(workspace.database, index)
                count = index.count()
        except WorkspaceLockedError:
            return "owned by a running process; stop it to compare the index with the store"
    if missing or surplus:
        raise ChartciteError(f"{len(missing)} chunks are not in the index and {len(surplus)} are too many; run `chartcite doctor --repair`")
    return f"{count} points, the same as the store's chunks"


def _audit(settings: Settings) -> str:
    with open_workspace(settings) as workspace, open_trail(workspace) as trail:
        bad = trail.first_bad_record()
        if bad is not None:
            raise ChartciteError(f"the audit chain is broken at record {bad}; run `chartcite audit export` and investigate")
        return "the chain holds"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "encoder": _model,
    "detectors": _detectors,
    "workspace": _workspace,
    "index": _index,
    "audit": _audit,
}
