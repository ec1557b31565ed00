"""``chartcite verify``: JSON lines with a response and its contexts in, a verdict for each statement out. Stores nothing."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from api.problems import BAD_INPUT, CHECK_FAILED, DONE
from api.progress import Counters
from rag.errors import InputError, ModelError
from rag.settings import read_settings

if TYPE_CHECKING:
    from rag.verification.verdicts import Claimed, JudgedStatement, Judgement, Verifier

MAX_LINE_CHARS = 40 * 1024 * 1024
MAX_BATCH_LINES, MAX_BATCH_CHARS = 128, 1_000_000
SHAPE = '{"id": …, "context": ["…"], "response": "…"}'


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as read: what is claimed, or why it is malformed."""

    id: object
    claimed: Claimed | None
    error: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Read ``{"id","context","response"}`` lines from stdin, write one line for each. 2 if a line was malformed; the others are done."""
    from rag.verification.verifier import open_verifier

    settings = read_settings(workspace=arguments.workspace)
    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
    return verify_lines(source, sys.stdout, sys.stderr, open_verifier(settings.threads))


def verify_lines(source: TextIO, sink: TextIO, messages: TextIO, verifier: Verifier) -> int:
    """The command on any streams: a line out for each line in that is not blank, in order, those that are malformed with ``error``.

    Offsets of statements are into the response, those of evidence into its context, as they were sent. Lines are judged in batches, since
    the model reads many statements at once: answers come when a batch is full or the input ends.

    Raises:
        ModelError: the model is missing or damaged; nothing of the batch is written.
    """
    code = DONE
    with Counters() as progress:
        for batch in _batches(source):
            progress.expect("responses", len(batch))
            for (number, line), answer in zip(batch, _answers([line for _, line in batch], verifier), strict=True):
                if isinstance(answer, str):
                    messages.write(f"chartcite verify: line {number}: {answer}\n")
                    code = BAD_INPUT if line.error else code or CHECK_FAILED
                sink.write(json.dumps(_failed(line.id, answer) if isinstance(answer, str) else _judged(line.id, answer)) + "\n")
            progress.advance("responses", len(batch))
            sink.flush()
    return code


def _batches(source: TextIO) -> Iterator[list[tuple[int, _Line]]]:
    batch: list[tuple[int, _Line]] = []
    size = 0
    for number, written in enumerate(source, 1):
        if not written.strip():
            continue
        batch.append((number, _read(written)))
        size += len(written)
        if len(batch) >= MAX_BATCH_LINES or size >= MAX_BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(written: str) -> _Line:
    from rag.verification.verdicts import Claimed

    name: object = None
    try:
        if len(written) > MAX_LINE_CHARS:
            raise InputError(f"{len(written)} characters; the most is {MAX_LINE_CHARS}, split it")
        record = _parsed(written)
        name = record.get("id")
        context, response = record.get("context"), record.get("response")
        if not isinstance(response, str) or not isinstance(context, list) or not all(isinstance(text, str) for text in context):
            raise InputError(f'"context" must be a list of texts and "response" a text; send {SHAPE}')
        return _Line(name, Claimed(response, tuple(context)), None)
    except InputError as error:
        return _Line(name, None, str(error))


def _parsed(written: str) -> dict[str, object]:
    try:
        record = json.loads(written, parse_constant=_refuse)
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InputError("not UTF-8, or half of a surrogate pair; send whole characters") from None
    except (ValueError, RecursionError):
        raise InputError(f"not JSON; send {SHAPE}") from None
    if not isinstance(record, dict):
        raise InputError(f"no object; send {SHAPE}")
    return record


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _answers(lines: list[_Line], verifier: Verifier) -> list[Judgement | str]:
    """A judgement, or why there is none, for each line; one that fails does not take the others with it."""
    claimed = [line.claimed for line in lines if line.claimed is not None]
    try:
        judged: Iterator[Judgement | str] = iter(verifier.judge(claimed))
    except ModelError:
        raise
    except Exception:  # whatever a text does to a check, its line fails and the others are judged
        judged = iter([_alone(claim, verifier) for claim in claimed])
    return [line.error or "" if line.claimed is None else next(judged) for line in lines]


def _alone(claim: Claimed, verifier: Verifier) -> Judgement | str:
    try:
        return verifier.judge([claim])[0]
    except ModelError:
        raise
    except Exception as error:  # its message may hold text of a chart: only its kind is said
        return f"an unexpected {type(error).__name__}; this is a defect, please report it"


def _failed(name: object, error: str) -> dict[str, object]:
    return {"id": name, "score": None, "supported": False, "statements": [], "error": error}


def _judged(name: object, judgement: Judgement) -> dict[str, object]:
    return {
        "id": name,
        "score": round(judgement.score, 6),
        "supported": judgement.supported,
        "statements": [_statement(statement) for statement in judgement.statements],
    }


def _statement(statement: JudgedStatement) -> dict[str, object]:
    return {
        "text": statement.text,
        "start": statement.span.start,
        "end": statement.span.end,
        "verdict": statement.verdict.value,
        "score": round(statement.score, 6),
        "evidence": [{"context": place.context, "start": place.span.start, "end": place.span.end} for place in statement.evidence],
        "violations": [{"slot": v.slot, "found": v.found, "why": v.why} for v in statement.violations],
        "reason": statement.reason,
    }
