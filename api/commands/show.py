"""``chartcite show``: stored documents by id, or ``id@sha256`` for a replaced version. Reads SQL only."""

from __future__ import annotations

import argparse
import json
import sys

from api.opening import local_principal, open_reader
from api.problems import BAD_INPUT, DONE
from api.schemas import document_json
from api.terminal import printable
from rag.errors import UnknownDocumentError
from rag.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``show``."""
    parser.add_argument("document", nargs="+", metavar="DOCUMENT_ID", help="a document id, or ID@SHA256 for one version")
    parser.add_argument("--json", action="store_true", help="one JSON line per document")


def run(arguments: argparse.Namespace) -> int:
    """Print each document; an unknown id is named on stderr and makes the exit code 2 after the others."""
    settings = read_settings(workspace=arguments.workspace)
    code = DONE
    with open_reader(settings) as service:
        for reference in arguments.document:
            try:
                document = service.show(reference, local_principal(settings))
            except UnknownDocumentError as error:
                print(f"chartcite show: {printable(str(error))}", file=sys.stderr)  # noqa: T201
                code = BAD_INPUT
                continue
            if arguments.json:
                sys.stdout.write(json.dumps(document_json(document), ensure_ascii=False) + "\n")
            else:
                sys.stdout.write(printable(f"{document.doc_id}  {document.title}  {document.date or ''}\n{document.text}\n\n"))
    return code
