"""Names of people: from what stands around a capitalised word, and from the census against ordinary and clinical words.

Three passes over the words of a text: cues (a title, a label, a relative, a credential, an age after the name), which accept words
that no list knows; pairs and single words that the census lists and that are neither ordinary words nor eponyms; and repetition:
what was a name with certainty once is one wherever it stands capitalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.name_runs import (
    COMMA_GAP,
    MIN_COMMON_FIRST,
    MIN_FIRST_SHOUTED,
    MIN_SURNAME_ALONE,
    MIN_SURNAME_BOTH_ORDINARY,
    MIN_SURNAME_ORDINARY,
    MIN_SURNAME_SHOUTED,
    TITLE_GAP,
    NameRuns,
)
from rag.deidentification.terms import Terms, load_terms
from rag.deidentification.words import Word, words_of

# Binary logarithms of census counts (see gazetteers): from tuning on the development notes.
MIN_SURNAME_OPENING = 8
MIN_FIRST_ALONE = 1
MIN_FIRST_OPENING = 2
MIN_SURNAME_TITLED = 16
MIN_SURNAME_SMALL = 12
MIN_SURNAME_AFTER_COLON = 13
_AGE_AFTER = re.compile(
    r"(?:,|\s+(?:is|was))?\s+(?:(?:is|was)\s+)?(?:an?\s+|the\s+)?(?:[A-Za-z-]+,?\s+){0,3}?(?:\d{1,3}|[a-z]+(?:-[a-z]+)?)[\s-]?"
    r"(?:year|yr|y\.?\s?/?o\b|month|week|day)s?[\s-]*(?:old|o\b|of\s+age)"
)
_AGE_WORD = re.compile(r"\b(?:old|y/?o|of\s+age|y\.o)\b", re.IGNORECASE)
_DOTTED_CREDENTIAL = re.compile(r",?\s*(?:M\.\s?D|D\.\s?O|R\.\s?N|Ph\.\s?D|P\.\s?A|N\.\s?P|D\.D\.S|D\.P\.M|O\.\s?D|L\.P\.N|M\.S\.W)\.")
_ONE_NAME_GAPS = re.compile(r"(?:[ \t]{1,3}|\.[ \t]?|-|[ \t]?\n[ \t]{0,3}|[ \t]*['\"“”(]{1,2}|['\"“”)]{1,2}[ \t]*)\Z")
_LABEL_GAP = re.compile(r"(?:\([sS]\))?['’]?s?[ \t]*(?:name|signature)?[ \t]*[:=|][ \t|*_]*\n?[ \t]*\Z", re.IGNORECASE)


class NameDetector:
    """People's names, without knowing the patient. Linear."""

    name = "names"

    def find(self, text: str) -> Sequence[Finding]:
        """Spans of whole names, without titles and possessives."""
        words = words_of(text)
        marks = _Marks(text, words, load_terms())
        marks.from_ages()
        for index in range(len(words)):
            marks.from_cues(index)
        for index in range(len(words)):
            marks.from_census(index)
        marks.from_repetition()
        return [Finding(start, end, EntityType.PERSON, self.name) for start, end in marks.spans()]


