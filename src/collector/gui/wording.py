"""Small phrases several pages share."""

from __future__ import annotations

from datetime import datetime

from collector.model import Kind, Outcome

KIND_WORDS: dict[Kind, str] = {
    Kind.UNIT: "单位",
    Kind.UNION: "工会",
    Kind.OFFICER: "委员",
    Kind.MEMBER: "会员",
}

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.ADDED: "新增",
    Outcome.UPDATED: "更新",
    Outcome.UNCHANGED: "不变",
    Outcome.PARKED: "待修留存",
    Outcome.SKIPPED: "跳过",
}


def day_and_time(stamp: str) -> str:
    """A stored time stamp as the clock on the wall shows it; unreadable ones as they are."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp
