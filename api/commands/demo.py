"""``chartcite demo``: the bundled corpus ingested, three questions asked, cited answers printed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from api.commands.ingest import print_accounts
from api.opening import local_principal, open_owner
from api.problems import BAD_INPUT, CHECK_FAILED, DONE
from api.progress import Counters
from api.schemas import answer_json
from api.terminal import print_answer
from ingestion.demo.questions import DEMO_QUESTIONS, demo_manifests
from ingestion.pipeline import ingest
from rag.errors import InputError
from rag.settings import Settings, read_settings
from rag.types import Question, Status

PURPOSE = "demonstration"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``demo``."""
    parser.add_argument("--serve", action="store_true", help="serve the workspace afterwards")
    parser.add_argument("--patients", type=int, metavar="N", help="instead: write a synthetic corpus of N patients under --output and stop")
    parser.add_argument("--output", type=Path, help="folder for --patients")
    parser.add_argument("--seed", type=int, default=0, help="seed for --patients")


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 when a demo question is not answered, 2 when a source could not be read."""
    if arguments.patients is not None:
        return _write_synthetic(arguments)
    settings = read_settings(workspace=arguments.workspace)
    code = _ingest_and_ask(settings)
    if code == DONE and arguments.serve:
        from api.commands.serve import serve

        serve(settings)
    return code


def _ingest_and_ask(settings: Settings) -> int:
    answered = True
    with open_owner(settings, create=True) as owner:
        with Counters() as progress:
            report = ingest(owner.workspace, owner.index, owner.embedder, demo_manifests(), progress)
        print_accounts(report)
        for asked in DEMO_QUESTIONS:
            question = Question(asked.question, patient=asked.patient, reveal=PURPOSE if asked.patient else None)
            answer = owner.service.ask(question, local_principal(settings))
            print_answer(answer_json(answer))
            sys.stdout.write("\n")
            answered = answered and answer.status is Status.ANSWERED
    if report.failed:
        return BAD_INPUT
    return DONE if answered else CHECK_FAILED


def _write_synthetic(arguments: argparse.Namespace) -> int:
    from ingestion.demo.synthetic import write_corpus

    if arguments.output is None or arguments.patients < 1:
        raise InputError("--patients N needs N of at least 1 and --output FOLDER")
    manifest = write_corpus(arguments.output, arguments.patients, arguments.seed)
    print(f"chartcite demo: {arguments.patients} patients written; ingest them with: chartcite ingest {manifest}", file=sys.stderr)  # noqa: T201
    return DONE
