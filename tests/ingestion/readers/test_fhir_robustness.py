"""Strangers' JSON: whatever stands where, the reader raises nothing, loses nothing and keeps its offsets."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.readers.fhir import read_fhir
from tests.ingestion.readers.fhir_charts import PATIENT, VISIT, Resource, note
from tests.ingestion.readers.test_fhir_lines import AMOXICILLIN, CASES

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reference", "code", "coding", "value", "text", "div"]), inner)
    ),
    max_leaves=6,
)
RESOURCES: list[Resource] = [PATIENT, AMOXICILLIN, note("n", "Body"), note("r", "Body", "DiagnosticReport"), *(case[0] for case in CASES)]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every element inside ``value``."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in [(*path, key), *places(inner, (*path, key))]]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_element_may_be_anything(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(RESOURCES)))
    path = data.draw(st.sampled_from([p for p in places(resource) if p != ("resourceType",)]))
    target: Any = resource
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = data.draw(ODD)
    entries = [{"resource": item} for item in (PATIENT, VISIT, resource)]
    result = read_fhir([("b.json", json.dumps({"resourceType": "Bundle", "entry": entries}).encode())], "b.json")
    assert result.records_in == result.rendered + sum(result.dropped.values())
    assert not result.errors or {error.code for error in result.errors} == {"unsupported_fhir_version"}
    for document in result.documents:
        for span in (*document.resources, *document.clear, *document.dates, *document.facts):
            assert 0 <= span.start <= span.end <= len(document.text)
        assert all(span.start < span.end for span in document.dates)
