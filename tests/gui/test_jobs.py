"""Long work: made, connected, started."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from collector.errors import InputRefused
from collector.gui import showing
from collector.gui.jobs import Job, Jobs
from collector.gui.widgets.waiting import WaitingDialog
from collector.progress import Progress
from collector.wording import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Hands


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.shut()


def test_every_signal_comes_in_the_windows_thread(jobs: Jobs, qtbot: QtBot) -> None:
    threads: list[int] = []

    def work(progress: Progress) -> int:
        threads.append(threading.get_ident())
        progress.step(Text("一", "one"), 1, 1)
        return 7

    job = Job(work)
    told: list[object] = []
    job.progressed.connect(lambda what, done, total: told.append(threading.get_ident()))
    job.succeeded.connect(lambda result: told.append((result, threading.get_ident())))
    with qtbot.waitSignal(job.finished):
        jobs.start(job)
    here = threading.get_ident()
    assert threads != [here]
    assert told == [here, (7, here)]


def test_jobs_run_one_after_another_in_the_order_they_were_started(
    jobs: Jobs, qtbot: QtBot
) -> None:
    order: list[int] = []
    made = [Job(lambda _, number=number: order.append(number)) for number in range(5)]
    with qtbot.waitSignal(made[-1].finished):
        for job in made:
            jobs.start(job)
    assert order == [0, 1, 2, 3, 4]
    assert jobs.idle


def test_a_question_does_not_wait_for_what_writes(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Event()
    writing = jobs.start(Job(lambda _: gate.wait(20)))
    question = Job(lambda _: "answer")
    with qtbot.waitSignal(question.succeeded):
        jobs.ask(question)
    assert not jobs.idle
    with qtbot.waitSignal(writing.finished):
        gate.set()


def test_cancel_ends_a_job_at_its_next_step(jobs: Jobs, qtbot: QtBot) -> None:
    def endless(progress: Progress) -> None:
        done = 0
        while True:
            progress.step(Text("数", "count"), done, 0)
            done += 1

    job = Job(endless)
    jobs.start(job)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()


def test_an_error_reaches_failed_as_it_was_raised(jobs: Jobs, qtbot: QtBot) -> None:
    refused = InputRefused("workbook.not_found", Text("没有", "none"), Text("找", "look"))

    def work(_: Progress) -> None:
        raise refused

    job = Job(work)
    with qtbot.waitSignal(job.failed) as told:
        jobs.start(job)
    assert told.args == [refused]


def test_the_progress_dialog_comes_only_for_long_work_and_its_cancel_stops_it(
    jobs: Jobs, qtbot: QtBot, hands: Hands
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    go_on = threading.Event()

    def slow(progress: Progress) -> None:
        while not go_on.is_set():
            progress.step(Text("读取", "reading"), 3, 10)

    job = Job(slow, "读取文件")
    dialog = WaitingDialog.watch(job, parent)
    assert not dialog.isVisible()
    cancelled: list[bool] = []
    job.cancelled.connect(lambda: cancelled.append(True))
    jobs.start(job)
    hands.until(dialog.isVisible)
    hands.until(lambda: dialog.ui.step.text() == "读取")
    assert dialog.ui.figures.text() == "3 / 10"
    dialog.ui.cancel.click()
    hands.until(lambda: bool(cancelled))


def test_the_message_of_an_unknown_exception_is_never_shown(qtbot: QtBot, tmp_path: Path) -> None:
    fault = ValueError("420106190001010000")
    box = showing.show(None, fault, tmp_path)
    shown = box.text() + box.informativeText()
    assert "420106190001010000" not in shown
    report = next((tmp_path / "logs").glob("crash-*.txt"))
    assert "420106190001010000" not in report.read_text(encoding="utf-8")
    box.close()
