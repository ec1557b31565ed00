"""``chartcite review deid``: draw a sample of notes, judge them, report. Reads and writes SQL only, beside an owner that is running."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.opening import local_principal, open_trail
from api.problems import CHECK_FAILED, DONE
from api.reviewing import ReviewNote, open_note
from api.side_by_side import judge, print_note
from evaluation.page import percent
from evaluation.reviews.deid import draw_sample, next_item, open_sample
from evaluation.reviews.deid_report import exceeds, review_report
from evaluation.reviews.report_page import report_page
from evaluation.reviews.verdicts import GivenVerdict, check_reviewer, given_verdict, parse_span, record_verdicts
from rag.errors import InputError
from rag.scope import Principal
from rag.settings import read_settings
from rag.workspace import Workspace, open_workspace

NOTHING_LEFT = "nothing is left to review"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``review``."""
    queues = parser.add_subparsers(dest="queue", metavar="QUEUE", required=True)
    deid = queues.add_parser("deid", help="de-identified notes").add_subparsers(dest="action", metavar="ACTION", required=True)
    sample = _action(deid, "sample", "draw the notes to review: at random by type, and every disputed one")
    sample.add_argument("--corpus", metavar="NAME", help="default: every de-identified corpus")
    sample.add_argument("--seed", type=int, default=0, help="the same seed draws the same notes of the same store; default 0")
    following = _action(deid, "next", "show the next note beside its original; at a terminal, take verdicts one after the other")
    following.add_argument("--reviewer", required=True, metavar="NAME")
    following.add_argument("--reveal", required=True, metavar="PURPOSE", help="why identifiers are put back; audited")
    verdict = _action(deid, "verdict", "store the verdict on one note, or those of a file")
    verdict.add_argument("--document", metavar="ID", help="a document of the sample; ID@SHA256 says which version was judged")
    verdict.add_argument("--reviewer", metavar="NAME", help="needed, but for lines of a file that name one")
    verdict.add_argument("--clean", action="store_true", help="nothing leaks and nothing was replaced for nothing")
    verdict.add_argument("--leak", nargs="+", action="extend", default=[], metavar="START:END:TYPE", help="what still identifies")
    verdict.add_argument(
        "--over", nargs="+", action="extend", default=[], metavar="START:END", help="replaced, though it identifies nobody"
    )
    verdict.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="one verdict per line; all are stored, or none")
    report = _action(deid, "report", "write report.html and report.json")
    report.add_argument("--out", type=Path, required=True, metavar="DIR")
    report.add_argument(
        "--max-leak-rate", type=_share, metavar="X", help="exit 1 where the upper bound of leaking notes is beyond this share"
    )
    for reader in (following, report):
        reader.add_argument("--sample", type=int, metavar="N", help="number of the sample; default: the latest")


def run(arguments: argparse.Namespace) -> int:
    """Do one action; exit 1 only where a report's bound is beyond its limit."""
    settings = read_settings(workspace=arguments.workspace)
    with open_workspace(settings) as workspace:
        principal = local_principal(settings)
        if arguments.action == "sample":
            return _sample(workspace, principal, arguments)
        if arguments.action == "next":
            return _next(workspace, principal, arguments)
        if arguments.action == "verdict":
            return _verdict(workspace, principal, arguments)
        return _report(workspace, arguments)


