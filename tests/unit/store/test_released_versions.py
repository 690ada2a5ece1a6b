"""A store of every released version opens for ever, and a newer one is refused politely."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from collector import store
from collector.errors import SurroundingsFailed
from collector.model import Kind, Status
from collector.store import Created, migrate
from tests.data.make_store import CODE_FILE, PASSPHRASE
from tests.unit.store.store_kit import PASSPHRASE as OTHER

DATA = Path(__file__).parents[2] / "data"
VERSIONS = [number for number, _ in migrate.steps()]


def test_no_upgrade_step_is_added_without_a_store_of_its_version() -> None:
    assert list(range(1, len(VERSIONS) + 1)) == VERSIONS
    kept = sorted(int(path.name.removeprefix("store-")) for path in DATA.glob("store-*"))
    assert kept == VERSIONS, "make one with python -m tests.data.make_store"


def test_an_upgrade_step_never_reads_todays_code() -> None:
    for _, path in migrate.steps():
        assert path.suffix == ".sql"
        assert not re.search(r"\b(BEGIN|COMMIT|ROLLBACK|ATTACH)\b", path.read_text("utf-8"), re.I)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_store_opens_with_everything_in_it(tmp_path: Path, version: int) -> None:
    home = tmp_path / "home"
    shutil.copytree(DATA / f"store-{version}", home)
    opened = store.open_store(home, PASSPHRASE)
    assert opened.counts() == {
        (Kind.MEMBER, Status.VALID): 14,
        (Kind.MEMBER, Status.SUBMITTED): 1,
        (Kind.MEMBER, Status.INACTIVE): 1,
        (Kind.UNION, Status.VALID): 1,
    }
    assert opened.parked_counts() == {Kind.MEMBER: 4}
    assert opened.settings()["pack"] == "hubei-2023"
    assert opened.blob("identity") == b"made up"
    assert [one.id for one in opened.submissions()] == ["fixture"]
    union = opened.find(Kind.UNION, "TEMP1")
    assert union is not None
    assert union.values["hubei-2023.note"] == "只有这个包认识"
    member = opened.get(Kind.MEMBER, 2)
    assert member is not None
    assert (member.revision, member.values["phone"]) == (2, "19900001111")
    (parked,) = opened.parked_tables()
    assert [finding.code for finding in parked.findings] == ["phone.format"] * 4
    assert opened.journal_verify().ok
    opened.check_integrity(full=True)
    opened.close()
    with (DATA / f"store-{version}" / CODE_FILE).open(encoding="ascii") as code:
        store.open_with_recovery(home, code.read()).close()


def test_a_newer_store_is_refused_and_left_as_it_is(created: Created, home: Path) -> None:
    created.store._doors.writer.execute(f"PRAGMA user_version={migrate.newest() + 1}")
    created.store.close()
    before = (home / "store.db").read_bytes()
    with pytest.raises(SurroundingsFailed) as caught:
        store.open_store(home, OTHER)
    assert caught.value.code == "store.newer"
    assert (home / "store.db").read_bytes() == before
