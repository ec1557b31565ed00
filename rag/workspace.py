"""A workspace: the folder with the key, the store and the index of one installation, opened for one command."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.errors import ConfigurationError
from rag.keys import Keys, load_keys
from rag.settings import Settings
from rag.store.database import Database, open_database

WORKSPACE_MODE = 0o700
"""Only its owner may enter: the key, the vault and the owner's socket lie inside."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Settings, key and store of one installation."""

    settings: Settings
    keys: Keys
    database: Database

    def pipeline_fingerprint(self, *parts: str) -> str:
        """Hash of everything that decides what a source becomes: settings, key, and ``parts`` (model, manifest): 16 hex digits."""
        joined = "\x00".join((self.settings.fingerprint(), self.keys.fingerprint(), *parts))
        return hashlib.sha256(joined.encode()).hexdigest()[:16]


@contextmanager
def open_workspace(settings: Settings, *, create: bool = False) -> Iterator[Workspace]:
    """The workspace of the settings; with ``create``, made (folder 0700, key 0600) when it is not there.

    Raises:
        ConfigurationError: no workspace there and ``create`` is false, or a key that cannot be used.
        StoreError: the store cannot be opened.
    """
    folder = settings.workspace
    if create:
        folder.mkdir(mode=WORKSPACE_MODE, parents=True, exist_ok=True)
    elif not folder.is_dir():
        raise ConfigurationError(f"{folder}: no workspace here; run `chartcite ingest` or `chartcite demo` first, or give --workspace")
    keys = load_keys(settings.key_path, create=create)
    with open_database(settings.store_url) as database:
        yield Workspace(settings, keys, database)
