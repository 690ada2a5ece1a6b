"""The floor: python-calamine reads the file into rows, SQLCipher inserts them. Nothing else."""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from pathlib import Path

from python_calamine import CalamineWorkbook
from sqlcipher3 import dbapi2 as sqlite

import measuring


def main(path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        used = measuring.processor()
        began = time.perf_counter()
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        read = time.perf_counter()
        width = max(map(len, rows))
        database = sqlite.connect(str(Path(folder) / "floor.db"), isolation_level=None)
        database.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(f"CREATE TABLE rows ({', '.join(f'c{i} TEXT' for i in range(width))})")
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT INTO rows VALUES ({','.join('?' * width)})", rows)
        database.execute("COMMIT")
        done = time.perf_counter()
        used = measuring.processor() - used
        database.close()
    measuring.tell(
        seconds=done - began, cpu=used, read=read - began, insert=done - read, rows=len(rows)
    )


if __name__ == "__main__":
    main(sys.argv[1])
