"""``chartcite finetune encoder``: train the adapter of one of the encoder's heads, with its card and loss curve."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from rag.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    encoder = kinds.add_parser("encoder", help="a LoRA adapter and head on the sentence encoder")
    tasks = (
        "deid: which words of a note are names; questions: what a question asks; reranker: which sentence of a note answers a question; "
        "verify: whether evidence supports a statement"
    )
    encoder.add_argument("task", choices=("deid", "questions", "reranker", "verify"), help=tasks)
    encoder.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run; an interrupted one is gone on with")
    notes = "folder of the public notes (aci_bench, mts_dialog) to train on as well"
    encoder.add_argument("--notes", type=Path, default=None, metavar="DIR", help=notes)
    pairs = "folder of the development data (faithfulness, citations, retrieval, notes) to train `verify` on as well"
    encoder.add_argument("--data", type=Path, default=None, metavar="DIR", help=pairs)
    encoder.add_argument("--seed", type=int, default=None)
    encoder.add_argument("--epochs", type=int, default=None)
    encoder.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train and print the adapter's folder; progress goes to stderr."""
    if find_spec("peft") is None:
        raise InputError("training needs peft; install the extra: pip install 'chartcite[train]'")
    from finetune import question_training, reranker_training, tagger_training, verifier_training

    given = {name: getattr(arguments, name) for name in ("seed", "epochs", "threads") if getattr(arguments, name) is not None}
    if arguments.task == "deid":
        adapter = tagger_training.train_tagger(arguments.out, arguments.notes, replace(tagger_training.RECIPE, **given), _tell)
    elif arguments.task == "questions":
        adapter = question_training.train_question_reader(arguments.out, replace(question_training.RECIPE, **given), _tell)
    elif arguments.task == "verify":
        adapter = verifier_training.train_verifier(arguments.out, arguments.data, replace(verifier_training.RECIPE, **given), _tell)
    else:
        adapter = reranker_training.train_reranker(arguments.out, arguments.notes, replace(reranker_training.RECIPE, **given), _tell)
    print(adapter)  # noqa: T201
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201
