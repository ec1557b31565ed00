"""Pairs drawn anew for each epoch: true sentences with what they rest on, as they are, told otherwise, made false, or with something added.

Sentences come from the demo's generator, from packaged and public pairs that are supported and, with their folder, from public notes,
held against the note itself or against the dialogue it sums up.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.contradictions import Variant, contradictions, paraphrases
from finetune.public_pairs import CONTRADICTED, SUPPORTED, UNKNOWN, conclusions, read_of
from finetune.verifier import UNSUPPORTED, Example
from ingestion.demo.synthetic import generate_patients
from rag.clinical.sentences import split_sentences
from rag.types import Span

DEMO_PATIENTS, DEMO_SEED = 40, 11
MIN_WORDS, MAX_WORDS = 4, 45
TRUE_SHARE, ADDED_SHARE, REMOVED_SHARE = 0.42, 0.10, 0.05
RETOLD_SHARE = 0.6
OPPOSED_KINDS = frozenset(
    {"number", "dose", "unit", "side", "negation", "omission", "direction", "comparison", "date", "time", "frequency", "route", "sex"}
)
"""Kinds of change whose result the evidence contradicts; of the others it is only sure that it does not support it."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Seed:
    """A true sentence and the texts that it rests on; ``source`` and ``group`` as an example's."""

    sentence: str
    contexts: tuple[str, ...]
    source: str
    group: str


def seeds_of(examples: Sequence[Example], data: Path | None) -> list[Seed]:
    """Sentences to draw from: of supported examples, the demo's notes and, with the folder of public data, its notes and abstracts."""
    found = [Seed(e.statement, (e.evidence,), e.source, e.group) for e in examples if e.label == SUPPORTED]
    found += _demo_seeds()
    if data is None:
        return found
    told = [Seed(sentence, (rest,), source, group) for sentence, rest, source, group in conclusions(data)]
    return [*found, *told, *note_seeds(data / "notes")]


def _demo_seeds() -> Iterator[Seed]:
    for bundle in map(dict[str, Any], generate_patients(DEMO_PATIENTS, DEMO_SEED)):
        group = f"demo-{bundle['entry'][0]['resource'].get('id')}"
        for entry in bundle["entry"]:
            for content in entry["resource"].get("content", ()):
                text = base64.b64decode(content["attachment"]["data"]).decode("utf-8")
                yield from (Seed(sentence, (text,), "demo", group) for sentence in _sentences(text))


def note_seeds(folder: Path) -> Iterator[Seed]:
    """Sentences of public notes, against the note and against the dialogue that it sums up."""
    for name, key in (("aci_bench", "note"), ("mts_dialog", "section_text")):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for number, line in enumerate(file):
                row, group = json.loads(line), f"{name}-{number}"
                for sentence in _sentences(row[key]):
                    yield Seed(sentence, (row[key],), name, group)
                    if name == "mts_dialog":
                        yield Seed(sentence, (row["dialogue"],), f"{name}-dialogue", group)


def _sentences(text: str) -> Iterator[str]:
    for span in split_sentences(text):
        sentence = _SPACE.sub(" ", text[span.start : span.end]).strip(" •-")
        if MIN_WORDS <= len(sentence.split()) <= MAX_WORDS and not sentence.isupper() and not sentence.endswith((":", "?")):
            yield sentence


def drawn_pairs(seeds: Sequence[Seed], wanted: int, rng: random.Random) -> list[Example]:
    """``wanted`` pairs, of every source alike and of every kind of change as often as the sentences allow."""
    by_source: dict[str, list[Seed]] = {}
    for seed in seeds:
        by_source.setdefault(seed.source, []).append(seed)
    made: list[Example] = []
    kinds: Counter[str] = Counter()
    sources = sorted(by_source)
    for number in range(wanted * 2):
        if not sources or len(made) >= wanted:
            break
        own = by_source[sources[number % len(sources)]]
        example = _drawn(rng.choice(own), own, kinds, rng)
        if example is not None:
            made.append(example)
    return made


