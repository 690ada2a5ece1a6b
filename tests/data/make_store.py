"""Make tests/data/store-N: a store as this program's version writes it, of made-up people.

Run once when a new schema is released (``python -m tests.data.make_store`` from the project's
folder) and never again for that version: what it made then must open for ever.
"""

from __future__ import annotations

from pathlib import Path

from collector import store
from collector.model import Kind, Outcome, Status
from collector.store import KdfCost, Submission, migrate
from tests.unit.store.store_kit import OPERATOR, PACK, batch, members

PASSPHRASE = "store fixture, made-up people"
CODE_FILE = "recovery-code.txt"


def make(folder: Path) -> None:
    """A store with an import, parked rows, an edit, a state and a submission."""
    created = store.create(
        folder, PASSPHRASE, OPERATOR, {"pack": "hubei-2023"}, kdf=KdfCost(1024, 1, 1)
    )
    opened = created.store
    told = [Outcome.PARKED if index % 5 == 4 else Outcome.ADDED for index in range(20)]
    opened.commit_batch(batch(members(20), *told))
    union = {"name": "虚构工会", "temporary_code": "TEMP1", "hubei-2023.note": "只有这个包认识"}
    opened.save(Kind.UNION, union, operator=OPERATOR, pack=PACK)
    opened.save(Kind.MEMBER, {"phone": "19900001111"}, id=2, operator=OPERATOR, pack=PACK)
    opened.set_status(Kind.MEMBER, [3], Status.INACTIVE, "调出", OPERATOR)
    sent = Submission("fixture", 1, "cd" * 32, "ABCD", "x.p7m", PACK, {"member": 1}, OPERATOR)
    opened.record_submission(sent, {Kind.MEMBER: [1]})
    opened.set_blob("identity", b"made up")
    opened.close()
    (folder / CODE_FILE).write_text(created.recovery_code + "\n", encoding="ascii")


if __name__ == "__main__":
    make(Path(__file__).parent / f"store-{migrate.newest()}")
