"""A run as one self-contained HTML page: what failed first, statement by statement over its evidence; then every figure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from evaluation.metrics import METRICS
from evaluation.page import page, section, table, tiles
from evaluation.plots import course_plot, interval_plot
from evaluation.reports.history import EarlierBuild, figures_by_name
from evaluation.reports.markdown import shown

Figures = dict[str, Any]
MAX_FAILED = 200
"""Items shown one by one; the JSON has all."""
_BUILD_CHARS = 8
_DIFFERENCE = ("difference", "low_95", "high_95")
_FIGURE = ("value", "low_95", "high_95")


def report_html(report: Figures, earlier: Sequence[EarlierBuild]) -> str:
    """The page of a report, with the courses of its figures over the builds before it."""
    suite, build = report["suite"], report["build"]
    parts = [section(f"{part['name']} · {part['kind']} · {part['items']} items", _part(part)) for part in report["parts"]]
    body = [
        section("Gate", _gate(report)),
        section("What failed", _failed(report)),
        section("Difference from the baseline", _baseline(report)),
        *parts,
        *(section(f"{part['name']}: by slice", _slices(part)) for part in report["parts"] if part["slices"]),
        section("Over builds", _courses(report, earlier)),
        section("Build and method", _method(report)),
    ]
    about = f"{suite['description']} Suite {suite['sha256'][:12]}, build {build['sha256'][:12]}."
    return page(f"Evaluation: {suite['name']} {suite['version']}", about.strip(), "".join(body))


def _gate(report: Figures) -> str:
    gate = report["gate"]
    failed = [verdict for verdict in gate["verdicts"] if not verdict["passed"]]
    word = "passed" if gate["passed"] else "failed"
    samples = sum(part["items"] for part in report["parts"])
    named = {(verdict["part"], offender["item"]) for verdict in failed for offender in verdict["items"]}
    missing = sum(part["missing"] for part in report["parts"])
    found = [
        ("rules that failed", str(len(failed)), f"of {len(gate['verdicts'])}"),
        ("items named by them", str(len(named)), f"of {samples}"),
        ("without a score", str(missing), "each fails the gate"),
    ]
    rows = [
        [v["part"], v["metric"], v["rule"], f"{v['limit']:g}", shown(v["value"]), v["reason"], "passed" if v["passed"] else "FAILED"]
        for v in gate["verdicts"]
    ]
    said = "This build may be released." if gate["passed"] else "This build may not be released."
    head = ["part", "metric", "rule", "limit", "value", "", "verdict"]
    return f'<p class="gate {word}">{word.upper()}: {said}</p>{tiles(found)}{table(head, rows)}'


def _failed(report: Figures) -> str:
    """Every item that a failing rule names, with what was said and on what."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for verdict in report["gate"]["verdicts"]:
        for offender in verdict["items"] if not verdict["passed"] else ():
            why = reasons.setdefault((verdict["part"], offender["item"]), [])
            why += [note for note in offender["notes"] or (f"{verdict['metric']} {shown(offender['value'])}",) if note not in why]
    samples = {(part["name"], sample["id"]): sample for part in report["parts"] for sample in part["samples"]}
    blocks = [_item(part, item, why, samples[part, item]["shown"]) for (part, item), why in list(reasons.items())[:MAX_FAILED]]
    left = len(reasons) - len(blocks)
    more = f"<p>{left} more stand in report.json.</p>" if left else ""
    return "".join(blocks) + more if blocks else "<p>No item was named by a failing rule.</p>"


def _item(part: str, item: str, why: Sequence[str], view: Figures | None) -> str:
    top = f"<summary><code>{escape(part)}/{escape(item)}</code> <span class=failed>{escape('; '.join(why))}</span></summary>"
    if view is None:
        return f"<details open>{top}</details>"
    lines = [(name, view[name]) for name in ("asked", "expected", "said") if view[name]]
    facts = "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in lines)
    return f"<details open>{top}<dl>{facts}</dl>{''.join(_statement(one, view['contexts']) for one in view['statements'])}</details>"


