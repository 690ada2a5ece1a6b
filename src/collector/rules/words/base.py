"""The words of one finding; ``{label}`` is the pack's header of the field."""

from __future__ import annotations

from dataclasses import dataclass

from collector.model import Severity
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Words:
    severity: Severity
    sentence: Text
    advice: Text


def error(zh: str, en: str, do_zh: str, do_en: str) -> Words:
    return Words(Severity.ERROR, Text(zh, en), Text(do_zh, do_en))


def warning(zh: str, en: str, do_zh: str, do_en: str) -> Words:
    return Words(Severity.WARNING, Text(zh, en), Text(do_zh, do_en))


def info(zh: str, en: str, do_zh: str, do_en: str) -> Words:
    return Words(Severity.INFO, Text(zh, en), Text(do_zh, do_en))
