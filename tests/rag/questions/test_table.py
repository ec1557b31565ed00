"""Invented questions in many wordings, and what is understood of each."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from rag.questions.understanding import understand
from rag.questions.understood import Intent, Understood

AS_OF = datetime.date(2020, 5, 17)
_TABLE = yaml.safe_load(Path(__file__).with_name("table.yaml").read_text(encoding="utf-8"))
ROWS = [(intent, *(part.strip() for part in (row + " | ").split("|")[:3])) for intent, rows in _TABLE.items() for row in rows]


def test_table_is_long_enough_to_mean_something() -> None:
    assert len(ROWS) >= 250
    assert {intent for intent, *_ in ROWS} == {intent.value for intent in Intent}


@pytest.mark.parametrize(("intent", "question", "phrase", "fields"), ROWS, ids=[row[1] for row in ROWS])
def test_question_is_understood(intent: str, question: str, phrase: str, fields: str) -> None:
    found = understand(question, as_of=AS_OF)[-1]
    assert (found.intent.value, found.phrase) == (intent, phrase)
    assert found.polar == ("polar" in fields.split())
    assert found.negative == ("negative" in fields.split())
    for field in _fields(fields):
        name, _, value = field.partition("=")
        assert _shown(found, name) == value, field


def _fields(fields: str) -> list[str]:
    """The fields with a value, or ``guideline``: values may hold spaces."""
    found: list[str] = []
    for word in fields.split():
        if "=" in word and word[0].isalpha():
            found.append(word)
        elif word not in {"polar", "negative"}:
            if found and found[-1].startswith(("over=", "anchor=")):
                found[-1] += f" {word}"
            else:
                found.append(word)
    return found


def _shown(found: Understood, name: str) -> str:
    """One field of what was understood, as the table writes it."""
    window = found.windows[0] if found.windows else None
    shown = {
        "kinds": ",".join(sorted(found.kinds)),
        "at": found.at or "",
        "window": f"{window.start or ''}..{window.end or ''}" if window else "",
        "status": found.status,
        "of": found.experiencer,
        "limit": str(found.limit),
        "unit": found.unit or "",
        "guideline": "" if found.guideline else "no",
        "over": _threshold(found),
        "anchor": f"{found.anchor.relation} {found.anchor.kind} {found.anchor.words}".strip() if found.anchor else "",
    }[name]
    if name == "kinds" and "condition" in found.kinds and "finding" in found.kinds:
        return shown
    return shown


def _threshold(found: Understood) -> str:
    threshold = found.threshold
    if threshold is None:
        return ""
    second = f"/{threshold.second}" if threshold.second is not None else ""
    assert isinstance(threshold.value, Decimal)
    return f"{threshold.operator} {threshold.value}{second}" + (f" {threshold.unit}" if threshold.unit else "")
