"""``chartcite finetune encoder``: train the adapter of one of the encoder's heads, with its card and loss curve."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    encoder = kinds.add_parser("encoder", help="a LoRA adapter and head on the sentence encoder")
    encoder.add_argument("task", choices=("reranker",), help="reranker: which sentence of a note answers a question")
    encoder.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run; an interrupted one is gone on with")
    encoder.add_argument("--notes", type=Path, default=None, metavar="DIR", help="folder of the public notes (aci_bench, mts_dialog)")
    encoder.add_argument("--seed", type=int, default=None)
    encoder.add_argument("--epochs", type=int, default=None)
    encoder.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train and print the adapter's folder; progress goes to stderr."""
    try:
        import peft  # noqa: F401
    except ImportError:
        raise InputError("training needs peft; install the extra: pip install 'chartcite[train]'") from None
    from finetune.encoders import Recipe
    from finetune.reranker_training import train_reranker

    given = {name: getattr(arguments, name) for name in ("seed", "epochs", "threads") if getattr(arguments, name) is not None}
    adapter = train_reranker(arguments.out, arguments.notes, Recipe(**given), lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    print(adapter)  # noqa: T201
    return 0
