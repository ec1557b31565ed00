"""Public sets of pairs, read from small files of their shapes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from finetune import public_pairs
from finetune.public_pairs import CONTRADICTED, SUPPORTED, UNKNOWN
from finetune.verifier import UNSUPPORTED, Example


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def write_table(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()) if path.suffix == ".gz" else text.getvalue().encode())


def told(examples: Sequence[Example]) -> list[tuple[str, str, str]]:
    return [(example.source, example.label, example.statement) for example in examples]


def test_a_superiority_claim_is_told_the_other_way_round_too(tmp_path: Path) -> None:
    row = {"nctId": "N1", "PMID": "1", "claim": "Velaxaban is superior to Placebo in terms of Stroke", "label": "1"}
    row["article_abstract"] = "Stroke was rarer with velaxaban than with placebo."
    for part in ("train", "validation"):
        write_table(tmp_path / "faithfulness" / "clinifact" / f"{part}.csv.gz", [row])
    found = list(public_pairs.clinifact(tmp_path))
    assert told(found)[:2] == [
        ("clinifact", SUPPORTED, row["claim"]),
        ("clinifact-turned", CONTRADICTED, "Placebo is superior to Velaxaban in terms of Stroke"),
    ]
    assert {example.group for example in found} == {"N1"} and found[0].evidence == row["article_abstract"]


def test_a_claim_beside_another_claim_s_abstract_lacks_information(tmp_path: Path) -> None:
    corpus = [
        {"_id": "1", "title": "Aspirin prevents strokes", "text": "Aspirin lowered stroke rates in adults."},
        {"_id": "2", "title": "On statins", "text": "Statins and aspirin in adults were compared."},
    ]
    write_lines(tmp_path / "retrieval" / "scifact" / "corpus.jsonl.gz", corpus)
    rows = [
        {"claim": "Aspirin prevents strokes.", "evidence_doc_id": "1", "evidence_label": "SUPPORT", "cited_doc_ids": "[1]"},
        {"claim": "Aspirin prevents strokes.", "evidence_doc_id": "1", "evidence_label": "SUPPORT", "cited_doc_ids": "[1]"},
        {"claim": "Statins kill adults.", "evidence_doc_id": "", "evidence_label": "", "cited_doc_ids": "[2]"},
    ]
    write_table(tmp_path / "faithfulness" / "scifact" / "claims_train.csv", rows)
    assert told(list(public_pairs.scifact(tmp_path))) == [
        ("scifact", SUPPORTED, "Aspirin prevents strokes."),
        ("scifact", UNKNOWN, "Statins kill adults."),
        ("scifact-beside", UNKNOWN, "Aspirin prevents strokes."),
    ]
    (tmp_path / "faithfulness" / "clinifact").mkdir()
    for part in ("train", "validation"):
        write_table(
            tmp_path / "faithfulness" / "clinifact" / f"{part}.csv.gz", [{"PMID": "1", "article_abstract": "Short.", "nctId": "N1"}]
        )
    assert [one[0] for one in public_pairs.conclusions(tmp_path)] == ["Aspirin prevents strokes."]


def test_doubted_words_are_marked_and_what_is_left_is_supported(tmp_path: Path) -> None:
    claim = "The audience consists mostly of young Australian actors."
    row = {
        "label": "partially_supported", "claim": claim, "evidence": ["The audience consists mostly of actors.", "Tickets are dear."],
        "supporting_sentences": [[0]], "claim_tokens": [*claim.rstrip(".").split(), "."],
        "non_supported_spans": [False] * 5 + [True, True, False, False],
    }  # fmt: skip
    for part in ("train", "dev"):
        write_lines(tmp_path / "faithfulness" / "wice" / f"non_supported_tokens_{part}.jsonl.gz", [row])
    write_lines(tmp_path / "faithfulness" / "wice" / "claim_dev.jsonl.gz", [row, row | {"label": "supported"}])
    whole, rest = list(public_pairs.wice_words(tmp_path))[:2]
    assert [claim[span.start : span.end] for span in whole.doubted or ()] == ["young", "Australian"] and whole.label == UNSUPPORTED
    assert (rest.statement, rest.label, rest.doubted) == ("The audience consists mostly of actors.", SUPPORTED, ())
    assert rest.evidence == "The audience consists mostly of actors."
    claims = list(public_pairs.wice(tmp_path))
    assert [(one.source, one.label) for one in claims] == [("wice", UNSUPPORTED), ("wice", SUPPORTED), ("wice-gold", SUPPORTED)]
    assert len({one.group for one in (*claims, whole)}) == 1


def test_a_question_becomes_a_statement(tmp_path: Path) -> None:
    row = {
        "QUESTION": "Does aspirin prevent strokes?", "CONTEXTS": ["Aspirin prevented strokes in adults at risk."], "final_decision": "no",
        "LONG_ANSWER": "Aspirin prevented strokes in adults at risk. More is needed.",
    }  # fmt: skip
    path = tmp_path / "faithfulness" / "pubmedqa" / "ori_pqal.json.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(json.dumps({"7": row}).encode()))
    assert told(list(public_pairs.pubmedqa(tmp_path))) == [
        ("pubmedqa", CONTRADICTED, "Aspirin prevent strokes."),
        ("pubmedqa-conclusion", SUPPORTED, "Aspirin prevented strokes in adults at risk."),
    ]


@pytest.mark.parametrize(("label", "right"), [("significantly increase", True), ("no significant difference", False)])
def test_a_trial_s_finding_is_told_rightly_and_wrongly(tmp_path: Path, label: str, right: bool) -> None:
    article = "We gave velaxaban or placebo. Minor bleeding was commoner with velaxaban than with placebo (p=0.004). It was safe."
    folder = tmp_path / "citations" / "evidence_inference"
    row = {
        "PMCID": "12", "PromptID": "3", "Valid Label": "True", "Label": label, "Annotations": "",
        "Evidence Start": "30", "Evidence End": "96", "Intervention": "velaxaban", "Comparator": "placebo", "Outcome": "minor bleeding",
    }  # fmt: skip
    write_lines(folder / "annotations.jsonl.gz", [row, row, row | {"PromptID": "4", "Valid Label": "False"}])
    with tarfile.open(folder / "articles.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("PMC12.txt")
        info.size = len(article.encode())
        archive.addfile(info, io.BytesIO(article.encode()))
    found = list(public_pairs.evidence_inference(tmp_path))
    assert [one.label for one in found] == [SUPPORTED, CONTRADICTED]
    assert any(word in found[0].statement for word in ("increased", "higher", "more")) == right
    assert "p=0.004" in found[0].evidence and found[0].group == "PMC12"


def test_evidence_without_a_shared_word_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in ("scifact", "wice", "wice_words", "pubmedqa", "evidence_inference"):
        monkeypatch.setattr(public_pairs, reader, lambda data: iter(()))
    row = {
        "nctId": "N1",
        "PMID": "1",
        "claim": "Velaxaban is superior to Placebo in terms of Stroke",
        "label": "2",
        "article_abstract": "Cats sleep.",
    }
    for part in ("train", "validation"):
        write_table(tmp_path / "faithfulness" / "clinifact" / f"{part}.csv.gz", [row])
    assert public_pairs.public_pairs(tmp_path) == []
