"""Runs of words that may be one name: where a name begins and ends, and whether it can be one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.deidentification.terms import Terms
from rag.deidentification.words import Word

MAX_NAME_WORDS = 5
# Binary logarithms of census counts (see gazetteers): from tuning on the development notes.
MIN_SURNAME_ALONE = 7
MIN_COMMON_FIRST = 5
MIN_SURNAME_SHOUTED = 10
MIN_FIRST_SHOUTED = 2
MIN_SURNAME_ORDINARY = 12
MIN_SURNAME_BOTH_ORDINARY = 14
_DOSE_AFTER = re.compile(
    r"['’]?s?\s*\(?\d+(?:[.,]\d+)?\s*(?:-\s*\d+\s*)?"
    r"(?:mg|mcg|ml|units?|iu|g|grams?|%|tabs?|tablets?|puffs?|drops?|french|fr\b|gauge|x\s?\d)",
    re.IGNORECASE,
)
SAME_LINE_GAPS = re.compile(r"(?:[ \t]{1,3}|\.[ \t]?|-|[ \t]*[\"“(]|[\"”)][ \t]*)\Z")
TITLE_GAP = re.compile(r"\.?[ \t]{0,3}\n?[ \t]{0,3}\Z")
COMMA_GAP = re.compile(r"(?:,[ \t]{0,2}|\^)\Z")  # HL7 v2 writes SMITH^JOHN
_HYPHENS = ("-", "–", "/")


class NameRuns:
    """The words of one text, read as possible names."""

    def __init__(self, text: str, words: Sequence[Word], terms: Terms) -> None:
        self.text = text
        self.words = words
        self.terms = terms

    def run_from(self, index: int, *, commas: bool = False, titled: bool = False, limit: int = MAX_NAME_WORDS) -> list[int]:
        """Capitalised words from ``index`` that may be one name; after a title or label the first may be in small letters if listed."""
        run: list[int] = []
        while index < len(self.words) and len(run) < limit:
            word = self.words[index]
            facts = word.facts
            if run and not (SAME_LINE_GAPS.match(word.gap) or (commas and len(run) == 1 and COMMA_GAP.match(word.gap))):
                break
            if not run and facts.folded in self.terms.titles and TITLE_GAP.match(self.gap_after(index)) and facts.capital:
                index += 1
                continue
            particle = facts.folded in self.terms.name_particles and len(facts.folded) > 1
            lower_ok = (titled or commas) and facts.listed and facts.ordinary < 0 and len(facts.folded) > 2
            if not (facts.capital or particle or lower_ok):
                break
            if run and not particle and self._ends_name(index, titled):
                break
            if (
                word.gap.count(".")
                and run
                and not self.words[run[-1]].facts.initial
                and self.words[run[-1]].facts.folded not in ("st", "jr", "sr")
            ):
                break
            run.append(index)
            index += 1
        while run and self.words[run[-1]].facts.folded in self.terms.name_particles and not self.words[run[-1]].facts.capital:
            run.pop()
        return run

    def _ends_name(self, index: int, titled: bool) -> bool:
        """Whether a capitalised word after a name begins something else ("Dr. Smith Cardiology")."""
        word, facts, before = self.words[index], self.words[index].facts, self.words[index - 1].facts
        if facts.initial or word.gap == "-" or not facts.plain:
            return facts.folded in self.terms.credentials and facts.shouted and not facts.initial
        if facts.folded in self.terms.credentials and facts.shouted:
            return True
        first_before = before.first >= 0 and not before.blocked and not before.shouted
        if facts.blocked:
            return not (facts.first >= MIN_COMMON_FIRST - 2 or (first_before and facts.surname >= MIN_SURNAME_BOTH_ORDINARY))
        if first_before and (facts.surname >= MIN_SURNAME_ALONE or re.match(r"[ \t]*(?:\n|\Z)", self.text[word.end : word.end + 8])):
            return False
        return facts.surname < (MIN_SURNAME_BOTH_ORDINARY if titled else MIN_SURNAME_ORDINARY)

    def run_before(self, index: int, commas: bool = False) -> list[int]:
        """The capitalised words that end at ``index``."""
        run: list[int] = []
        while index >= 0 and len(run) < MAX_NAME_WORDS:
            word = self.words[index]
            facts = word.facts
            particle = bool(run) and facts.folded in self.terms.name_particles
            if not (facts.capital or particle) or facts.folded in self.terms.not_with_age or facts.folded in self.terms.titles:
                break
            if facts.blocked and run and facts.first < 0 and facts.surname < MIN_SURNAME_BOTH_ORDINARY:
                break
            run.insert(0, index)
            if not (SAME_LINE_GAPS.match(word.gap) or (commas and len(run) == 1 and COMMA_GAP.match(word.gap))):
                break
            if "." in word.gap and index and not self.words[index - 1].facts.initial:
                break
            index -= 1
        while len(run) > 1 and self._no_name(run[0]) and (len(run) > 2 or self.words[run[0]].facts.blocked):
            run.pop(0)
        if all(self.words[i].facts.initial for i in run):
            return []
        return run if not (len(run) == 1 and self._no_name(run[0])) else []

    def _no_name(self, index: int) -> bool:
        facts = self.words[index].facts
        if facts.initial:
            return False
        return facts.plain and facts.first < MIN_COMMON_FIRST

    def credible(self, run: list[int], labelled: bool = False) -> list[int]:
        """The run where it holds at least one word that is more name than word."""
        while (
            run and not labelled and self.words[run[-1]].facts.plain and self.words[run[-1]].facts.first < MIN_COMMON_FIRST and len(run) > 1
        ):
            if self.words[run[-1]].facts.surname >= MIN_SURNAME_ORDINARY:
                break
            run = run[:-1]
        if not run or all(self.words[i].facts.initial for i in run):
            return []
        facts = [self.words[i].facts for i in run]
        if facts[0].blocked and not (len(facts) > 1 and not facts[1].plain and facts[0].first >= 0) and facts[0].first < MIN_COMMON_FIRST:
            return []
        if any(self._strange(index, labelled) for index in run):
            return run
        pair = len(facts) > 1 and all(f.listed or f.initial for f in facts) and facts[0].first >= MIN_COMMON_FIRST - 3
        alone = len(facts) == 1 and facts[0].first >= MIN_COMMON_FIRST and not facts[0].shouted
        return run if pair or alone else []

    def _strange(self, index: int, labelled: bool) -> bool:
        """Neither an ordinary word, nor an abbreviation, nor an eponym in its place."""
        word = self.words[index]
        facts = word.facts
        if facts.plain or facts.initial or len(facts.folded) < 3 or facts.folded in self.terms.placeholders:
            return False
        if facts.eponym:
            return labelled and not self.eponymic(index)
        if facts.shouted and not word.shouting and not labelled:
            return len(facts.folded) > 3 and (facts.first >= MIN_FIRST_SHOUTED or facts.surname >= MIN_SURNAME_SHOUTED)
        return facts.listed if facts.shouted else True

    def extended(self, index: int, last: int) -> list[int]:
        run = list(range(index, last + 1))
        while last + 1 < len(self.words) and len(run) < MAX_NAME_WORDS and self.joined(last + 1):
            facts = self.words[last + 1].facts
            suffix = facts.folded in self.terms.name_suffixes or facts.initial
            if not facts.capital or (facts.plain and not suffix) or facts.eponym or not (facts.listed or suffix) or self.eponymic(last + 1):
                break
            last += 1
            run.append(last)
        return run

    def gap_after(self, index: int) -> str:
        return self.words[index + 1].gap if index + 1 < len(self.words) else self.text[self.words[index].end :][:4]

    def joined(self, index: int) -> bool:
        return SAME_LINE_GAPS.match(self.words[index].gap) is not None and "." not in self.words[index].gap

    def previous_in(self, index: int, verbs: frozenset[str]) -> bool:
        return any(at >= 0 and self.words[at].facts.folded in verbs for at in (index - 1, index - 2))

    def numbered(self, index: int) -> bool:
        word = self.words[index]
        written = self.text[word.start : word.end]
        return written[-1].isdigit() and len(written) > 3 and not word.facts.shouted and word.facts.capital and written[1].islower()

    def possessive(self, word: Word) -> bool:
        return self.text[word.end : word.end + 2] in ("'s", "’s")

    def eponymic(self, index: int) -> bool:
        """Whether the words around make this one a disease, a sign or a tool, or a medicine with its dose."""
        word = self.words[index]
        if _DOSE_AFTER.match(self.text, word.end):
            return True
        nouns, eponyms = self.terms.eponym_nouns, self.terms.eponyms
        if word.gap in _HYPHENS and index and self.words[index - 1].facts.folded in eponyms:
            return True
        for ahead in range(index + 1, min(index + 5, len(self.words))):
            following = self.words[ahead]
            if following.gap in _HYPHENS and following.facts.folded in eponyms and ahead == index + 1:
                return True
            if following.gap not in _HYPHENS and following.gap != " ":
                return False
            if following.facts.folded in nouns:
                owned = self.possessive(word) and not word.facts.eponym and following.facts.folded not in self.terms.named_nouns
                return not owned
            if not following.facts.capital:
                return False
        return False