def _drawn(seed: Seed, others: Sequence[Seed], kinds: Counter[str], rng: random.Random) -> Example | None:
    text = seed.sentence
    if rng.random() < RETOLD_SHARE:
        told = paraphrases(text, rng)
        text = rng.choice(told).text if told else text
    chance = rng.random()
    if chance < TRUE_SHARE:
        return _example(seed, text, SUPPORTED, "true", ())
    if chance < TRUE_SHARE + ADDED_SHARE:
        added = _added(text, rng.choice(others), seed)
        return _example(seed, added[0], UNSUPPORTED, "added", (added[1],)) if added else None
    if chance < TRUE_SHARE + ADDED_SHARE + REMOVED_SHARE and seed.contexts[0].count(seed.sentence) == 1:
        left = seed.contexts[0].replace(seed.sentence, " ")
        return _example(Seed(seed.sentence, (left,), seed.source, seed.group), text, UNKNOWN, "removed", None) if left.strip() else None
    variants = contradictions(text, rng, evidence=seed.contexts[0])
    variants = [one for one in variants if not _said(one, seed.contexts[0])]
    if not variants:
        return None
    variant = min(variants, key=lambda one: kinds[one.kind])
    kinds[variant.kind] += 1
    return _example(seed, variant.text, CONTRADICTED if variant.kind in OPPOSED_KINDS else UNSUPPORTED, variant.kind, variant.spans)


def _said(variant: Variant, evidence: str) -> bool:
    """Whether the evidence may say the new words too, of a kind where that would make them true."""
    if variant.kind not in ("condition", "symptom", "drug", "procedure"):
        return False
    words = [variant.text[span.start : span.end].casefold() for span in variant.spans]
    return any(word in evidence.casefold() for word in words)


def _added(text: str, other: Seed, seed: Seed) -> tuple[str, Span] | None:
    """The sentence with another's end after it: what is added the evidence does not tell."""
    if other.group == seed.group:
        return None
    words = other.sentence.rstrip(".").split()
    if len(words) < 4:
        return None
    tail = " ".join(words[-min(len(words), 8) :]) if len(words) > 12 else other.sentence.rstrip(".")
    body = text.rstrip(". ")
    joint = " and "
    whole = f"{body}{joint}{tail[:1].lower()}{tail[1:]}."
    return whole, Span(len(body) + len(joint), len(whole) - 1)


def _example(seed: Seed, text: str, label: str, kind: str, doubted: tuple[Span, ...] | None) -> Example | None:
    evidence = read_of(text, seed.contexts)
    return Example(evidence, text, label, f"made-{kind}", seed.group, doubted) if evidence else None


@dataclass(frozen=True, slots=True)
class Perturbed:
    """A true sentence's variant for a test: ``true`` says whether it still is."""

    evidence: str
    statement: str
    true: bool
    kind: str


def perturbation_set(seeds: Sequence[Seed], wanted: int, rng: random.Random) -> list[Perturbed]:
    """``wanted`` false and ``wanted`` true variants of sentences of notes, of every kind as often as there are sentences for it.

    The evidence is the sentence with those beside it, as it would be cited.
    """
    kinds: Counter[str] = Counter()
    false: list[Perturbed] = []
    true: list[Perturbed] = []
    for seed in rng.sample(list(seeds), len(seeds)):
        variants = [one for one in contradictions(seed.sentence, rng) if not _said(one, seed.contexts[0])]
        if variants and len(false) < wanted:
            chosen = min(variants, key=lambda one: kinds[one.kind])
            kinds[chosen.kind] += 1
            false.append(Perturbed(read_of(seed.sentence, seed.contexts), chosen.text, False, chosen.kind))
        told = paraphrases(seed.sentence, rng)
        if told and len(true) < wanted:
            retold = rng.choice(told)
            true.append(Perturbed(read_of(seed.sentence, seed.contexts), retold.text, True, retold.kind))
    return [*false, *true]
