"""Settings: read once, frozen, and never shown in errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import ConfigurationError
from rag.settings import read_settings


def test_the_environment_is_read_and_the_command_line_goes_first() -> None:
    settings = read_settings({"CHARTCITE_WORKSPACE": "a", "CHARTCITE_ROLES": "qa, clinician"}, Path("b"))
    assert settings.workspace == Path("b") and settings.roles == ("qa", "clinician")
    assert read_settings({}).workspace == Path(".chartcite")


def test_a_bad_value_names_the_variable_and_not_the_value() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"CHARTCITE_WORKERS": "hunter2"})
    assert "CHARTCITE_WORKERS" in str(caught.value) and "hunter2" not in str(caught.value)


def test_secrets_are_not_printed() -> None:
    settings = read_settings({"CHARTCITE_DATABASE_URL": "postgresql://u:hunter2@db/x", "CHARTCITE_QDRANT_API_KEY": "hunter3"})
    assert "hunter" not in repr(settings) and "hunter2" in settings.store_url


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read_settings({}).workers = 9  # type: ignore[misc]


def test_the_fingerprint_follows_what_changes_answers_only() -> None:
    base = read_settings({})
    assert read_settings({"CHARTCITE_PORT": "9000"}, Path("elsewhere")).fingerprint() == base.fingerprint()
    assert read_settings({"CHARTCITE_MAX_STATEMENTS": "5"}).fingerprint() != base.fingerprint()
