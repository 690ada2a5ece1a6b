"""What every test shares: no screen, no person's folders, no clock in a property test."""

from __future__ import annotations

import os

# Before the first import of Qt, which reads it once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before tests are collected: some are made for each pack installed, and only shipped ones count.
os.environ["COLLECTOR_PACKS"] = os.path.join(os.path.dirname(__file__), "no-packs-of-a-person")

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    deadline=None,  # two busy cores would turn a slow example into a fault
    max_examples=60,
    derandomize=True,  # the same run everywhere; -m release looks further
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("project")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may meet the workspace, passphrase or settings of whoever runs it."""
    monkeypatch.setenv("COLLECTOR_HOME", str(tmp_path_factory.getbasetemp() / "no-home"))
    monkeypatch.setenv("COLLECTOR_PACKS", str(tmp_path_factory.mktemp("packs") / "none"))
    monkeypatch.delenv("COLLECTOR_PASSPHRASE", raising=False)
    monkeypatch.delenv("COLLECTOR_KEY_PASSPHRASE", raising=False)