class _Marks(NameRuns):
    """Which words of one text are names: 0 no, 1 by the census, 2 by a cue or a pair (sure enough to look for elsewhere)."""

    def __init__(self, text: str, words: Sequence[Word], terms: Terms) -> None:
        super().__init__(text, words, terms)
        self.marks = bytearray(len(words))
        self.cues = _cues()

    # --- cues -------------------------------------------------------------------------------------------------------

    def from_ages(self) -> None:
        """``<Name> is a 62 year-old``, also with a line break before ``is``."""
        if not _AGE_WORD.search(self.text):
            return
        for index, word in enumerate(self.words):
            if (
                word.facts.capital
                and index + 1 < len(self.words)
                and self.words[index + 1].facts.folded in ("is", "was", "a", "an", "yo", "year")
            ):
                following = _AGE_AFTER.match(self.text, word.end)
                if following and word.facts.folded not in self.terms.not_with_age:
                    self._mark(self.run_before(index))

    def from_cues(self, index: int) -> None:
        """Mark what a cue at ``index`` says is a name."""
        word = self.words[index]
        folded = word.facts.folded
        terms = self.terms
        if folded in self.cues:
            self._after_cue(index)
        if self._is_credential(index):
            self._mark(self.credible(self.run_before(index - 1, commas=True), labelled=True))
        if index and not word.facts.capital and word.gap == " " and (folded in terms.person_verbs or self._done_to_people(index)):
            self._before_verb(index - 1)
        if folded in terms.relatives and not word.facts.capital and index and self._owns(index - 1):
            self._mark([index - 1])

    def _after_cue(self, index: int) -> None:
        """A title, a label, a relative or a word like "seen by" before a name."""
        folded, terms, after = self.words[index].facts.folded, self.terms, self.gap_after(index)
        if folded in terms.titles and TITLE_GAP.match(after):
            self._after_title(index)
        if folded in terms.labels and _LABEL_GAP.match(after):
            self._mark(self.credible(self.run_from(index + 1, commas=True), labelled=folded not in terms.relatives))
        if folded == "name" and after == " " and index + 2 < len(self.words) and self.words[index + 1].facts.folded == "is":
            self._mark(self.credible(self.run_from(index + 2)))
        if folded in terms.relatives and re.fullmatch(r",?[ \t]+|[ \t]*\([ \t]*|[ \t]*\n[ \t]*", after):
            self._mark(self.credible(self.run_from(index + 1, limit=3)))
        if folded in terms.before_name and re.fullmatch(r"[ \t]{1,3}|,?[ \t]*\n{1,3}[ \t]*|:[ \t]*", after):
            self._mark(self.credible(self.run_from(index + 1)))
        if (
            folded in ("by", "with")
            and re.fullmatch(r":?[ \t]{1,3}", after)
            and self.previous_in(index, self.terms.by_words if folded == "by" else self.terms.with_words)
        ):
            self._mark(self.credible(self.run_from(index + 1)))

    def _after_title(self, index: int) -> None:
        word = self.words[index]
        soft = word.facts.folded in self.terms.soft_titles
        if (
            soft
            and not word.facts.capital
            and word.facts.folded not in self.terms.relatives
            and word.facts.folded not in ("doctor", "nurse")
        ):
            return
        run = self.run_from(index + 1, titled=True)
        if all(self.words[i].facts.initial or self.words[i].facts.folded in self.terms.placeholders for i in run):
            return
        first = self.words[run[0]].facts
        if soft and (not first.capital or (first.plain and max(first.first - MIN_COMMON_FIRST, first.surname - MIN_SURNAME_TITLED) < 0)):
            return
        if soft and first.shouted and not word.shouting:
            return
        self._mark(run)

    def _before_verb(self, index: int) -> None:
        """A capitalised word before what only people do: a first name though it is a word ("Opal denies"), or a word no list knows."""
        word, facts = self.words[index], self.words[index].facts
        before = self.words[index - 1].facts if index and self.joined(index) else None
        if not facts.capital or (facts.shouted and not word.shouting) or len(facts.folded) < 3 or facts.folded in self.terms.not_with_age:
            return
        if before is not None and before.capital and before.first >= 0 and not before.plain and not facts.blocked:
            self._mark([index - 1, index])
        elif facts.plain or facts.eponym or word.shouting:
            if (facts.first >= MIN_COMMON_FIRST and not facts.blocked) or (
                facts.eponym and not facts.plain and facts.surname >= MIN_SURNAME_ORDINARY and not self.eponymic(index)
            ):
                self._mark([index])
        elif word.opens or facts.listed or (before is not None and before.capital):
            unknown = before is not None and before.capital and not before.plain and not before.initial and len(before.folded) > 2
            self._mark([index - 1, index] if unknown else [index])

    def _done_to_people(self, index: int) -> bool:
        """``was seen``, ``is doing``, ``has been admitted``."""
        if self.words[index].facts.folded not in ("was", "is", "has", "had") or not self.words[index - 1].opens:
            return False
        return any(word.facts.folded in self.terms.done_to_people for word in self.words[index + 1 : index + 3])

    def _owns(self, index: int) -> bool:
        """``Adir's mother``."""
        word = self.words[index]
        named = not word.facts.plain or word.facts.first >= MIN_COMMON_FIRST
        return self.possessive(word) and word.facts.capital and named and not word.facts.shouted

    def _is_credential(self, index: int) -> bool:
        word = self.words[index]
        if index and self.words[index - 1].facts.capital and _DOTTED_CREDENTIAL.match(self.text, self.words[index - 1].end):
            return True
        if word.facts.folded not in self.terms.credentials or not index or not self.text[word.start : word.end][0].isupper():
            return False
        comma = COMMA_GAP.match(word.gap) is not None
        return comma or (
            word.gap == " " and word.facts.shouted and not word.shouting and word.facts.folded not in self.terms.ambiguous_credentials
        )

    # --- census -----------------------------------------------------------------------------------------------------

    def from_census(self, index: int) -> None:
        """Mark a pair that begins at ``index``, else the word alone where the census makes it a name."""
        word = self.words[index]
        if self.marks[index] == 2 or word.facts.initial:
            return
        if not word.facts.capital:
            if self._small_pair(index):
                self._mark([index, index + 1])
            return
        if self.numbered(index) and index + 1 < len(self.words) and self.joined(index + 1) and self.numbered(index + 1):
            self._mark([index, index + 1])
            return
        last = self._pair_end(index)
        if last is not None:
            self._mark(self.extended(index, last))
        elif self._alone(index) and not self.marks[index]:
            self.marks[index] = 1

    def _small_pair(self, index: int) -> bool:
        """``john smith`` in small letters: a common first name and a common surname that are no other words."""
        first = self.words[index].facts
        if first.plain or first.first < MIN_COMMON_FIRST or index + 1 >= len(self.words) or self.words[index + 1].gap != " ":
            return False
        last = self.words[index + 1].facts
        return not last.plain and not last.capital and last.surname >= (MIN_SURNAME_TITLED if last.eponym else MIN_SURNAME_SMALL)

    def _pair_end(self, index: int) -> int | None:
        """The index of the last name where a first name at ``index`` (or a last name and a comma) begins a full name."""
        following = index + 1
        if following < len(self.words) and COMMA_GAP.match(self.words[following].gap):
            return following if self._last_comma_first(index, following) else None
        if following < len(self.words) and self.words[following].facts.initial and self.joined(following):
            following += 1
            if following >= len(self.words) or not re.fullmatch(r"\.?[ \t]{0,2}", self.words[following].gap):
                return None
        elif following >= len(self.words) or not self.joined(following):
            return None
        return following if self._is_pair(index, following) else None

    def _is_pair(self, index: int, following: int) -> bool:
        first, last = self.words[index].facts, self.words[following].facts
        if not last.capital or last.initial or last.blocked:
            return False
        if self.eponymic(following) and (last.eponym or first.first < MIN_COMMON_FIRST or self.words[following].gap == "-"):
            return False
        if self.words[index].shouting and first.shouted:
            return (
                not first.plain
                and not last.plain
                and (
                    (first.first >= MIN_FIRST_SHOUTED and last.surname >= MIN_SURNAME_SHOUTED)
                    or (first.first >= MIN_COMMON_FIRST and last.listed)
                )
            )
        if last.shouted and not first.shouted and (last.surname < MIN_SURNAME_SHOUTED or len(last.folded) < 4):
            return False
        if first.first >= 0 and not first.plain:
            return last.ordinary < 0 or last.surname >= MIN_SURNAME_ORDINARY
        if first.first >= MIN_COMMON_FIRST - 2 and last.ordinary < 0:
            return last.surname >= 8 and (not first.blocked or last.surname >= MIN_SURNAME_ALONE)
        if first.first >= MIN_COMMON_FIRST and first.ordinary >= 0 and not first.blocked:
            return last.surname >= MIN_SURNAME_BOTH_ORDINARY
        unknown = not first.plain and not first.eponym and not first.shouted and len(first.folded) > 2
        if not unknown or last.ordinary >= 0 or last.eponym or last.folded in self.terms.facility_heads or self.eponymic(following):
            return False
        # In 1,800 development notes no two capitalised words in a row that lists do not know were anything but a name.
        return len(last.folded) > 2 and not last.shouted and (not self.words[index].opens or last.listed or first.listed)

    def _last_comma_first(self, index: int, following: int) -> bool:
        last, first = self.words[index].facts, self.words[following].facts
        if not first.capital or first.initial or self.eponymic(index) or (first.shouted and not last.shouted):
            return False
        if last.plain:
            return (
                last.surname >= MIN_SURNAME_BOTH_ORDINARY - 1
                and first.first >= MIN_COMMON_FIRST
                and not first.plain
                and self.words[index].opens
            )
        if first.first < 0 or first.blocked or (first.ordinary >= 0 and first.first < MIN_COMMON_FIRST):
            both = last.shouted and first.shouted and not first.plain and len(first.folded) > 4 and self.words[index].opens
            return both and last.surname >= MIN_SURNAME_ALONE + 1
        return last.surname >= MIN_SURNAME_ALONE or (not last.shouted and self.words[index].opens and len(last.folded) > 3)

    def _alone(self, index: int) -> bool:
        word = self.words[index]
        facts = word.facts
        if facts.plain or facts.eponym or word.shouting or len(facts.folded) < 3 or self.eponymic(index):
            return False
        if self.text[word.end - 1].isdigit():
            return False  # genes and products; record generators' names come in pairs
        if facts.shouted:
            return facts.first >= MIN_COMMON_FIRST and len(facts.folded) > 4
        if index and self.words[index - 1].facts.folded in self.terms.determiners and not self.words[index - 1].facts.capital:
            return False
        if index and self.words[index - 1].facts.folded in self.terms.place_cues and facts.first < MIN_COMMON_FIRST:
            return False
        hyphened = word.gap == "-" or self.gap_after(index) == "-"
        if ":" in word.gap:  # a finding after its label ("Neck: Supple")
            return facts.first >= MIN_COMMON_FIRST or facts.surname >= MIN_SURNAME_AFTER_COLON
        if (word.opens or hyphened) and not self.possessive(word):
            return facts.first >= MIN_FIRST_OPENING or facts.surname >= MIN_SURNAME_OPENING
        if len(facts.folded) < 4 and facts.first < MIN_COMMON_FIRST:
            return False
        return facts.first >= MIN_FIRST_ALONE or facts.surname >= MIN_SURNAME_ALONE

    # --- repetition and spans ---------------------------------------------------------------------------------------

    def from_repetition(self) -> None:
        """Mark every capitalised repetition of a word that was surely a name and is no ordinary word."""
        sure = {
            w.facts.folded
            for w, mark in zip(self.words, self.marks, strict=True)
            if mark == 2 and len(w.facts.folded) > 2 and not w.facts.plain
        }
        for index, word in enumerate(self.words):
            if not self.marks[index] and word.facts.folded in sure and word.facts.capital and not self.eponymic(index):
                self.marks[index] = 1

    def spans(self) -> Iterator[tuple[int, int]]:
        """Marked words, with those of one name in one span."""
        index = 0
        while index < len(self.words):
            if not self.marks[index]:
                index += 1
                continue
            last = index
            while last + 1 < len(self.words) and self.marks[last + 1] and _ONE_NAME_GAPS.match(self.words[last + 1].gap):
                last += 1
            yield self.words[index].start, self.words[last].end
            index = last + 1

    def _mark(self, run: Sequence[int]) -> None:
        for index in run:
            self.marks[index] = 2


@cache
def _cues() -> frozenset[str]:
    """Words that a name may follow."""
    terms = load_terms()
    return terms.titles | terms.labels | terms.relatives | terms.before_name | {"name", "by", "with"}
