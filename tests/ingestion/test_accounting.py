"""Accounts balance, or the run says which step lost something."""

from __future__ import annotations

import pytest

from ingestion.accounting import Accounts
from rag.errors import StoreError


def test_balanced_steps_pass_and_print_reasons() -> None:
    accounts = Accounts()
    accounts.read.count(10, 7, {"unsupported_type:Claim": 3})
    accounts.prepare.count(4, 4)
    accounts.store.count(4, 4)
    accounts.check()
    assert accounts.as_json()["read"] == {"unit": "records", "in": 10, "out": 7, "dropped": {"unsupported_type:Claim": 3}}


def test_a_silent_drop_is_caught() -> None:
    accounts = Accounts()
    accounts.prepare.count(4, 3)
    with pytest.raises(StoreError, match="step prepare: 4 documents in, 3 out and 0 dropped"):
        accounts.check()


def test_a_document_lost_between_two_steps_is_caught() -> None:
    accounts = Accounts()
    accounts.prepare.count(4, 4)
    accounts.store.count(3, 3)
    with pytest.raises(StoreError, match="4 documents were prepared and 3 came to be stored"):
        accounts.check()
