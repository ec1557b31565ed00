"""``chartcite ask``: one question, or a batch of JSON lines; an Answer for every line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.opening import local_principal, open_asker
from api.problems import BAD_INPUT, DONE
from api.progress import track
from api.schemas import AskRequest
from api.terminal import print_answer
from rag.errors import InputError
from rag.settings import read_settings

Ask = Callable[[AskRequest], dict[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``ask``."""
    parser.add_argument("question", nargs="?", help="the question; or give --batch")
    parser.add_argument("--patient", help="source id (FHIR id or MRN) or pseudonym")
    parser.add_argument("--corpus", help="search this corpus only")
    parser.add_argument("--source", help="path-boundary suffix of the document's uri")
    parser.add_argument("--reveal", metavar="PURPOSE", help="put identifiers back for this stated, audited purpose")
    parser.add_argument("--thread", metavar="ID", help="follow up on the earlier questions of this thread")
    parser.add_argument("--as-of", metavar="YYYY-MM-DD", dest="as_of", help='count "ago" from this day; default the record\'s last date')
    parser.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="one question per line; '-' for stdin")
    parser.add_argument("--json", action="store_true", help="print the Answer as one JSON line")


def run(arguments: argparse.Namespace) -> int:
    """Answer, print, and say by the exit code whether every line could be read."""
    if (arguments.question is None) == (arguments.batch is None):
        raise InputError("give a QUESTION or --batch FILE.jsonl, not both and not neither")
    settings = read_settings(workspace=arguments.workspace)
    with open_asker(settings, local_principal(settings)) as ask:
        if arguments.batch is not None:
            return _answer_batch(ask, arguments.batch)
        fields = {name: getattr(arguments, name) for name in ("question", "patient", "corpus", "source", "reveal", "thread", "as_of")}
        answer = ask(_request({k: v for k, v in fields.items() if v is not None}))
    if arguments.json:
        _print_line(answer)
    else:
        print_answer(answer)
    return DONE


def _answer_batch(ask: Ask, path: Path) -> int:
    code = DONE
    for number, line in track(_lines(path), "questions"):
        try:
            answer = ask(_request(_parsed(line)))
        except InputError as error:
            answer, code = refused_line(line, f"line {number}: {error}"), BAD_INPUT
            print(f"chartcite ask: line {number}: {error}", file=sys.stderr)  # noqa: T201
        _print_line(answer)
    return code


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        file = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
        with file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a file of JSON lines") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None


def _parsed(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON at column {error.colno}; write one object per line") from None
    except RecursionError:
        raise InputError("nested too deeply; write one flat object per line") from None
    if not isinstance(fields, dict):
        raise InputError("not a JSON object; write one object per line")
    return fields


def _request(fields: dict[str, Any]) -> AskRequest:
    try:
        return AskRequest.model_validate(fields)
    except ValidationError as error:
        names = sorted({".".join(map(str, issue["loc"])) or "line" for issue in error.errors()})
        raise InputError(f"field {', '.join(names)}: missing or of the wrong kind") from None


def refused_line(line: str, reason: str) -> dict[str, Any]:
    """The refused Answer of a line that cannot be asked, with its id where one can be read."""
    from api.schemas import answer_json
    from rag.types import Answer, Status

    try:
        given = json.loads(line)
        named = str(given["id"]) if isinstance(given, dict) and isinstance(given.get("id"), str | int) else None
        identity = named and named.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be printed
    except (ValueError, KeyError, RecursionError):
        identity = None
    return answer_json(Answer(identity, "", None, Status.REFUSED, "", (), (), None, "extractive", None, error=reason))


def _print_line(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
