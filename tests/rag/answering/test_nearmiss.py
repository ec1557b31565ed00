from __future__ import annotations

from rag.answering.evidence import Selection
from rag.answering.nearmiss import find_near_misses
from rag.types import Evidence, SourceSpan


def chosen(*quotes: str) -> Selection:
    return Selection(
        tuple(Evidence(SourceSpan("d-1", "0" * 64, n, n + 1), quote, 0.1, "other") for n, quote in enumerate(quotes)), len(quotes), 0.01
    )


def test_each_near_miss_says_why_it_is_none() -> None:
    misses = find_near_misses(
        "Does the patient have breast cancer?",
        chosen("Breast exam was normal.", "Mother had breast cancer.", "No evidence of breast cancer.", "Lungs are clear."),
    )
    assert [(kind, evidence.quote) for kind, evidence in misses] == [
        ("family", "Mother had breast cancer."),
        ("negated", "No evidence of breast cancer."),
        ("related", "Breast exam was normal."),
    ]


def test_sentences_about_something_else_are_not_shown() -> None:
    assert find_near_misses("When was the colonoscopy?", chosen("Lungs are clear.", "Follow up in May.")) == ()


def test_no_more_than_the_limit() -> None:
    assert len(find_near_misses("potassium", chosen(*[f"Potassium {n}." for n in range(9)]))) == 3
