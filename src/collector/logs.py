"""The log of a workspace: what was done and where, never a value of a person's data.

First net: nothing in the program passes a value to a logger. Second net: ``Redacting`` blanks
whatever looks like a number of a person or an organisation, and the formatter writes an
exception's type and the lines of our code it passed, never its message (readers quote cells
in theirs).
"""

from __future__ import annotations

import logging
import logging.handlers
import platform
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from collector import __version__, places

ROOT = "collector"
_SIZE = 1_000_000
_GENERATIONS = 5

_BLANK = "‹…›"
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"\d{17}[0-9Xx]|\d{15}"  # 居民身份证
    r"|1\d{10}"  # 手机
    r"|0\d{2,3}-?\d{7,8}"  # 固定电话
    r"|[0-9A-HJ-NP-RT-UW-Y]{2}\d{6}[0-9A-HJ-NP-RT-UW-Y]{10}"  # 统一社会信用代码
    r"|[A-Z]{1,3}\d{7,12}"  # 护照, 通行证, 永久居留
    r")(?![0-9A-Za-z])"
)


def redact(text: str) -> str:
    """The text with everything that looks like a person's or organisation's number blanked."""
    return _NUMBERS.sub(_BLANK, text)


class Redacting(logging.Filter):
    """Blanks numbers in the finished message and lets no exception message through."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # a wrong call of the logger must not end the job it reports on
            message = f"{record.name}: unprintable message"
        record.msg, record.args = redact(message), ()
        record.exc_text = None
        record.stack_info = None
        return True


class _Formatter(logging.Formatter):
    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else scrubbed(ei[1])


def scrubbed(fault: BaseException) -> str:
    """An exception chain as types and places in code: no message, no local, no source line."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = fault
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame in traceback.extract_tb(current.__traceback__):
            lines.append(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}")
        cause = current.__cause__
        current = cause if cause or current.__suppress_context__ else current.__context__
    return "\n".join(lines)


def _short(filename: str) -> str:
    """``collector/store/records.py`` instead of a path with the person's name in it."""
    parts = Path(filename).parts
    for anchor in ("collector", "site-packages", "lib"):
        if anchor in parts:
            start = len(parts) - 1 - parts[::-1].index(anchor)
            return "/".join(parts[start:])
    return parts[-1] if parts else "?"


logging.getLogger(ROOT).addHandler(logging.NullHandler())


def start(workspace: Path) -> None:
    """Write the log of this workspace from now on; an earlier one is closed first.

    A log that cannot be written must not keep anyone from working: then there is none.
    """
    stop()
    logger = logging.getLogger(ROOT)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler: logging.Handler
    try:
        folder = places.log_folder(workspace)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "collector.log",
            maxBytes=_SIZE,
            backupCount=_GENERATIONS,
            encoding="utf-8",
            delay=True,
        )
    except OSError:
        handler = logging.NullHandler()
    handler.addFilter(Redacting())
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logging.raiseExceptions = False


def stop() -> None:
    """Close the log and let its file go."""
    logger = logging.getLogger(ROOT)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    # without any handler logging would print warnings on standard error by itself
    logger.addHandler(logging.NullHandler())


def crash_report(workspace: Path, fault: BaseException) -> Path | None:
    """Write a scrubbed report of a fault of the program; None where it cannot be written."""
    now = datetime.now(UTC)
    text = "\n".join(
        (
            "collector.crash/1",
            f"time {now:%Y-%m-%dT%H:%M:%SZ}",
            f"version {__version__}",
            f"python {platform.python_version()} {sys.platform} {platform.machine()}",
            "",
            redact(scrubbed(fault)),
            "",
        )
    )
    try:
        folder = places.log_folder(workspace)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"crash-{now:%Y%m%dT%H%M%S%f}.txt"
        path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path
