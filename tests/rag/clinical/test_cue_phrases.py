"""Phrases that name lists of phrases, read a word a step."""

from __future__ import annotations

from rag.clinical.cue_phrases import Grammar

GRAMMAR = Grammar(
    {
        "negated_after": ("no {fresh?} sign of", "no"),
        "uncertain_after": ("no sign of",),
        "fresh": ("new", "{very} new"),
        "very": ("really", "really quite"),
    },
    str.split,
)


def _read(words: str) -> list[set[str]] | None:
    """The meanings complete after each word; None where a word leads nowhere."""
    state, found = GRAMMAR.start, []
    for word in words.split():
        following = state.after(word)
        if following is None:
            return None
        state = following
        found.append(set(state.names))
    return found


def test_a_phrase_is_read_through_the_lists_it_names() -> None:
    assert _read("no really quite new sign of") == [{"negated_after"}, set(), set(), set(), set(), {"negated_after"}]


def test_a_phrase_of_two_lists_has_both_meanings() -> None:
    assert _read("no sign of") == [{"negated_after"}, set(), {"negated_after", "uncertain_after"}]


def test_a_list_that_only_others_name_means_nothing_alone() -> None:
    assert GRAMMAR.openers == {"no"}
    assert _read("really new") is None


def test_words_outside_the_lists_are_not_kept() -> None:
    start = GRAMMAR.start
    known = len(start._known)
    assert start.after("123456") is None
    assert len(start._known) == known


def test_one_state_for_the_same_places() -> None:
    first, second = GRAMMAR.start.after("no"), GRAMMAR.start.after("no")
    assert first is second
