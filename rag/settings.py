"""Every setting, read once at the entry point and passed down.

Environment names are the field names in upper case with ``CHARTCITE_`` before them (``CHARTCITE_WORKSPACE``).
Nothing else in the project reads the environment.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from rag.errors import ConfigurationError

PREFIX = "CHARTCITE_"
ALL_ROLES = ("clinician", "coordinator", "qa")
_NOT_BEHAVIOUR = {
    "workspace", "key_file", "database_url", "qdrant_url", "qdrant_api_key", "api_token", "roles", "workers", "threads", "host", "port",
    "reader_memory_bytes", "reader_cpu_seconds", "reader_seconds",
}  # fmt: skip


class Settings(BaseModel):
    """The frozen tree of settings. Defaults run on one machine without a network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Path = Path(".chartcite")
    key_file: Path | None = Field(default=None, description="Workspace key; default WORKSPACE/key, mode 0600.")
    roles: tuple[str, ...] = Field(default=ALL_ROLES, description="Roles of the local operator, comma separated.")
    database_url: SecretStr | None = Field(default=None, description="SQLAlchemy URL; default SQLite in the workspace.")
    qdrant_url: SecretStr | None = Field(default=None, description="Qdrant server; default is the embedded Edge shard.")
    qdrant_api_key: SecretStr | None = None
    embedding_path: Path | None = Field(default=None, description="Folder of a sentence-transformers model; default the packaged MiniLM.")
    workers: int = Field(default=1, ge=0, le=256, description="Processes that de-identify and chunk beside the encoder; 0: none.")
    threads: int = Field(default=2, ge=1, le=256, description="Threads of the encoder.")
    max_tokens_per_chunk: int = Field(default=256, ge=32, le=256)
    retrieve_chunks: int = Field(default=30, ge=1, le=1000, description="Chunks handed to evidence selection.")
    max_statements: int = Field(default=3, ge=1, le=20)
    max_question_chars: int = Field(default=4_000, ge=1, le=100_000)
    reader_memory_bytes: int = Field(default=6 * 1024**3, ge=1024**3, description="Address space of the process that parses files.")
    reader_cpu_seconds: int = Field(default=300, ge=1, description="Processor time for one source unit.")
    reader_seconds: float = Field(default=600.0, gt=0, description="Wall time for one source unit.")
    api_token: SecretStr | None = Field(default=None, description="Bearer token of /v1; needed on any address but loopback.")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)

    @property
    def key_path(self) -> Path:
        """Where the workspace key is."""
        return self.key_file or self.workspace / "key"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.database_url.get_secret_value() if self.database_url else f"sqlite:///{self.workspace / 'store.sqlite'}"

    def fingerprint(self) -> str:
        """Hash of the settings that change what an answer says (not where things are): 16 hex digits."""
        tree = self.model_dump(mode="json", exclude=_NOT_BEHAVIOUR)
        return hashlib.sha256(repr(sorted(tree.items())).encode()).hexdigest()[:16]


def read_settings(environment: Mapping[str, str] | None = None, workspace: Path | None = None) -> Settings:
    """Settings from the environment; ``workspace`` (a command line's) goes before it.

    Raises:
        ConfigurationError: a value that does not fit, naming the variable; never its value.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, object] = {}
    for name in Settings.model_fields:
        value = environment.get(PREFIX + name.upper())
        if value:
            given[name] = tuple(part.strip() for part in value.split(",") if part.strip()) if name == "roles" else value
    if workspace is not None:
        given["workspace"] = workspace
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        raise ConfigurationError(f"{PREFIX}{name.upper()}: {first['msg']}; set it to a valid value or unset it") from None
