"""Proves that this installation works: nothing missing, nothing that only works elsewhere."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import queue
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from collector import data_files, packs
from collector.errors import CollectorError
from collector.model import Kind, Status
from collector.services import demonstration, made_up
from collector.services.checking import check_files
from collector.services.session import init_workspace, unlock
from collector.sheets import writing
from collector.wording import Text

_WINDOW_SECONDS = 120
_FONT = "NotoSansSC-Regular.otf"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing proved or found wanting."""

    name: str
    what: Text
    ok: bool
    detail: str = ""
    """what went wrong, as an error code or the name of an exception"""


def run() -> Iterator[Line]:
    """Prove one thing after another; a failure of one does not stop the next."""
    yield _line("packs", Text("模板包能读、能通过自检", "packs load and are sound"), _packs)
    yield _line("reader", Text("子进程能读工作簿", "the child process reads a workbook"), _reader)
    yield _line("store", Text("加密库能写、能读、不留明文", "the store keeps and hides"), _store)
    yield _line("bundle", Text("上报包能封、能验、能开", "a bundle is sealed and opened"), _bundle)
    yield _line("font", Text("汉字字体在", "the Chinese font is there"), _font)
    yield _line("window", Text("窗口的各个界面能装载", "the window's forms load"), _window)


def _line(name: str, what: Text, prove: Callable[[], None]) -> Line:
    try:
        prove()
    except CollectorError as error:
        return Line(name, what, False, error.code)
    except _Wanting as fault:
        return Line(name, what, False, str(fault))
    except Exception as fault:
        return Line(name, what, False, type(fault).__name__)
    return Line(name, what, True)


class _Wanting(Exception):
    """Something does not work; the text names it and holds no data."""


def _packs() -> None:
    found = packs.installed()
    if not found:
        raise _Wanting("no pack installed")
    for pack in found:
        problems = packs.check_folder(pack.folder)
        if problems:
            raise _Wanting(f"{pack.id}: {problems[0].code}")


def _reader() -> None:
    with tempfile.TemporaryDirectory(prefix="collector-test-") as name:
        for pack in packs.installed():
            people = made_up.make(pack, 20)
            folder = Path(name) / pack.id
            folder.mkdir()
            books = writing.write_workbooks(pack, writing.TableSource(people.tables()), folder)
            result = check_files(books, pack.folder)
            if result.has_errors or not result.rows:
                raise _Wanting(pack.id)


def _store() -> None:
    with tempfile.TemporaryDirectory(prefix="collector-test-") as name:
        home = Path(name) / "workspace"
        pack = packs.installed()[0]
        made = init_workspace(home, "self-test-passphrase", pack.id, "self-test")
        row = made_up.unit(1)
        made.session.store.save(
            Kind.UNIT,
            row,
            status=Status.VALID,
            operator="self-test",
            pack=f"{pack.id}/{pack.version}",
        )
        made.session.close()
        session = unlock(home, "self-test-passphrase")
        try:
            kept = session.store.find(Kind.UNIT, row["uscc"])
            if kept is None or kept.values.get("name") != row["name"]:
                raise _Wanting("record lost")
            if not session.store.journal_verify().ok:
                raise _Wanting("journal")
        finally:
            session.close()
        needle = row["uscc"].encode()
        for path in home.rglob("*"):
            if path.is_file() and needle in path.read_bytes():
                raise _Wanting("plaintext on disk")


def _bundle() -> None:
    done = demonstration.run(20, None, lambda text: None)
    if done.opened is None or done.exported.counts[Kind.MEMBER] != 20:
        raise _Wanting("counts")


def _font() -> None:
    path = data_files.folder("resources") / "fonts" / _FONT
    if not path.is_file() or path.stat().st_size < 1_000_000:
        raise _Wanting(_FONT)


def _window() -> None:
    """In a process of its own: a Qt that cannot start ends its process, and this one loads none."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    child = context.Process(target=load_forms, args=(answers,), daemon=True)
    child.start()
    try:
        answer = answers.get(timeout=_WINDOW_SECONDS)
    except queue.Empty:
        answer = "no answer"
    finally:
        child.join(10)
        if child.is_alive():
            child.kill()
    if answer:
        raise _Wanting(answer)


def load_forms(answers: multiprocessing.Queue[str]) -> None:
    """Runs in the child: start Qt without a display and build every compiled form."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        # by name: services know nothing of the window, only that the program has one
        app = importlib.import_module("collector.gui.app")
        held: Any = app.make_application(["self-test"])
        forms = importlib.import_module("collector.gui.forms")
        widgets = importlib.import_module("PySide6.QtWidgets")
        names = [item.name for item in pkgutil.iter_modules(forms.__path__)]
        for name in names:
            _build(importlib.import_module(f"{forms.__name__}.{name}"), widgets)
        answers.put("" if names and held is not None else "no forms")
    except BaseException as fault:  # an ImportError of a system library among them
        answers.put(type(fault).__name__)


def _build(module: ModuleType, widgets: ModuleType) -> None:
    for name in dir(module):
        if name.startswith("Ui_"):
            form = getattr(module, name)()
            form.setupUi(widgets.QDialog() if "Dialog" in name else widgets.QWidget())
