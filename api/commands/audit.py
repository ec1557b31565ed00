"""``chartcite audit``: check the chain of the audit trail, or print its records. Reads SQL only."""

from __future__ import annotations

import argparse
import json
import sys

from api.opening import open_trail
from api.problems import CHECK_FAILED, DONE
from rag.settings import read_settings
from rag.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``audit``."""
    parser.add_argument("action", choices=["verify", "export"], help="verify the chain, or print every record as a JSON line")


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 when the chain is broken, naming the first bad record."""
    settings = read_settings(workspace=arguments.workspace)
    with open_workspace(settings) as workspace, open_trail(workspace) as trail:
        if arguments.action == "export":
            for record in trail.records():
                sys.stdout.write(json.dumps(record) + "\n")
            return DONE
        bad = trail.first_bad_record()
        count = sum(1 for _ in trail.records())
        sys.stdout.write(json.dumps({"records": count, "first_bad_record": bad}) + "\n")
        return DONE if bad is None else CHECK_FAILED
