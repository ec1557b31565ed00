"""Marked questions put into plain words, and how the rules read those."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rag.questions.lists import load_lists
from rag.questions.marked import Marked
from rag.questions.restating import NO_FORM, reread, reread_by_time, restated
from rag.questions.understanding import understand
from rag.questions.understood import Intent
from rag.types import Span

TODAY = date(2024, 6, 1)


def marked(written: str, intent: Intent, kind: str, *flags: str) -> Marked:
    """A question with <things>, {times} and [thresholds] marked."""
    text, spans, opened = "", {"<": [], "{": [], "[": []}, ("", 0)
    for char in written:
        if char in spans:
            opened = (char, len(text))
        elif char in ">}]":
            spans[opened[0]].append(Span(opened[1], len(text)))
        else:
            text += char
    return Marked(text, intent, 0.9, kind, 0.9, tuple(spans["<"]), tuple(spans["{"]), tuple(spans["["]), frozenset(flags))


def again(question: Marked, names: tuple[str, ...] = ()) -> object:
    return reread(question, understand(question.text, as_of=TODAY), as_of=TODAY, names=names)


@pytest.mark.parametrize(
    ("written", "intent", "kind", "plain"),
    [
        ("where's her <K> sitting", Intent.LATEST, "obs", "What is the latest K?"),
        ("top <temp> {after the appendix came out}", Intent.HIGHEST, "obs", "What was the highest temp after the appendix came out?"),
        ("<water pill> begun when, in {2019} or so", Intent.STARTED, "med", "When was water pill started in 2019?"),
        ("{3/4/22} <weight>", Intent.VALUE_AT, "obs", "What was the weight on 3/4/22?"),
        ("ever an <a1c> [above 9]", Intent.PRESENCE, "obs", "Has the patient had a1c above 9?"),
        ("the <hip op>, when was the last", Intent.LAST_DONE, "proc", "When was the last hip op?"),
    ],
)
def test_a_question_is_put_into_plain_words(written: str, intent: Intent, kind: str, plain: str) -> None:
    assert restated(marked(written, intent, kind)) == plain


def test_state_and_whole_kinds_choose_the_form() -> None:
    assert restated(marked("what all does he swallow", Intent.LIST, "med", "now")) == "List all current medications?".replace("?", ".")
    assert restated(marked("still on <lisinopril>", Intent.PRESENCE, "med", "now")) == "Is the patient on lisinopril?"
    assert restated(marked("what about it", Intent.HIGHEST, "obs")) is None


def test_every_form_is_read_by_the_rules_as_its_intent() -> None:
    """Values of a day are left to the rules: without a day they ask for the latest or all."""
    things = {"obs": "potassium", "med": "lisinopril", "cond": "asthma", "proc": "colonoscopy", "imm": "tetanus vaccine"}
    things |= {"rep": "chest x-ray", "enc": "admission", "dev": "pacemaker", "allergy": "penicillin", "fam": "cancers", "soc": "smoking"}
    same = {"value_at": {"values", "latest"}, "first": {"first", "started"}, "latest": {"latest", "presence", "last_done", "report"}}
    same |= {"started": {"started", "last_done"}, "values": {"values", "list"}, "list": {"list", "values"}}
    for key, (form, *_) in load_lists("restating").items():
        intent, _, rest = key.partition(".")
        if form == NO_FORM:
            continue
        plain = form.format(thing=things.get(rest.split(".")[0], "potassium"), limit="", time="")
        assert understand(plain, as_of=TODAY)[0].intent.value in same.get(intent, {intent}), plain


def test_the_thing_is_taken_word_for_word_and_times_by_the_rules() -> None:
    part = again(marked("pls how low did the <kidney numbers> go {in 2021} for the form", Intent.LOWEST, "obs"))
    assert (part.intent, part.phrase) == (Intent.LOWEST, "kidney numbers")  # type: ignore[attr-defined]
    assert [window.start for window in part.windows] == ["2021-01-01"]  # type: ignore[attr-defined]


def test_time_words_that_the_rules_cannot_read_bound_the_answer_as_an_event() -> None:
    part = again(marked("<weight> {when the frost came}", Intent.VALUE_AT, "obs"))
    assert part.anchor is not None and not part.windows  # type: ignore[attr-defined]
    assert again(marked("<weight> {these days}", Intent.LATEST, "obs")).anchor is None  # type: ignore[attr-defined]


def test_a_word_before_the_mark_that_names_the_thing_belongs_to_it() -> None:
    part = again(marked("what was his glycated <hemoglobin>?", Intent.LATEST, "obs"))
    assert part.phrase == "glycated hemoglobin"  # type: ignore[attr-defined]


def test_marks_that_leave_out_a_clinical_word_are_not_followed() -> None:
    assert again(marked("when did the <blood clot> in the leg come", Intent.STARTED, "cond")) is None
    assert again(marked("which chemotherapy drugs has she had", Intent.LIST, "med", "past")) is None


def test_a_relative_must_be_seen_by_rules_and_reader_alike() -> None:
    told = marked("did his father have <gout>?", Intent.PRESENCE, "fam", "relative", "yesno")
    assert again(told).experiencer == "father"  # type: ignore[attr-defined]
    assert again(marked("did his father have <gout>?", Intent.PRESENCE, "cond", "yesno")) is None
    assert again(marked("did he have <gout>?", Intent.PRESENCE, "cond", "relative")) is None


def test_what_has_no_plain_form_or_asks_several_things_is_left_to_the_rules() -> None:
    assert again(marked("why was <lisinopril> stopped", Intent.WHY, "med")) is None
    assert again(marked("who drives her", Intent.UNKNOWN, "any")) is None
    assert again(marked("when was <lisinopril> started and what is the <potassium>", Intent.STARTED, "med", "several")) is None


def test_values_of_two_times_side_by_side_are_a_part_each() -> None:
    question = marked("<potassium> {in 2019} against {2021}", Intent.COMPARE, "obs")
    parts = reread_by_time(question, understand(question.text, as_of=TODAY), as_of=TODAY)
    assert [[window.start for window in part.windows] for part in parts] == [["2019-01-01"], ["2021-01-01"]]
    assert {part.phrase for part in parts} == {"potassium"}
    assert not reread_by_time(marked("<potassium> {in 2019} {then}", Intent.LIST, "obs"), (), as_of=TODAY)


def test_the_forms_hold_no_other_places() -> None:
    for key, forms in load_lists("restating").items():
        assert set(re.findall(r"\{(\w+)\}", forms[0])) <= {"thing", "time", "limit"}, key


def test_a_parent_who_asks_means_the_patient() -> None:
    part = again(marked("has my son got his <epipen>", Intent.PRESENCE, "med", "yesno", "now"))
    assert (part.experiencer, part.kinds) == ("patient", frozenset({"medication"}))  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["my daughter says her father had <gout>, did he", "my husband's brother had <gout>?"])
def test_a_caller_s_kin_who_only_tells_does_not_make_a_relative_the_patient(text: str) -> None:
    assert again(marked(text, Intent.PRESENCE, "cond", "yesno")) is None


def test_a_word_for_a_whole_kind_names_no_thing() -> None:
    assert restated(marked("active <MAR items> only", Intent.LIST, "med", "now")) == "List all current medications."


def test_of_a_time_only_the_clause_is_taken() -> None:
    assert restated(marked("lowest <K> {on Whitcombe while he was in}", Intent.LOWEST, "obs")) == "What was the lowest K while he was in?"


def test_what_is_asked_within_a_report_is_not_left_out() -> None:
    assert again(marked("prostate size on the <kidney scan>?", Intent.REPORT, "rep")) is None
    assert again(marked("pls the <kidney scan>, what did it show", Intent.REPORT, "rep")) is not None
