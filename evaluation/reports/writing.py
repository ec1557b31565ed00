"""Every form of a run's report, written into its folder: each file whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.baseline import REPORT
from evaluation.reports.history import earlier_builds
from evaluation.reports.html import report_html
from evaluation.reports.junit import junit_xml
from evaluation.reports.markdown import summary
from evaluation.reports.timings import timings
from evaluation.runner import ScoredPart
from rag.errors import InputError

FILES = (REPORT, "junit.xml", "summary.md", "report.html")
TIMINGS = "timings.json"


def write_reports(folder: Path, report: dict[str, Any], parts: Sequence[ScoredPart]) -> None:
    """Write ``FILES``, the same bytes for the same samples, and ``TIMINGS``.

    Raises:
        InputError: the folder cannot be written.
    """
    texts = {
        REPORT: _json(report),
        "junit.xml": junit_xml(report),
        "summary.md": summary(report),
        "report.html": report_html(report, earlier_builds(folder, report)),
        TIMINGS: _json(timings(parts)),
    }
    try:
        for name, text in texts.items():
            draft = folder / f".{name}.{os.getpid()}"
            draft.write_text(text, encoding="utf-8")
            draft.replace(folder / name)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); give a folder with --report") from None


def _json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
