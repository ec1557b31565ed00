"""The word lists beside the code are all read, and every list that the code asks for is there."""

import re
from pathlib import Path

import rag.questions
from rag.questions.cues import cue_phrases
from rag.questions.lists import listed, load_lists

FOLDER = Path(rag.questions.__path__[0])
CODE = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
ASKED = set(re.findall(r'listed\("(\w+)", "(\w+)"\)', CODE))
WHOLE = set(re.findall(r'load_lists\("(\w+)"\)', CODE))


def test_every_list_that_is_asked_for_holds_words() -> None:
    assert ASKED and all(listed(name, key) for name, key in ASKED)


def test_no_list_is_left_over() -> None:
    held = {(path.stem, key) for path in (FOLDER / "words").glob("*.yaml") for key in load_lists(path.stem)}
    assert {(name, key) for name, key in held if name not in WHOLE} == ASKED


def test_cues_of_both_places_are_one_table() -> None:
    assert "family:family" in cue_phrases()[("fh", "of")] and "when" in cue_phrases()[("until", "when")]
