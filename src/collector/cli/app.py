"""Run one verb and turn whatever happens into an exit code (the table in docs/command-line.md)."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from collector import logs, places
from collector.cli import parser, terminal
from collector.errors import Cancelled, CollectorError
from collector.wording import Text

log = logging.getLogger(__name__)


class ProgramFault(CollectorError):
    """A fault of the program itself; what it said may quote data, so it is not repeated."""

    exit_code = 70

    def __init__(self, report: str) -> None:
        super().__init__(
            "program.fault",
            Text("程序出错了，数据没有改动。", "The program failed; no data was changed."),
            Text(
                "请把日志文件夹里的故障报告交给维护人员（其中没有人员信息）。",
                "Hand the crash report in the log folder to whoever maintains the program"
                " (it holds no person's data).",
            ),
            {"file": report} if report else None,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for; the exit code of the command-line contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    terminal.make_streams_safe()
    as_json = "--json" in given
    lang = parser.language(given)
    try:
        options = parser.parse(given, lang)
        home = places.home(options.home)
        if home.is_dir():
            logs.start(home)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except CollectorError as error:
        log.warning("refused: %s", error.code)
        terminal.say_error(error, as_json=as_json, lang=lang)
        return error.exit_code
    except KeyboardInterrupt:
        terminal.say_error(Cancelled(), as_json=as_json, lang=lang)
        return Cancelled.exit_code
    except BrokenPipeError:
        # whoever reads has closed the pipe; keep the interpreter from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        report = logs.crash_report(places.home(parser.home(given)), fault)
        problem = ProgramFault(str(report) if report is not None else "")
        terminal.say_error(problem, as_json=as_json, lang=lang)
        return problem.exit_code
    finally:
        logs.stop()
