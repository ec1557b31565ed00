"""Windows that hang on an event of the chart: where an illness or a drug that goes on begins and ends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Told, coded, lab, told

Ask = Callable[..., Told]
STROKE = coded("condition", "{date|2020-03-01}: {name|Acute ischemic stroke}, {status|active}", code="s")
PNEUMONIA = coded("condition", "{date|2020-03-01}: {name|Pneumonia}, {status|resolved}, abated {abated|2020-04-01}", code="p")
VALUES = (lab("2020-02-01", "7.0"), lab("2020-03-04", "7.4"), lab("2020-05-01", "8.2"))


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("All A1c values after the stroke", ["7.4", "8.2"]),
        ("All A1c values in the first week after the stroke", ["7.4"]),
        ("All A1c values before the stroke", ["7.0"]),
        ("All A1c values after the pneumonia", ["8.2"]),
    ],
)
def test_after_an_illness_that_goes_on_is_after_it_began(ask: Ask, question: str, values: list[str]) -> None:
    answer = ask(question, STROKE, PNEUMONIA, *VALUES)
    assert [value for value in ("7.0", "7.4", "8.2") if f" {value} %" in answer.text] == values


def test_the_record_of_an_event_tells_when_it_was_and_not_a_plan_for_it(ask: Ask) -> None:
    planned = told("procedure", "{name|Delivery} planned for March.", "2020-01-10", assertion="hypothetical", status="planned")
    record = coded("procedure", "{date|2020-03-01}: {name|Spontaneous vaginal delivery}, {status|completed}", code="d")
    answer = ask("Lowest A1c around the delivery", planned, record, *VALUES)
    assert answer.text.startswith("The lowest Hemoglobin A1c was 7.4 % on 2020-03-04")


def test_a_visit_is_known_by_what_it_was_for_in_other_words(ask: Ask) -> None:
    lines = [
        coded(
            "encounter",
            f"{{date|{start}}}: {{name|Hospital admission}}, {{category|inpatient}}, {{status|finished}}, to {{stop|{stop}}}, "
            f"reason {{reason|{reason}}}",
            code="e",
        )
        for start, stop, reason in (
            ("2020-03-01", "2020-03-05", "Myocardial infarction"),
            ("2020-04-01", "2020-04-08", "Community-acquired pneumonia"),
        )
    ]
    assert ask("How long was she hospitalized for the heart attack?", *lines).text.endswith("ended on 2020-03-05, 4 days later.")
