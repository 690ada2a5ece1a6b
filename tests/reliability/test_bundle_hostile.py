"""Every hostile bundle is refused with its own code and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.bundle.reading import open_bundle
from collector.bundle.refusals import CODES
from collector.bundle.register import Register
from collector.errors import CollectorError
from tests.reliability.bundle_kit import NOW, bundle, parties
from tests.reliability.hostile_bundles import KIT


def test_the_kit_holds_at_least_seventy_bundles() -> None:
    assert len(KIT) >= 70


def test_the_kit_names_only_codes_that_exist() -> None:
    assert {one.code for one in KIT.values()} <= set(CODES)


def test_the_bundle_the_kit_is_made_from_opens(tmp_path: Path) -> None:
    path = tmp_path / "good.p7m"
    path.write_bytes(bundle())
    people = parties()
    key = people.recipient.decryption_key
    register = Register(tmp_path / "received.json")
    opened = open_bundle(path, people.trust, key, tmp_path / "out", register, now=NOW)
    assert opened.verified.manifest.counts["member"] == 2


@pytest.mark.parametrize("name", KIT)
def test_a_hostile_bundle_is_refused_with_its_code(name: str, tmp_path: Path) -> None:
    one = KIT[name]
    inside = tmp_path / "inside"
    inside.mkdir()
    path = tmp_path / f"{name}.p7m"
    path.write_bytes(one.make())
    register = Register(inside / "received.json")
    with pytest.raises(CollectorError) as refused:
        open_bundle(path, one.trust, one.key, inside / "out", register, now=one.at)
    assert refused.value.code == one.code
    assert refused.value.exit_code == 4
    assert sorted(tmp_path.rglob("*")) == sorted([inside, path])
