"""The shipped suite is what its generator makes, stands in the corpus, and the build that ships it answers it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from api.opening import Owner
from evaluation.build import Build
from evaluation.demo_faults import FAULTS, no_dropped, other_age, other_dose, other_side, own_disease
from evaluation.demo_suite import write_suite
from evaluation.items import AnswerItem, FaithfulnessItem, Item, Label
from evaluation.runner import run
from evaluation.suite import FOLDER, Suite, open_suite
from rag.reading import show_document
from rag.scope import Principal
from rag.types import Answer, Question, Status
from rag.verification.violation import SLOTS
from tests.evaluation.builds import Silent, WordForWord, suite


@pytest.fixture(scope="module")
def shipped() -> Suite:
    return open_suite("demo")


def items_of(shipped: Suite, name: str) -> tuple[Item, ...]:
    return next(part.items for part in shipped.parts if part.name == name)


def test_the_files_are_what_the_generator_makes(tmp_path: Path) -> None:
    write_suite(tmp_path)
    for name in ("demo_questions.jsonl", "demo_responses.jsonl"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_it_holds_true_answers_silence_and_planted_hallucinations_of_every_slot(shipped: Suite) -> None:
    questions = [item for item in items_of(shipped, "questions") if isinstance(item, AnswerItem)]
    responses = [item for item in items_of(shipped, "responses") if isinstance(item, FaithfulnessItem)]
    assert len(questions) + len(responses) >= 150
    status = Counter(item.gold.status for item in questions)
    assert status[Status.ANSWERED] >= 80 and status[Status.NOT_DOCUMENTED] >= 25
    assert all(item.gold.spans and (item.gold.must or item.gold.starts) for item in questions if item.gold.status is Status.ANSWERED)
    planted = Counter(item.planted for item in responses if item.planted)
    assert 0.25 <= planted.total() / len(responses) <= 0.35  # as evaluation/suites/demo.yaml says
    assert {"number", "unit", "dose", "drug", "date", "laterality", "negation", "experiencer", "certainty"} == set(planted) <= set(SLOTS)
    assert all((item.label is Label.SUPPORTED) is (item.planted is None) for item in responses)
    assert {item.slices.sex for item in questions} == {"female", "male", None} and len({item.slices.race for item in questions}) >= 3


def test_a_true_quote_stands_in_its_context_and_a_planted_one_does_not(shipped: Suite) -> None:
    for item in items_of(shipped, "responses"):
        if isinstance(item, FaithfulnessItem) and item.id.startswith("quoted"):
            stands = any(" ".join(item.response.split()) in context for context in item.contexts)
            assert stands is (item.planted is None), item.id


def test_faults_change_one_slot_and_nothing_where_they_do_not_apply() -> None:
    assert other_dose("Amlodipine increased from 5 mg to 10 mg.") == "Amlodipine increased from 5 mg to 20 mg."
    assert other_side("Left knee swollen, left hip well.") == "Right knee swollen, right hip well."
    assert other_side("Right kidney 9.4 cm, left kidney 9.6 cm.") is None
    assert no_dropped("She denies melena.") == "She has melena." and no_dropped("There are no renal cysts.") == "There is renal cysts."
    assert no_dropped("No fever, no saddle numbness.") is None
    assert own_disease("Mother had a stroke at 71.") == "The patient had a stroke at 71."
    assert other_age("Died at 68.") == "Died at 59."
    assert all(rule("Feels well.") is None for _, rule in FAULTS)


@pytest.fixture(scope="module")
def built(demo: Owner, operator: Principal) -> Build:
    def ask(question: Question) -> Answer:
        return demo.service.ask(question, operator)

    def read(doc_id: str, sha256: str) -> str:
        return show_document(demo.workspace.database, f"{doc_id}@{sha256}", operator).text

    return Build({"code": "this"}, ask, read, WordForWord())


def test_this_build_answers_a_part_of_the_suite_right_cited_and_supported(shipped: Suite, built: Build, tmp_path: Path) -> None:
    chosen = items_of(shipped, "questions")[::6]
    (part,) = run(suite(("questions", "answers", chosen)), built, tmp_path, Silent())
    assert {score.item: (score.missing, score.notes) for score in part.scores if score.missing or score.notes} == {}
    recorded = (tmp_path / "records.jsonl").read_text()
    names = re.compile(r"Delgado|Whitcombe|Kowalczyk|Addison|Feldman|Winthrop")  # answers are recorded as stored, not revealed
    assert '"exact":true' in recorded and not names.search(recorded)
