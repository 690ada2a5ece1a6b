"""How long the window cannot answer while a workbook is imported in its worker."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QProgressBar

import making
import measuring
from collector.gui.jobs import Job, Jobs
from collector.services import importing


def main(organisations: str, members: str) -> None:
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        session = making.with_organisations(Path(folder) / "home", Path(organisations))
        bar = QProgressBar()
        bar.show()
        gaps: list[float] = []
        last = time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

        timer = QTimer()
        timer.timeout.connect(tick)
        failures: list[object] = []
        jobs = Jobs()
        job = Job(lambda progress: importing.import_files(session, [Path(members)], None, progress))
        job.progressed.connect(lambda _what, done, _total: bar.setValue(done % 100))
        job.failed.connect(failures.append)
        job.finished.connect(application.quit)
        timer.start(0)
        began = last = time.perf_counter()
        jobs.start(job)
        application.exec()
        took = time.perf_counter() - began
        timer.stop()
        jobs.shut()
        session.close()
    if failures:
        raise SystemExit(f"the import failed: {failures[0]!r}")
    over = sum(1 for gap in gaps if gap > 0.05)
    measuring.tell(seconds=took, over_50_ms=over, ticks=len(gaps), **measuring.spread(gaps))


if __name__ == "__main__":
    main(*sys.argv[1:])
