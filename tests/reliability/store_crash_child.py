"""A child that works in a store and says what was acknowledged, until it is killed.

Arguments: the workspace and a seed. Prints one line after each write that returned.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from collector import store
from collector.model import Kind, Outcome
from tests.unit.store.store_kit import OPERATOR, PACK, PASSPHRASE, batch, members

SIZE = 40


def main(home: Path, seed: int) -> None:
    chance = random.Random(seed)
    opened = store.open_store(home, PASSPHRASE)
    first = opened.count(Kind.MEMBER) * 10
    print("ready", flush=True)
    step = 0
    while True:
        step += 1
        what = chance.choice(["import", "import", "edit", "edit", "edit", "checkpoint"])
        if what == "import":
            told = [Outcome.PARKED if index % 4 == 3 else Outcome.ADDED for index in range(SIZE)]
            first += SIZE
            number = opened.commit_batch(batch(members(SIZE, first), *told)).batch_id
            print(f"import {number}", flush=True)
        elif what == "edit" and opened.count(Kind.MEMBER):
            text = f"edit-{seed}-{step}"
            opened.save(Kind.MEMBER, {"remark": text}, id=1, operator=OPERATOR, pack=PACK)
            print(f"edit {text}", flush=True)
        elif what == "checkpoint":
            opened.checkpoint()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
