"""The claims that the verifier's weights are fitted on: public sets' training parts and our own pairs, never the test sets.

WiCE's dev claims, CliniFact's train and validation, SciFact's train, PubMedQA and Evidence Inference from the folder of the development
data, the packaged pairs, and true and false variants of clinical sentences. Those that the entailment model was trained on are marked.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from finetune.contradictions import contradictions, paraphrases
from finetune.public_pairs import evidence_inference, pubmedqa
from finetune.verifier import Example
from finetune.verifier_data import held_note_seeds, is_held, written_pairs
from rag.verification.entailment import CLASSES

csv.field_size_limit(1 << 30)
VARIED_SENTENCES, VARIANTS_OF_EACH = 500, 2


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with its contexts; ``supported`` is the label. ``held``: no training of the entailment model has seen it."""

    name: str
    claim: str
    contexts: tuple[str, ...]
    supported: bool
    held: bool


def read_cases(data: Path, names: Iterable[str]) -> dict[str, list[Case]]:
    """The cases of the named sets. ``data`` is the folder of the development data."""
    readers: dict[str, Callable[[Path], Iterator[Case]]] = {
        "wice": _wice, "clinifact": _clinifact, "scifact": _scifact, "pubmedqa": _pubmedqa, "evidence_inference": _evidence_inference,
        "written": _written, "variants": _variants,
    }  # fmt: skip
    return {name: list(readers[name](data)) for name in names}


def _wice(data: Path) -> Iterator[Case]:
    with gzip.open(data / "faithfulness" / "wice" / "claim_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(map(json.loads, file)):
            page = " ".join(line["evidence"])
            yield Case(f"wice-{number}", line["claim"], (page,), line["label"] == "supported", is_held(f"wice-{page[:80]}"))


def _clinifact(data: Path) -> Iterator[Case]:
    for part in ("train", "validation"):
        for line in _rows(data / "faithfulness" / "clinifact" / f"{part}.csv.gz"):
            name, label = f"clinifact-{line['index']}", line["label"].strip() == "1"
            yield Case(name, line["claim"], (line["article_abstract"],), label, is_held(line["nctId"]))


def _scifact(data: Path) -> Iterator[Case]:
    with gzip.open(data / "retrieval" / "scifact" / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        corpus = {line["_id"]: f"{line['title']}. {line['text']}" for line in map(json.loads, file)}
    seen: dict[str, Case] = {}
    for row in _rows(data / "faithfulness" / "scifact" / "claims_train.csv"):
        found = row["evidence_doc_id"]
        for doc in [str(int(float(found)))] if found else re.findall(r"\d+", row["cited_doc_ids"]):
            if doc in corpus:
                name = f"scifact-{row['id']}-{doc}"
                seen[name] = Case(name, row["claim"], (corpus[doc],), row["evidence_label"] == "SUPPORT", is_held(f"scifact-{doc}"))
    yield from seen.values()


def _pubmedqa(data: Path) -> Iterator[Case]:
    yield from _of_pairs("pubmedqa", pubmedqa(data))


def _evidence_inference(data: Path) -> Iterator[Case]:
    yield from _of_pairs("evidence_inference", evidence_inference(data))


def _written(_: Path) -> Iterator[Case]:
    yield from _of_pairs("written", written_pairs())


def _of_pairs(name: str, pairs: Iterable[Example]) -> Iterator[Case]:
    for number, pair in enumerate(pairs):
        if pair.evidence.strip():
            yield Case(f"{name}-{number}", pair.statement, (pair.evidence,), pair.label == CLASSES[0], is_held(pair.group))


def _variants(data: Path) -> Iterator[Case]:
    """True and false variants, made by rule, of sentences of public notes that no training has seen, as many of each."""
    rng = random.Random(11)
    seeds = held_note_seeds(data)
    for number, seed in enumerate(rng.sample(seeds, min(len(seeds), VARIED_SENTENCES))):
        right, wrong = paraphrases(seed.sentence, rng), contradictions(seed.sentence, rng, evidence=seed.contexts[0])
        for label, variant in [(True, v) for v in right[:VARIANTS_OF_EACH]] + [(False, v) for v in wrong[:VARIANTS_OF_EACH]]:
            yield Case(f"variants-{number}-{variant.kind}", variant.text, seed.contexts, label, True)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def overlap(case: Case) -> float:
    """Plain word overlap, the reference of ``score_verifier.py``."""
    have = set(re.findall(r"\w{3,}", " ".join(case.contexts).lower()))
    words = set(re.findall(r"\w{3,}", case.claim.lower()))
    return len(words & have) / max(len(words), 1)
