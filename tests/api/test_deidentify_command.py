"""``chartcite deidentify``: one line out for each line in, offsets in the text as sent."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

from api.commands.deidentify import deidentify_lines
from rag.deidentification.deidentifier import Deidentifier, open_deidentifier
from rag.keys import KEY_BYTES, Keys
from rag.types import Policy
from tests.rules_alone import MissingDetector

KEYS = Keys(bytes(range(KEY_BYTES)))


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return open_deidentifier(KEYS, today=date(2026, 6, 1))


def run(deidentifier: Deidentifier, source: str, policy: Policy = Policy.SAFE_HARBOR) -> tuple[int, list[dict[str, object]], str]:
    sink, messages = io.StringIO(), io.StringIO()
    code = deidentify_lines(io.StringIO(source), sink, messages, deidentifier, KEYS, policy)
    return code, [json.loads(line) for line in sink.getvalue().splitlines()], messages.getvalue()


def line(text: str, name: object = "n1") -> str:
    return json.dumps({"id": name, "text": text}) + "\n"


def test_spans_are_offsets_into_the_text_as_sent(deidentifier: Deidentifier) -> None:
    text = "Mr.\u00a0Smi\u200bth\r\n\u00ad seen\x00 on 03/14/2021 🫀 by Dr. Okonkwo"
    code, (answer,), messages = run(deidentifier, line(text))
    assert (code, messages) == (0, "")
    values = [(text[span["start"] : span["end"]], span["entity_type"]) for span in answer["spans"]]  # type: ignore[attr-defined, index]
    assert values == [("Smi\u200bth", "PERSON"), ("03/14/2021", "DATE"), ("Okonkwo", "PERSON")]
    assert "2021" in str(answer["text"]) and "03/14" not in str(answer["text"])


def test_every_line_gets_its_line_in_order(deidentifier: Deidentifier) -> None:
    source = line("Dr. Okonkwo", 7) + "\n" + line("", None) + line("stable")
    code, answers, _ = run(deidentifier, source)
    assert code == 0
    assert [answer["id"] for answer in answers] == [7, None, "n1"]
    assert answers[2] == {"id": "n1", "text": "stable", "spans": []}


def test_malformed_line_is_named_and_the_rest_is_done(deidentifier: Deidentifier) -> None:
    source = "Dr. Okonkwo {\n" + '{"id": 1}\n' + "[" * 100_000 + "\n" + line("ok")
    code, answers, messages = run(deidentifier, source)
    assert code == 2
    assert [answer["text"] for answer in answers] == ["ok"]
    assert [message.split(":")[1].strip() for message in messages.splitlines()] == ["line 1", "line 2", "line 3"]
    assert "Okonkwo" not in messages


def test_quarantined_line_has_no_text_and_one_span_over_all() -> None:
    broken = open_deidentifier(KEYS, detectors=[MissingDetector("tagger", "no file")])
    code, (answer,), messages = run(broken, line("Dr. Okonkwo"))
    assert code == 0 and "Okonkwo" not in messages
    assert answer["text"] is None
    (span,) = answer["spans"]  # type: ignore[misc]
    assert (span["start"], span["end"], span["replacement"], span["reason"]) == (0, 11, None, "detector_missing")


def test_each_line_is_a_patient_of_its_own(deidentifier: Deidentifier) -> None:
    source = line("seen 2021-03-14", "a") + line("seen 2021-03-14", "b") + line("seen 2021-03-14", "a")
    _, answers, _ = run(deidentifier, source, Policy.DATE_SHIFT)
    texts = [answer["text"] for answer in answers]
    assert texts[0] == texts[2] != "seen 2021-03-14"
    assert texts[1] != texts[0]
