"""The child may die, hang or lie; the parent says so and goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from collector.errors import Cancelled, InputRefused
from collector.progress import Progress
from collector.sheets import process, wire
from collector.sheets.loading import load
from collector.sheets.preflight import examine
from tests.unit.sheets.workbook_kit import HEADERS, person, workbook


class Fake:
    """Stands in for the child's process; what it sends is real bytes through a real pipe."""

    def __init__(self, told: list[bytes], *, ends: bool) -> None:
        self._told, self._ends = told, ends

    def speak(self, pipe: Connection) -> None:
        for message in self._told:
            pipe.send_bytes(message)
        if self._ends:
            pipe.close()


def refusal_of(path: Path, told: list[bytes], *, ends: bool = True) -> str:
    with process.Reader(examine(path)) as reader:
        ours, theirs = Pipe(duplex=False)
        reader._pipe.close()
        reader._pipe = ours
        Fake(told, ends=ends).speak(theirs)
        with pytest.raises(InputRefused) as refusal:
            reader.sheets(None)
        theirs.close()
    return refusal.value.code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workbook(tmp_path, [HEADERS, person(1)])


BOOK = wire.book("", [("会员", True)])
SHEET = wire.sheet(0, 1, 1, 2, 2, [])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([], "workbook.reader_died"),
        ([BOOK], "workbook.reader_died"),
        ([BOOK, SHEET, wire.cells("", "甲\0乙")], "workbook.reader_died"),
        ([BOOK, SHEET, wire.cells("", "甲\0乙"), wire.done()], "workbook.reader_died"),
        ([wire.done()], "workbook.reader_died"),
        ([SHEET], "workbook.reader_died"),
        ([BOOK, BOOK], "workbook.reader_died"),
        ([BOOK, wire.sheet(7, 1, 1, 1, 1, [])], "workbook.reader_died"),
        ([b"?"], "workbook.reader_died"),
        ([wire.refusal("workbook.encrypted")], "workbook.encrypted"),
        ([wire.refusal("no.such.code")], "workbook.damaged"),
    ],
)
def test_a_child_that_dies_or_talks_nonsense_is_a_refusal(
    told: list[bytes], code: str, path: Path
) -> None:
    assert refusal_of(path, told) == code


def test_a_child_that_takes_too_long_is_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.0)
    assert refusal_of(path, [BOOK], ends=False) == "workbook.reader_slow"


def test_cancelling_from_another_thread_ends_the_child(path: Path) -> None:
    progress = Progress()
    with process.Reader(examine(path)) as reader:
        ours, theirs = Pipe(duplex=False)
        reader._pipe.close()
        reader._pipe = ours
        threading.Timer(0.05, progress.cancel).start()
        with pytest.raises(Cancelled):
            reader.sheets(progress)
        theirs.close()
        child = reader._process.pid
    assert child is not None
    assert not _lives(child)


def _lives(child: int) -> bool:
    proc = Path(f"/proc/{child}/stat")
    return proc.exists() and " Z " not in proc.read_text()


def test_progress_holds_places_and_counts_only(tmp_path: Path) -> None:
    rows = [HEADERS, *(person(i) for i in range(1, 30))]
    path = workbook(tmp_path, rows)
    said: list[tuple[str, int, int]] = []
    load(path, Progress(lambda what, done, total: said.append((what.zh, done, total))))
    size = examine(path).size
    assert said[-1] == ("正在读取“表.xlsx”", size, size)
    text = tmp_path / "表.csv"
    text.write_text("".join(f"{','.join(map(str, row))}\n" for row in rows[1:]), encoding="utf-8")
    load(text, Progress(lambda what, done, total: said.append((what.zh, done, total))))
    assert said[-1] == ("正在读取“表.csv”", 29, 29)


def test_the_child_imports_no_window_no_writer_and_no_store() -> None:
    code = (
        "import sys, collector.sheets.child; "
        "print([name for name in ('openpyxl', 'PySide6', 'sqlcipher3', 'cryptography', "
        "'collector.packs', 'collector.rules') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_child_does_not_run_the_programs_script_again(path: Path, tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nprint('started', flush=True)\n"
        "from collector.sheets.loading import load\n"
        "print(load(Path(sys.argv[1])).sheets[0].rows_total)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.split() == ["started", "2"]


def test_a_reader_that_outgrows_its_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform == "win32":
        pytest.skip("no cap of address space there")
    path = tmp_path / "表.csv"
    path.write_text("试验,会员\n" * 3000, encoding="utf-8")
    monkeypatch.setattr(process, "MEMORY", 1 << 20)
    with pytest.raises(InputRefused) as refusal:
        load(path)
    assert refusal.value.code in ("workbook.too_large", "workbook.reader_died", "workbook.damaged")
