"""What is kept of a revealed answer, and what a build is known by."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from api.evaluating import _CODE
from evaluation.items import AnswerItem, Gold
from evaluation.kinds.answers import REVEALED_DIFFERS, _fault
from rag.types import Answer, Status


@pytest.mark.parametrize(("reveal", "kept"), [("treatment", REVEALED_DIFFERS), (None, "lacks Zlandry")])
def test_what_a_revealed_answer_lacks_is_not_written_down(reveal: str | None, kept: str) -> None:
    item = AnswerItem(id="1", question="Who?", gold=Gold(status=Status.ANSWERED, must=(("Zlandry",),)), reveal=reveal)
    said = Answer("1", "Who?", None, Status.ANSWERED, "Her aunt.", (), (), None, "g", None)
    assert _fault(item, said, said) == kept


def test_every_list_and_every_weight_is_part_of_a_build_s_identity() -> None:
    folder = Path(rag.__file__).parent
    data = [path for path in folder.rglob("*") if path.is_file() and {"data", "adapters"} & set(path.relative_to(folder).parts)]
    assert data and {path.suffix for path in data} - {".png", ".md"} <= _CODE
