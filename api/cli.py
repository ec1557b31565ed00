"""The command line: picks a command, runs it, turns errors into exit codes.

JSON goes to stdout and nothing else does; progress and warnings go to stderr.
Exit codes: 0 done; 1 a gate or check failed; 2 bad input or usage; 3 a needed service is down or the workspace is owned elsewhere.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from api.problems import exit_code
from api.terminal import printable
from rag.errors import ChartciteError

COMMANDS = {
    "demo": "ingest the bundled corpus, ask, and print cited answers",
    "ingest": "read, de-identify and index the corpora of one or more manifests",
    "ask": "answer a question with cited spans, or say that it is not documented",
    "show": "print stored documents",
    "retrieve": "run a BEIR-layout retrieval set and write a TREC run file",
    "deidentify": "de-identify JSON lines from stdin to stdout",
    "verify": "judge responses against their contexts, statement by statement, JSON lines from stdin to stdout",
    "evaluate": "run a suite on this build, judge its gate and write the report",
    "serve": "serve the HTTP interface",
    "audit": "verify or export the audit trail",
    "review": "have people review what was de-identified, and report",
    "finetune": "train adapters on the project's encoder",
    "doctor": "check the installation and the workspace",
}


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """The parser; only the named command's module is imported, so that help and start-up stay fast."""
    parser = argparse.ArgumentParser(prog="chartcite", description="Answers about charts and guidelines, each sentence with its source.")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        subparser.add_argument("--workspace", type=Path, default=None, help="default: $CHARTCITE_WORKSPACE, else ./.chartcite")
        if name == command:
            importlib.import_module(f"api.commands.{name}").add_arguments(subparser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in arguments if not word.startswith("-")), None)
    namespace = build_parser(command).parse_args(arguments)
    try:
        return int(importlib.import_module(f"api.commands.{namespace.command}").run(namespace))
    except ChartciteError as error:
        print(f"chartcite {namespace.command}: {printable(str(error))}", file=sys.stderr)  # noqa: T201
        return exit_code(error)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("chartcite: interrupted; what was committed stays", file=sys.stderr)  # noqa: T201
        return 130
    except Exception as error:  # its message may hold text of a chart: only its kind and place are said
        print(f"chartcite {namespace.command}: {unexpected(error)}", file=sys.stderr)  # noqa: T201
        return exit_code(error)


def unexpected(error: BaseException) -> str:
    """One line on an error that is a defect: its kind and where it was raised, without its message."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    return f"an unexpected {type(error).__name__}{where}; this is a defect, please report it"


if __name__ == "__main__":
    sys.exit(main())
