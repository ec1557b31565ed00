"""What tests share: the development data where it is, and one workspace with the bundled corpus."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from api.opening import Owner, open_owner
from api.progress import Counters
from ingestion.demo.questions import demo_manifests
from ingestion.pipeline import ingest
from rag.deidentification import tagger
from rag.scope import Principal
from rag.settings import ALL_ROLES, Settings

hypothesis_settings.register_profile("untimed", deadline=None)  # machines are shared: no example fails for the time it took
hypothesis_settings.load_profile("untimed")
DEVELOPMENT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def one_tagger() -> Iterator[None]:
    """The shipped tagger is loaded once for all tests that ingest in this process: 3 s each time else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tagger, "open_tagger", functools.cache(tagger.open_tagger))
        yield


@pytest.fixture(scope="session")
def development_data() -> Path:
    """The folder of real development data, which is not part of the project."""
    if not DEVELOPMENT_DATA.is_dir():
        pytest.skip("the development data is not beside the checkout (../shared/data)")
    return DEVELOPMENT_DATA


@pytest.fixture(scope="session")
def operator() -> Principal:
    """A local operator with every role."""
    return Principal("local:test", frozenset(ALL_ROLES))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A workspace with the bundled corpus ingested, opened as its owner. Tests must not change it."""
    settings = Settings(workspace=tmp_path_factory.mktemp("demo") / "workspace", workers=0)
    with open_owner(settings, create=True) as owner:
        with Counters() as progress:
            report = ingest(owner.workspace, owner.index, owner.embedder, demo_manifests(), progress)
        assert not report.failed and not any(corpus.accounts.prepare.dropped for corpus in report.corpora)
        yield owner
