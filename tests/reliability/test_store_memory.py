"""The key of the store is nowhere in the memory of a process that opened it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collector import store
from collector.model import Kind
from collector.store import keys
from tests.unit.store.store_kit import CHEAP, OPERATOR, PASSPHRASE, batch, members

ROOT = Path(__file__).parents[2]
CHILD = """
import sys
from pathlib import Path
from collector import store
from collector.model import Kind, Status
opened = store.open_store(Path(sys.argv[1]), sys.stdin.readline().strip())
list(opened.stream(Kind.MEMBER, ["phone"], {}, [Status.VALID]))
print("open", flush=True)
sys.stdin.readline()
opened.close()
print("closed", flush=True)
sys.stdin.readline()
"""


def _copies(pid: int, needle: bytes) -> int:
    """How often the bytes stand in what another process can write to."""
    found = 0
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            span, rights, *_ = line.split()
            if "w" in rights:
                start, end = (int(part, 16) for part in span.split("-"))
                mem.seek(start)
                found += mem.read(end - start).count(needle)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked at through /proc")
def test_no_copy_of_the_key_is_in_memory_while_open_or_after_closing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = store.create(home, PASSPHRASE, OPERATOR, {}, kdf=CHEAP).store
    made.commit_batch(batch(members(50)))
    assert made.count(Kind.MEMBER) == 50
    made.close()
    key = bytes(keys.unlock(home, PASSPHRASE, None).key)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(PASSPHRASE.encode() + b"\n")
        for state in (b"open", b"closed"):
            child.stdin.flush()
            assert child.stdout.readline().strip() == state
            try:
                # the program's own strings prove that the look reaches its memory
                assert _copies(child.pid, b"collector.high-water/1") > 0
            except PermissionError:
                pytest.skip("another process's memory may not be read here")
            assert _copies(child.pid, key) == 0, state
            assert _copies(child.pid, key.hex().encode()) == 0, state
            child.stdin.write(b"\n")
    finally:
        child.stdin.close()
        child.wait(timeout=30)
        child.stdout.close()