def _statement(one: Figures, contexts: Sequence[str]) -> str:
    verdict = one["verdict"]
    slots = f" · {', '.join(one['slots'])}" if one["slots"] else ""
    score = "no score" if one["score"] is None else f"{one['score']:.2f}"
    said = f"<b>{escape(one['text'])}</b><br><i>{escape(verdict.replace('_', ' '))} · {score}{escape(slots)} · {escape(one['reason'])}</i>"
    marks: dict[int, list[tuple[int, int]]] = {}
    for place in one["evidence"]:
        marks.setdefault(place["context"], []).append((place["start"], place["end"]))
    evidence = "".join(f"<p class=context>{highlighted(contexts[at], spans)}</p>" for at, spans in marks.items() if 0 <= at < len(contexts))
    return f'<div class="statement {escape(verdict)}">{said}</div>{evidence}'


def highlighted(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text as HTML with its spans marked; spans that overlap are joined, and what lies outside the text is left out."""
    made, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            made.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
            at = end
    return "".join(made) + escape(text[at:])


def _baseline(report: Figures) -> str:
    baseline = report["baseline"]
    if baseline is None:
        return "<p>No baseline was given (--baseline RUN).</p>"
    rows = [
        [one["part"], METRICS[one["metric"]].title, *(f"{one[name]:+.3f}" for name in _DIFFERENCE), one["n"], ", ".join(one["worse"])]
        for one in baseline["differences"]
    ]
    said = f"This build less build {baseline['build'][:12]}, with one-sided 95 % bounds of a paired bootstrap over items."
    return f"<p>{said}</p>" + table(["part", "metric", "difference", "at least", "at most", "items", "worse"], rows)


def _part(part: Figures) -> str:
    known = [figure for figure in part["metrics"] if figure["items"]]
    rows = [[METRICS[f["metric"]].title, *(shown(f[name]) for name in _FIGURE), f"{f['n']:g}", f["items"]] for f in known]
    shares = [(f["metric"], f["value"], f["low_95"], f["high_95"]) for f in known if METRICS[f["metric"]].per == 1]
    lowest = min((low for _, _, low, _ in shares if low is not None), default=0.0)
    inner = [[f["of"], f["name"], *(shown(f[name]) for name in _FIGURE), f"{f['n']:g}"] for f in part["inner"]]
    return (
        table(["metric", "value", "95 % from", "to", "n", "items"], rows)
        + interval_plot("Shares, with bootstrap 95 % intervals over items", shares, start=int(lowest * 10) / 10, end=1.0)
        + (table(["of", "kind", "value", "95 % from", "to", "n"], inner) if inner else "")
    )


def _slices(part: Figures) -> str:
    """A table for each thing that slices are told apart by, and metric by metric its plot where values differ."""
    made = []
    for by in dict.fromkeys(one["by"] for one in part["slices"]):
        groups = [one for one in part["slices"] if one["by"] == by]
        rows = [
            [
                one["value"],
                METRICS[f["metric"]].title,
                shown(f["value"]),
                shown(f["low_95"]),
                shown(f["high_95"]),
                f"{f['n']:g}",
                f["items"],
            ]
            for one in groups
            for f in one["metrics"]
        ]
        made.append(f"<h3>{escape(by.replace('_', ' '))}</h3>")
        made.append(table([by.replace("_", " "), "metric", "value", "95 % from", "to", "n", "items"], rows))
    return "".join(made)


def _courses(report: Figures, earlier: Sequence[EarlierBuild]) -> str:
    now = figures_by_name(report)
    names = [*(one.build[:_BUILD_CHARS] for one in earlier), report["build"]["sha256"][:_BUILD_CHARS]]
    nothing = (None, None, None)
    plots = [
        course_plot(f"{part}: {METRICS[metric].title}", names, [*(one.figures.get((part, metric), nothing) for one in earlier), found])
        for (part, metric), found in now.items()
    ]
    return "".join(plots) or "<p>No other build has a report on this suite in the folders beside this one.</p>"


def _method(report: Figures) -> str:
    rows = [[name, value] for name, value in report["build"].items()]
    rows += [
        ["suite", report["suite"]["sha256"]],
        ["figures", "sum over items of hits over sum of what they are out of; of nothing there is none, with n 0"],
        ["intervals", "percentile bootstrap over items, two-sided 95 %, 1,000 draws of a fixed seed"],
        ["statements", "composed and verbatim ones against their spans slot by slot, others by the build's verifier"],
        ["times", "in timings.json, so that a resumed run gives the same report"],
    ]
    return table(["", ""], rows)
