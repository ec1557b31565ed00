"""A run as JUnit XML: a test suite per part, a case per rule and per item, so that CI shows what failed by name.

Source: the schema of the Jenkins xUnit plugin, as pytest writes it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: dict[str, Any]) -> str:
    """The document of a report. An item fails where a rule names it, and errs where it has no score."""
    suites = [_suite(part, [v for v in report["gate"]["verdicts"] if v["part"] == part["name"]]) for part in report["parts"]]
    body = "".join(text for text, _, _, _ in suites)
    counts = _counts(sum(one[1] for one in suites), sum(one[2] for one in suites), sum(one[3] for one in suites))
    head = f"<testsuites name={_attribute(report['suite']['name'])} {counts}>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}\n{body}</testsuites>\n'


def _suite(part: dict[str, Any], verdicts: list[dict[str, Any]]) -> tuple[str, int, int, int]:
    named: dict[str, list[str]] = {}
    for verdict in verdicts:
        if not verdict["passed"]:
            for offender in verdict["items"]:
                named.setdefault(offender["item"], []).append("; ".join(offender["notes"]) or f"{verdict['metric']}: {verdict['rule']}")
    cases, failures, errors = [], 0, 0
    for verdict in verdicts:
        name = f"{verdict['metric']} {verdict['rule']} {verdict['limit']:g}"
        cases.append(_case(f"{part['name']}.gate", name, None if verdict["passed"] else ("failure", [verdict["reason"]])))
        failures += not verdict["passed"]
    for sample in part["samples"]:
        wrong = None
        if sample["missing"] is not None:
            wrong, errors = ("error", [sample["missing"]]), errors + 1
        elif sample["id"] in named:
            wrong, failures = ("failure", list(dict.fromkeys(named[sample["id"]]))), failures + 1
        cases.append(_case(part["name"], sample["id"], wrong))
    text = f"<testsuite name={_attribute(part['name'])} {_counts(len(cases), failures, errors)}>\n{''.join(cases)}</testsuite>\n"
    return text, len(cases), failures, errors


def _case(group: str, name: str, wrong: tuple[str, list[str]] | None) -> str:
    head = f"<testcase classname={_attribute(group)} name={_attribute(name)}"
    if wrong is None:
        return f"{head}/>\n"
    kind, reasons = wrong
    return f"{head}><{kind} message={_attribute(reasons[0])}>{escape(_clean('; '.join(reasons)))}</{kind}></testcase>\n"


def _counts(tests: int, failures: int, errors: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="0"'


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("�", text)
