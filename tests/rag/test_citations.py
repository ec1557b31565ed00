"""The span contract: a quote is the text at its span of the cited version, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations import text_sha256, verify_quote
from rag.errors import CitationError
from rag.types import Document, SourceSpan

TEXT = "No bleeding. Hb 9.1 g/dL. No bleeding."


def document(text: str = TEXT) -> Document:
    return Document("d-1", text_sha256(text), "c", None, "note", "Note", None, "a.txt", text)


def test_a_verbatim_quote_passes() -> None:
    verify_quote(SourceSpan("d-1", document().sha256, 13, 25), "Hb 9.1 g/dL.", document())


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(13, 25, "Hb 9.2 g/dL."), (12, 24, "Hb 9.1 g/dL."), (13, 13, ""), (-1, 3, "No "), (26, 99, "No bleeding."), (12, 13, " ")],
)
def test_an_altered_quote_is_refused(start: int, end: int, quote: str) -> None:
    with pytest.raises(CitationError):
        verify_quote(SourceSpan("d-1", document().sha256, start, end), quote, document())


def test_another_version_or_altered_text_is_refused() -> None:
    span = SourceSpan("d-1", "0" * 64, 13, 25)
    with pytest.raises(CitationError, match="another document or version"):
        verify_quote(span, "Hb 9.1 g/dL.", document())
    forged = Document("d-1", document().sha256, "c", None, "note", "Note", None, "a.txt", TEXT.replace("9.1", "8.1"))
    with pytest.raises(CitationError, match="not what its hash says"):
        verify_quote(SourceSpan("d-1", forged.sha256, 13, 25), "Hb 8.1 g/dL.", forged)


def test_the_message_holds_no_text() -> None:
    with pytest.raises(CitationError) as caught:
        verify_quote(SourceSpan("d-1", document().sha256, 0, 5), "Smith", document())
    assert "Smith" not in str(caught.value) and "No bl" not in str(caught.value)


@given(st.text(min_size=1, max_size=80), st.data())
def test_every_slice_verifies_and_a_shifted_one_does_not(text: str, data: st.DataObject) -> None:
    text = text.encode("utf-8", "replace").decode()
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    made, quote = document(text), text[start:end]
    span = SourceSpan("d-1", made.sha256, start, end)
    if quote.strip():
        verify_quote(span, quote, made)
    with pytest.raises(CitationError):
        verify_quote(span, quote + "x", made)
