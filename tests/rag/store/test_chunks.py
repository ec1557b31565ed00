from __future__ import annotations

from collections.abc import Callable

from rag.store.chunks import charts, set_origins
from rag.store.database import Database
from rag.store.documents import delete_document, write_documents
from rag.store.records import DocumentRecord

Make = Callable[..., DocumentRecord]


def test_each_chart_comes_whole_and_in_order_with_its_dates(database: Database, make_record: Make) -> None:
    write_documents(
        database,
        [
            make_record("d-2", "Two.\nThree.", date="2020"),
            make_record("d-1", "One.", date=None),
            make_record("d-3", "Four.", patient="p-2"),
            make_record("d-4", "Elsewhere.", corpus="other"),
            make_record("d-5", "Removed."),
        ],
        "pipe",
    )
    delete_document(database, "d-5", "source_removed")
    found = {patient: [(dated.chunk.text, dated.date) for dated in chart] for patient, chart in charts(database, "charts")}
    assert found == {"p-1": [("One.", None), ("Two.", "2020"), ("Three.", "2020")], "p-2": [("Four.", "2024")]}


def test_origins_are_set_and_cleared(database: Database, make_record: Make) -> None:
    first, second = make_record("d-1", "One."), make_record("d-2", "One.")
    write_documents(database, [first, second], "pipe")
    copy, origin = second.chunks[0].chunk_id, first.chunks[0].chunk_id

    def origins() -> dict[str, str | None]:
        return {dated.chunk.chunk_id: dated.chunk.copied_from for _, chart in charts(database, "charts") for dated in chart}

    set_origins(database, {copy: origin, origin: None})
    assert origins() == {origin: None, copy: origin}
    set_origins(database, {copy: None})
    assert origins() == {origin: None, copy: None}
