"""HTML to text: blocks, lists, tables, and nothing that could fetch or define."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.markup import markup_text, markup_title, refuse_entities
from rag.errors import SourceError


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br/>b", "a\nb"),
        ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
        ("<table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Heparin</td><td>5000 U</td></tr></table>", "Drug | Dose\nHeparin | 5000 U"),
        ("<head><title>T</title></head><body>x &lt; 5&#160;mg</body>", "x < 5 mg"),
        ("<pre>a  b\n  c</pre>", "a b\nc"),
        ("<script>alert('Okafor')</script><style>p{}</style>y", "y"),
        ("in <b>one</b> line\n of <i>source</i>", "in one line of source"),
        ("", ""),
    ],
)
def test_blocks_become_lines(markup: str, text: str) -> None:
    assert markup_text(markup) == text


@pytest.mark.parametrize(
    "markup", ['<!DOCTYPE a [<!ENTITY x "y">]>', "<!entity x SYSTEM 'file:///etc/passwd'>", "<!DOCTYPE a SYSTEM 'x' [ ]>"]
)
def test_t03_declarations_are_refused(markup: str) -> None:
    with pytest.raises(SourceError) as caught:
        refuse_entities(markup, "x")
    assert caught.value.code == "doctype"


def test_a_plain_doctype_is_html_as_usual() -> None:
    refuse_entities('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN"><p>[1]</p>', "x")


def test_the_title_is_read() -> None:
    assert markup_title("<html><title> Sepsis &amp;\n shock</title>") == "Sepsis & shock"


@given(st.text())
def test_any_text_is_read_without_error(markup: str) -> None:
    markup_text(markup)
