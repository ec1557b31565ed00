"""A run as a Markdown summary, for the page of a pull request."""

from __future__ import annotations

from typing import Any

from evaluation.metrics import METRICS

MAX_NAMED = 20
"""Items named in the summary; the page and the JSON have all."""


def shown(value: float | None) -> str:
    """Three decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def summary(report: dict[str, Any]) -> str:
    """The gate's verdict, what failed, and every part's figures."""
    gate, suite = report["gate"], report["suite"]
    failed = [verdict for verdict in gate["verdicts"] if not verdict["passed"]]
    lines = [f"# {suite['name']} {suite['version']}: {'passed' if gate['passed'] else 'FAILED'}", ""]
    lines += [f"Build `{report['build']['sha256'][:12]}`, suite `{suite['sha256'][:12]}`.", ""]
    if failed:
        lines += ["## What failed", "", "| part | metric | rule | limit | value | |", "|---|---|---|---:|---:|---|"]
        lines += [
            f"| {v['part']} | {v['metric']} | {v['rule']} | {v['limit']:g} | {shown(v['value'])} | {_cell(v['reason'])} |" for v in failed
        ]
        lines += ["", *_named(failed), ""]
    for part in report["parts"]:
        lines += [f"## {part['name']} ({part['kind']}, {part['items']} items)", "", "| metric | value | 95 % | n | items |"]
        lines += ["|---|---:|---:|---:|---:|", *(_row(figure) for figure in part["metrics"] if figure["items"]), ""]
    if report["baseline"] is not None:
        lines += [f"## Against `{report['baseline']['build'][:12]}`", "", "| part | metric | difference | 95 % | worse |"]
        lines += ["|---|---|---:|---:|---|"]
        for one in report["baseline"]["differences"]:
            bounds, worse = f"{one['low_95']:+.3f} to {one['high_95']:+.3f}", ", ".join(one["worse"][:MAX_NAMED])
            lines.append(f"| {one['part']} | {one['metric']} | {one['difference']:+.3f} | {bounds} | {worse} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _named(failed: list[dict[str, Any]]) -> list[str]:
    """The items that failing rules name, each once."""
    items: dict[str, str] = {}
    for verdict in failed:
        for offender in verdict["items"]:
            items.setdefault(f"{verdict['part']}/{offender['item']}", "; ".join(offender["notes"]))
    lines = [f"- `{name}` {_cell(note)}".rstrip() for name, note in list(items.items())[:MAX_NAMED]]
    return [*lines, f"- and {len(items) - MAX_NAMED} more"] if len(items) > MAX_NAMED else lines


def _row(figure: dict[str, Any]) -> str:
    interval = "–" if figure["low_95"] is None else f"{shown(figure['low_95'])} to {shown(figure['high_95'])}"
    title = METRICS[figure["metric"]].title
    return f"| {title} | {shown(figure['value'])} | {interval} | {figure['n']:g} | {figure['items']} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
