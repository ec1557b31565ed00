"""Notes per second of de-identification, against Presidio with the same model called note by note, in one run.

    python -m benchmarks.deid_speed [--notes N] [--rounds N]

Notes of 2,000 characters from the demo's generator with invented identifiers set in. Ours is the command's way: rules, lists and tagger
with surrogates written, texts tagged in batches. The peer is Presidio's ``AnalyzerEngine`` with the recognisers that it brings for
English and one that runs the same encoder, adapter and head with transformers, a note at a time, as Presidio's own transformers
recogniser does; it only finds, and writes nothing. Rounds alternate. Prints a line per round, medians and the ratio, and writes
``results/deid_speed.json``.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from api.commands.deidentify import deidentify_lines
from benchmarks.plots import RESULTS
from finetune.carriers import loaded
from finetune.encoders import draws
from finetune.tagger_data import carrier_notes
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.findings import Finding
from rag.deidentification.tagger import ADAPTER, ENTITIES, TAGS, WINDOW_PIECES, decided, judged_words, open_tagger
from rag.deidentification.tagging import Tagging
from rag.deidentification.word_features import piece_features
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import find_checkpoint
from rag.encoder.tokens import Tokens
from rag.keys import ephemeral_keys
from rag.types import Policy

NOTE_CHARS = 2_000


def notes_of(count: int) -> list[str]:
    """Texts of exactly ``NOTE_CHARS``."""
    rng, carriers = draws(11), carrier_notes(None)
    made = []
    while len(made) < count:
        text = ""
        while len(text) < NOTE_CHARS:
            text += loaded(rng.choice(carriers), rng).text + "\n"
        made.append(text[:NOTE_CHARS])
    return made


def ours(threads: int) -> Callable[[Sequence[str]], None]:
    """The command on streams in memory."""
    keys, tagger = ephemeral_keys(), open_tagger(threads)
    deidentifier = open_deidentifier(keys, tagging=Tagging(lambda: tagger))

    def run(texts: Sequence[str]) -> None:
        asked = io.StringIO("".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts)))
        told = io.StringIO()
        deidentify_lines(asked, told, io.StringIO(), deidentifier, keys, Policy.SAFE_HARBOR)
        if any(json.loads(line)["text"] is None for line in told.getvalue().splitlines()):
            raise RuntimeError("a note was quarantined: the figure would not count it")

    return run


def peer(threads: int) -> Callable[[Sequence[str]], None]:
    """Presidio with its own recognisers and the model as one more."""
    import torch
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    torch.set_num_threads(threads)
    model = _HuggingFaceTagger()

    class ModelRecognizer(EntityRecognizer):  # type: ignore[misc, unused-ignore]
        def load(self) -> None:
            """It comes loaded."""

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:
            return [RecognizerResult(f.entity_type.value, f.start, f.end, 0.85) for f in model.find(text)]

    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [r for r in registry.recognizers if type(r).__name__ not in ("EmailRecognizer", "SpacyRecognizer")]
    registry.add_recognizer(ModelRecognizer(supported_entities=[entity.value for entity in ENTITIES.values()], name="model"))
    engine = AnalyzerEngine(
        registry=registry, nlp_engine=NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}]), supported_languages=["en"]
    )

    def run(texts: Sequence[str]) -> None:
        for text in texts:
            engine.analyze(text, language="en")

    return run


class _HuggingFaceTagger:
    """The same encoder, adapter and head by transformers' own forward pass."""

    def __init__(self) -> None:
        import torch
        from transformers import BertConfig, BertModel

        checkpoint = find_checkpoint()
        self._adapter = load_adapter(ADAPTER, checkpoint)
        self._tokens = Tokens(checkpoint.folder, 1 << 30)
        self._model = BertModel(BertConfig.from_pretrained(str(checkpoint.folder)), add_pooling_layer=False).eval()
        arrays = self._adapter.merged(checkpoint.arrays())
        self._model.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()}, strict=False)

    def find(self, text: str) -> list[Finding]:
        import torch

        head = {name: torch.from_numpy(array) for name, array in self._adapter.head.items()}
        row = self._tokens.rows([text])[0]
        first, *inner, last = row.ids
        told = torch.from_numpy(piece_features(text, row.spans[1:-1]))
        chances = []
        with torch.inference_mode():
            for at in range(0, len(inner), WINDOW_PIECES):
                ids = torch.tensor([[first, *inner[at : at + WINDOW_PIECES], last]])
                own = told[at : at + WINDOW_PIECES]
                added = torch.nn.functional.pad(own @ head["told.weight"].T, (0, 0, 1, 1))
                embedded = self._model.embeddings.word_embeddings(ids) + added
                hidden = self._model(inputs_embeds=embedded).last_hidden_state[0, 1:-1]
                chances.append((torch.cat([hidden, own], -1) @ head["linear.weight"].T + head["linear.bias"]).softmax(-1))
        table = torch.cat(chances).numpy() if chances else torch.zeros(0, len(TAGS)).numpy()
        return list(decided(text, list(judged_words(text, row.spans[1:-1], table)), self._adapter.card["thresholds"]))


def main() -> None:
    """Alternate, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    texts = notes_of(given.notes)
    ways = {"chartcite": ours(given.threads), "presidio": peer(given.threads)}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():
        run(texts[:8])
    for number in range(given.rounds):
        for name, run in ways.items():
            began = time.perf_counter()
            run(texts)
            rates[name].append(len(texts) / (time.perf_counter() - began))
        print(f"round {number + 1}: " + ", ".join(f"{name} {found[-1]:.1f} notes/s" for name, found in rates.items()), flush=True)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    ratio = statistics.median(one / other for one, other in zip(rates["chartcite"], rates["presidio"], strict=True))
    result = {"notes": given.notes, "characters": NOTE_CHARS, "notes_per_second": rates, "medians": medians, "ratio": ratio}
    print(json.dumps({"medians": {name: round(rate, 1) for name, rate in medians.items()}, "ratio": round(ratio, 2)}))
    (RESULTS / "deid_speed.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