def _action(parsers: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parsers.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    parser.add_argument("--workspace", type=Path, default=argparse.SUPPRESS, help="default: $CHARTCITE_WORKSPACE, else ./.chartcite")
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    return parser


def _share(given: str) -> float:
    share = float(given)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def _sample(workspace: Workspace, principal: Principal, arguments: argparse.Namespace) -> int:
    sample = draw_sample(workspace, principal, corpus=arguments.corpus, seed=arguments.seed)
    method = sample.method
    if arguments.json:
        _print({"sample": sample.id, "created": sample.created, "seed": sample.seed, **method})
        return DONE
    extra = f"{method['disputed_extra']} besides for disputes ({method['disputed']} disputed in all)"
    _say(f"sample {sample.id}: {method['random']} of {method['population']} notes at random, seed {sample.seed}; {extra}")
    if method["without_marks"]:
        _warn(f"{method['without_marks']} documents were stored before disputes were recorded; ingest them again")
    return DONE


def _next(workspace: Workspace, principal: Principal, arguments: argparse.Namespace) -> int:
    sample = open_sample(workspace, arguments.sample)
    check_reviewer(arguments.reviewer)
    with open_trail(workspace) as trail:

        def opened(skipped: frozenset[str] = frozenset()) -> ReviewNote | None:
            item = next_item(workspace, sample, arguments.reviewer, skipped)
            return open_note(workspace, trail, principal, item, arguments.reveal, arguments.reviewer) if item else None

        if arguments.json:
            note = opened()
            _print({"sample": sample.id, **(note.as_json() if note else {"document_id": None})})
        elif sys.stdin.isatty() and sys.stdout.isatty():
            _judge_all(workspace, principal, opened, arguments.reviewer)
        elif note := opened():
            print_note(note)
            _say(f"verdict: chartcite review deid verdict --document {note.document.doc_id}@{note.document.sha256} --reviewer NAME …")
        else:
            _say(NOTHING_LEFT)
    return DONE


def _judge_all(workspace: Workspace, principal: Principal, opened: Callable[[frozenset[str]], ReviewNote | None], reviewer: str) -> None:
    """Show note after note and store each verdict, until all are judged or the reviewer stops."""
    skipped: frozenset[str] = frozenset()
    while note := opened(skipped):
        print_note(note)
        document = note.document
        try:
            fields = judge(document.text, lambda: input("verdict> "), _say)
        except EOFError:
            return
        if fields is None:
            skipped |= {document.doc_id}
            continue
        name = {"document_id": document.doc_id, "document_sha256": document.sha256, "reviewer": reviewer}
        try:
            record_verdicts(workspace, principal, [given_verdict(name | fields)])
        except InputError as error:  # it does not fit the note: it is said, and the note comes again
            _warn(f"not stored: {error}")
    _say(NOTHING_LEFT)


def _verdict(workspace: Workspace, principal: Principal, arguments: argparse.Namespace) -> int:
    if (arguments.document is None) == (arguments.batch is None):
        raise InputError("give --document ID or --batch FILE.jsonl, not both and not neither")
    stored = record_verdicts(workspace, principal, _given(arguments))
    if arguments.json:
        for verdict in stored:
            counts = {"leaks": len(verdict.leaks), "over_redactions": len(verdict.over_redactions)}
            _print({"document_id": verdict.doc_id, "document_sha256": verdict.doc_sha256, "reviewer": verdict.reviewer, **counts})
    else:
        _say(f"{len(stored)} stored, {sum(bool(verdict.leaks) for verdict in stored)} with leaks")
    return DONE


def _given(arguments: argparse.Namespace) -> list[GivenVerdict]:
    """The verdicts of the command line or of the file.

    Raises:
        InputError: a line that does not fit, with its number.
    """
    if arguments.batch is not None:
        return [_line(number, line, arguments.reviewer) for number, line in _lines(arguments.batch)]
    document, _, sha256 = arguments.document.partition("@")
    fields: dict[str, object] = {
        "document_id": document,
        "reviewer": arguments.reviewer,
        "clean": arguments.clean,
        "leaks": [parse_span(span, typed=True) for span in arguments.leak],
        "over_redactions": [parse_span(span, typed=False) for span in arguments.over],
    }
    return [given_verdict(fields | ({"document_sha256": sha256} if sha256 else {}))]


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a file of JSON lines") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _line(number: int, line: str, reviewer: str | None) -> GivenVerdict:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"line {number}: not JSON; write one object per line") from None
    if not isinstance(fields, dict):
        raise InputError(f"line {number}: not a JSON object; write one object per line")
    try:
        return given_verdict(({"reviewer": reviewer} if reviewer else {}) | fields)
    except InputError as error:
        raise InputError(f"line {number}: {error}") from None


def _report(workspace: Workspace, arguments: argparse.Namespace) -> int:
    report = review_report(workspace, open_sample(workspace, arguments.sample))
    folder: Path = arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(report_page(report), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); give a folder with --out") from None
    notes = report["random"]["notes"]
    if arguments.json:
        _print(report)
    else:
        _say(f"{notes['leaking']} of {notes['n']} random notes leak, at most {percent(notes['upper_95'])} (95 %); {folder / 'report.html'}")
    limit = arguments.max_leak_rate
    if limit is None or not exceeds(report, limit):
        return DONE
    _warn(f"the upper bound {percent(notes['upper_95'])} is beyond {percent(limit)}")
    return CHECK_FAILED


def _print(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _warn(line: str) -> None:
    sys.stderr.write(f"chartcite review: {line}\n")
