"""A review's figures as one HTML page: no script, no address, nothing to load; prints as it looks."""

from __future__ import annotations

from html import escape
from typing import Any

from evaluation.page import number, page, percent, section, table, tiles
from evaluation.plots import interval_plot
from evaluation.reviews.deid import DISPUTED, RANDOM

Figures = dict[str, Any]


def report_page(report: Figures) -> str:
    """The page of a report of ``deid_report.review_report``."""
    sample, part, extra = report["sample"], report[RANDOM], report[DISPUTED]
    sections = [
        section("Result", _tiles(report) + _plot_of_rates(part)),
        section("Recall by category, random sample", _plot_of_recall(part) + _categories(part)),
        section("Clinical text kept, random sample", _over(part)),
        section("Disputed notes besides", _disputed(extra)),
        section("Agreement of reviewers", _agreement(report)),
        section("Coverage by type of note", _coverage(report)),
        section("Method", _method(report)),
    ]
    corpora = ", ".join(f"{corpus['name']} ({corpus['policy']})" for corpus in sample["corpora"])
    about = f"{corpora} · sample {sample['id']} · report of {report['created']}"
    return page("De-identification review", about, _warning(report) + "".join(sections))


def _warning(report: Figures) -> str:
    """What keeps the figures from being final."""
    coverage, lines = report["coverage"], []
    for part in (RANDOM, DISPUTED):
        left = coverage[part]["sampled"] - coverage[part]["reviewed"]
        if left:
            lines.append(f"{left} of {coverage[part]['sampled']} {part} notes are not reviewed yet.")
        if coverage[part]["replaced_since"]:
            lines.append(f"{coverage[part]['replaced_since']} {part} notes were replaced or erased since the sample was drawn.")
    if report["sample"]["without_marks"]:
        lines.append(f"{report['sample']['without_marks']} documents were stored before disputes were recorded; ingest them again.")
    return f"<p class=warning>{escape(' '.join(lines))}</p>" if lines else ""


def _tiles(report: Figures) -> str:
    part, coverage = report[RANDOM], report["coverage"][RANDOM]
    notes, identifiers = part["notes"], part["identifiers"]
    found = [
        ("notes that leak", percent(notes["rate"]), f"{notes['leaking']} of {notes['n']} reviewed"),
        ("at most, 95 %", percent(notes["upper_95"]), _bound(notes)),
        ("identifiers that leak", percent(identifiers["rate"]), f"{identifiers['leaking']} of {identifiers['n']}; {_bound(identifiers)}"),
        ("reviewed", f"{coverage['reviewed']} of {coverage['sampled']}", f"population {report['sample']['population']} notes"),
    ]
    return tiles(found)


def _bound(rate: Figures) -> str:
    three = rate["rule_of_three"]
    return f"rule of three {percent(three)}" if three is not None else f"exact bound {percent(rate['upper_95'])}"


def _plot_of_rates(part: Figures) -> str:
    rows = [(name, part[key]["rate"], 0.0, part[key]["upper_95"]) for name, key in (("notes", "notes"), ("identifiers", "identifiers"))]
    return interval_plot("Leak rate, with its exact one-sided 95 % upper bound", rows, start=0.0)


def _plot_of_recall(part: Figures) -> str:
    rows = [(c["type"], c["recall"], c["low_95"], c["high_95"]) for c in part["categories"] if c["n"]]
    lowest = min((row[2] for row in rows), default=0.0)
    return interval_plot("Recall, with Wilson's 95 % interval", rows, start=int(lowest * 10) / 10, end=1.0)


def _categories(part: Figures) -> str:
    rows = [
        [c["type"], c["n"], c["replaced"], c["leaked"], percent(c["recall"]), percent(c["low_95"]), percent(c["high_95"])]
        for c in part["categories"]
    ]
    return table(["category", "n", "replaced", "leaked", "recall", "95 % from", "to"], rows)


def _over(part: Figures) -> str:
    over = part["over_redaction"]
    said = f"{over['n']} replacements that identify nobody in {over['words']:,} words: {number(over['per_1000_words'])} per 1,000 words."
    return f"<p>{escape(said)}</p>" + (table(["replaced as", "n"], [list(item) for item in over["by_type"].items()]) if over["n"] else "")


def _disputed(part: Figures) -> str:
    notes, identifiers = part["notes"], part["identifiers"]
    rows = [[name, r["n"], r["leaking"], percent(r["rate"])] for name, r in (("notes", notes), ("identifiers", identifiers))]
    said = "Chosen because detectors disagreed, so they say nothing of other notes and support no bound."
    return f"<p>{said}</p>" + table(["of", "n", "leaking", "rate"], rows)


def _agreement(report: Figures) -> str:
    agreement = report["agreement"]
    said = (
        f"{agreement['n']} notes were judged twice; both said the same of {percent(agreement['observed'])}; "
        f"Cohen's kappa {number(agreement['kappa'])}."
    )
    return f"<p>{escape(said)}</p>" + table(["reviewer", "notes"], [[r["reviewer"], r["notes"]] for r in report["reviewers"]])


def _coverage(report: Figures) -> str:
    rows = [[t["type"], t["population"], t["sampled"], t["reviewed"]] for t in report["coverage"]["by_type"]]
    return table(["type", "population", "sampled", "reviewed"], rows)


def _method(report: Figures) -> str:
    sample = report["sample"]
    rows = [
        ["sample", sample["text"]],
        ["drawn", f"{sample['created']}, seed {sample['seed']}, from {sample['population']} notes"],
        ["size", f"{sample['random']} random; {sample['disputed']} disputed, {sample['disputed_extra']} of them besides the random ones"],
        ["policy", ", ".join(f"{corpus['name']}: {corpus['policy']}" for corpus in sample["corpora"])],
        ["detection", sample["detection"]],
        ["pipeline", ", ".join(sample["pipelines"])],
        ["leak", "an identifier that a reviewer still found in the de-identified text; of two reviewers, what either found"],
        ["upper bound", "Clopper and Pearson, one-sided 95 %, of the reviewed random notes; 3/n where none leaks (rule of three)"],
        ["recall", "replaced / (replaced + leaked), without the replacements that identify nobody; interval of Wilson"],
        ["agreement", "Cohen's kappa of leaks or none, on notes judged twice"],
    ]
    return table(["", ""], rows)
