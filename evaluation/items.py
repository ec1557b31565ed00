"""What is evaluated: one frozen record per kind of item, read from strangers' files and therefore validated.

The gold of a question is that of the project's own question files: what must stand in the answer, what must not, and the spans that it
has to be cited with, by the document's own key and a verbatim quote, so that it holds in any workspace.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.types import Status

SLICES = ("note_type", "section", "intent", "found_in", "age_band", "sex", "race", "ethnicity", "slot", "source")
"""What figures are told apart by, where an item records it."""


class Data(BaseModel):
    """Frozen, and refuses fields it does not know: a typing slip must not drop a gold label in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Slices(Data):
    """Where an item belongs, as far as its author recorded it."""

    note_type: str | None = None
    section: str | None = None
    intent: str | None = None
    found_in: str | None = None
    age_band: str | None = None
    sex: str | None = None
    race: str | None = None
    ethnicity: str | None = None
    slot: str | None = None
    source: str | None = None

    def known(self) -> Iterator[tuple[str, str]]:
        """Name and value of what is recorded, in the order of ``SLICES``."""
        for name in SLICES:
            value = getattr(self, name)
            if value is not None:
                yield name, value


class GoldSpan(Data):
    """A place that answers: ``document`` is a note's or resource's key or a guideline's file name; without a quote the whole of it.

    Spans of one ``group`` are alternatives and count as one.
    """

    document: str = Field(min_length=1)
    quote: str | None = Field(default=None, min_length=1)
    group: str | None = None


class Gold(Data):
    """What a right answer is. Of every group of ``must`` one alternative stands in the answer, and none of ``must_not``."""

    status: Status
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    starts: Literal["yes", "no"] | None = None
    count: int | None = Field(default=None, ge=0)
    spans: tuple[GoldSpan, ...] = ()
    spans_needed: Literal["any", "all"] = "any"
    why: str | None = None

    @model_validator(mode="after")
    def _no_empty_group(self) -> Gold:
        if any(not group or not all(word.strip() for word in group) for group in self.must):
            raise ValueError("a group of `must` is empty, or holds an empty alternative")
        return self


class Item(Data):
    """What every item has."""

    id: str = Field(min_length=1)
    slices: Slices = Slices()


class AnswerItem(Item):
    """A question over an ingested corpus. ``reveal`` is the purpose under which true dates and names are compared with the gold."""

    question: str = Field(min_length=1)
    patient: str | None = None
    corpus: str | None = None
    source: str | None = None
    as_of: str | None = None
    reveal: str | None = None
    gold: Gold


class Label(StrEnum):
    """What people say of a response. ``UNSUPPORTED`` leaves open which of the two it is."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_ENOUGH_INFORMATION = "not_enough_information"
    UNSUPPORTED = "unsupported"


class FaithfulnessItem(Item):
    """Fixed contexts and a response. Without a label it is a build's own response, and should be supported.

    ``planted`` names the slot that was made wrong on purpose.
    """

    contexts: tuple[str, ...] = Field(min_length=1)
    response: str
    question: str | None = None
    label: Label | None = None
    planted: str | None = None

    @model_validator(mode="after")
    def _planted_is_false(self) -> FaithfulnessItem:
        if self.planted and self.label in (None, Label.SUPPORTED):
            raise ValueError("`planted` needs a label that is not `supported`")
        return self

    @property
    def expected(self) -> bool:
        """Whether it should be judged supported."""
        return self.label in (None, Label.SUPPORTED)


class RetrievalItem(Item):
    """One query of a BEIR set and the grades of its documents; grades of 0 and below are not relevant."""

    query: str = Field(min_length=1)
    relevant: dict[str, int]


class Identifier(Data):
    """A gold identifier at ``text[start:end]``."""

    start: int = Field(ge=0)
    end: int
    type: str = Field(min_length=1)


class DeidItem(Item):
    """A text and everything in it that identifies somebody."""

    text: str
    spans: tuple[Identifier, ...]

    @model_validator(mode="after")
    def _inside(self) -> DeidItem:
        if any(not span.start < span.end <= len(self.text) for span in self.spans):
            raise ValueError("a span is empty or lies outside the text")
        return self
