"""Run one verb and turn whatever happens into an exit code (the table in docs/command-line.md)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence

from collector import logs, places
from collector.cli import parser, terminal
from collector.errors import Cancelled, CollectorError, SurroundingsFailed
from collector.wording import Text

log = logging.getLogger(__name__)


class ProgramFault(CollectorError):
    """A fault of the program itself; what it said may quote data, so it is not repeated."""

    exit_code = 70

    def __init__(self, report: str) -> None:
        super().__init__(
            "program.fault",
            Text("程序出错了。", "The program failed."),
            Text(
                "没有做完的写入已自动撤回。请把日志文件夹里的故障报告交给维护人员"
                "（其中没有人员信息）。",
                "Unfinished writing was taken back. Hand the crash report in the log folder to"
                " whoever maintains the program (it holds no person's data).",
            ),
            {"file": report} if report else None,
        )


def no_window() -> SurroundingsFailed:
    """The window cannot be opened: what to say instead of the loader's message."""
    return SurroundingsFailed(
        "window.libraries_missing",
        Text(
            "窗口打不开：系统缺少 Qt 需要的图形库（或没有安装 PySide6）。",
            "The window cannot be opened: graphics libraries Qt needs are missing"
            " (or PySide6 is not installed).",
        ),
        Text(
            "Debian、UOS、麒麟：apt install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0"
            " libxcb-icccm4 libxcb-keysyms1 libdbus-1-3 libfontconfig1；"
            "命令行（collector --help）不需要它们。",
            "Debian, UOS, Kylin: apt install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0"
            " libxcb-icccm4 libxcb-keysyms1 libdbus-1-3 libfontconfig1;"
            " the command line (collector --help) does not need them.",
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for; the exit code of the command-line contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(given, lambda: _run(given))


def _run(given: Sequence[str]) -> int:
    options = parser.parse(given, parser.language(given))
    home = places.home(options.home)
    if home.is_dir() and options.verb not in ("demo", "self-test"):
        logs.start(home)
    code: int = options.run(options)
    terminal.flush()
    return code


def guarded(given: Sequence[str], job: Callable[[], int]) -> int:
    """Do the job; an error becomes a sentence (or a document) and its exit code."""
    terminal.make_streams_safe()
    as_json, lang = "--json" in given, parser.language(given)
    try:
        return job()
    except CollectorError as error:
        log.warning("refused: %s", error.code)
        return _told(error, as_json, lang)
    except KeyboardInterrupt:
        return _told(Cancelled(), as_json, lang)
    except BrokenPipeError:  # while listing: there is nothing left to tell
        terminal.reader_gone()
        return 0
    except Exception as fault:
        report = logs.crash_report(places.home(parser.home(given)), fault)
        return _told(ProgramFault(str(report) if report is not None else ""), as_json, lang)
    finally:
        logs.stop()


def _told(error: CollectorError, as_json: bool, lang: str) -> int:
    terminal.say_error(error, as_json=as_json, lang=lang)
    terminal.flush()
    return error.exit_code
