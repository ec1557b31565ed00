"""False and true variants of true sentences."""

from __future__ import annotations

import pytest

from finetune.contradictions import Variant, contradictions, paraphrases
from finetune.encoders import draws
from finetune.number_changes import changed_number, date_changes, number_changes, other_dates, spelled

SENTENCES = (
    "The patient denies fever, chills, and chest pain.",
    "Lisinopril 20 mg daily was started on 2023-11-14 for hypertension.",
    "She has a history of breast cancer in the left breast.",
    "Her mother had type 2 diabetes and died of a stroke in March 2019.",
    "MRI showed no evidence of possible metastasis in 3 of 5 lesions.",
    "Hemoglobin increased to 11.5 g/dL after the transfusion.",
)


def variants(sentence: str, kind: str, tries: int = 40) -> list[Variant]:
    return [one for seed in range(tries) for one in contradictions(sentence, draws(seed)) if one.kind == kind]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_false_variant_differs_where_it_says_so(sentence: str) -> None:
    found = [one for seed in range(15) for one in contradictions(sentence, draws(seed))]
    assert len({one.kind for one in found}) >= 3
    for one in found:
        assert one.text != sentence and one.spans
        assert all(one.text[span.start : span.end].strip() for span in one.spans)
        assert len(one.text) < 2 * len(sentence) and one.text[0].isupper()


@pytest.mark.parametrize(
    ("place", "kind", "expected"),
    [
        (0, "negation", {"The patient reports fever, chills, and chest pain.", "The patient endorses fever, chills, and chest pain."}),
        (
            2,
            "side",
            {"She has a history of breast cancer in the right breast.", "She has a history of breast cancer in the bilateral breast."},
        ),
        (3, "experiencer", {"The patient had type 2 diabetes and died of a stroke in March 2019."}),
        (4, "omission", {"MRI showed evidence of possible metastasis in 3 of 5 lesions."}),
        (5, "direction", {"Hemoglobin decreased to 11.5 g/dL after the transfusion."}),
        (5, "unit", {"Hemoglobin increased to 11.5 mg/dL after the transfusion."}),
    ],
)
def test_each_kind_is_made(place: int, kind: str, expected: set[str]) -> None:
    assert expected & {one.text for one in variants(SENTENCES[place], kind)}


def test_a_dose_a_date_a_drug_and_a_condition_are_changed_in_their_places() -> None:
    for kind, kept in (("dose", "20 mg"), ("date", "2023-11-14"), ("drug", "Lisinopril"), ("condition", "hypertension")):
        found = variants(SENTENCES[1], kind)
        assert found and all(kept not in one.text for one in found), kind
        others = {"20 mg", "2023-11-14", "Lisinopril", "hypertension"} - {kept}
        assert all(other in one.text for one in found for other in others), kind


def test_a_name_is_exchanged_for_one_of_the_evidence() -> None:
    found = [
        one
        for seed in range(10)
        for one in contradictions("The firm hired Anna Kovar.", draws(seed), evidence="The board asked Ben Harlow to leave.")
        if one.kind == "swap"
    ]
    assert {one.text for one in found} == {"The firm hired Ben Harlow."}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_true_variant_keeps_every_number_and_denial(sentence: str) -> None:
    for seed in range(15):
        for one in paraphrases(sentence, draws(seed)):
            assert one.text != sentence and not one.spans
            for word in ("20", "2023", "2019", "11.5", "left"):
                assert (word in one.text) == (word in sentence), one.text
            denied = [word in f" {sentence.lower()} " for word in ("denies", "no evidence")]
            assert any(word in one.text.lower() for word in ("denies", "reports no", "not have", "no ", "without")) or not any(denied)


def test_a_list_is_put_in_another_order_or_cut() -> None:
    made = {one.text for seed in range(30) for one in paraphrases(SENTENCES[0], draws(seed))}
    assert "The patient denies chills, fever and chest pain." in made and "The patient denies fever and chills." in made


def test_the_same_seed_gives_the_same_variants() -> None:
    for sentence in SENTENCES:
        assert contradictions(sentence, draws(4)) == contradictions(sentence, draws(4))
        assert paraphrases(sentence, draws(4)) == paraphrases(sentence, draws(4))


@pytest.mark.parametrize("written", ["7", "10.5", "1,204", "0.04", "120", "2"])
def test_a_changed_number_is_another_of_the_same_form(written: str) -> None:
    for seed in range(60):
        new = changed_number(written, draws(seed))
        assert float(new.replace(",", "")) != float(written.replace(",", "")), new
        assert len(new.partition(".")[2]) == len(written.partition(".")[2])


def test_numbers_of_dates_are_dates() -> None:
    sentence = "On 03/14/2019 and March 5, 2020 he took 20 mg, 3 times, in 2021."
    assert [(kind, sentence[start:end]) for kind, start, end, _ in number_changes(sentence, draws(1))] == [("dose", "20"), ("number", "3")]
    found = [(sentence[start:end], new) for _, start, end, new in date_changes(sentence, draws(1))]
    assert {old for old, _ in found} == {"03/14/2019", "March 5, 2020", "2021"} and all(old != new for old, new in found)


def test_dates_and_small_numbers_are_written_otherwise() -> None:
    assert {new for _, _, new in other_dates("on 2019-03-14")} == {"March 14, 2019", "03/14/2019"}
    assert {new for _, _, new in other_dates("on 3/14/2019")} == {"March 14, 2019", "2019-03-14"}
    assert [new for _, _, new in spelled("3 of seven, 11.5 g and 40")] == ["three", "7"]
