"""Some records of a kind instead of all: which, and why they alone are shown."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import NamedTuple

from collector.progress import Progress
from collector.services.session import Session
from collector.services.unattached import unattached_ids


class Only(NamedTuple):
    """What the list of records is asked to show."""

    said: str
    """why, in a line above the table"""
    ids: Callable[[Session, Progress], array[int]]


UNATTACHED = Only("▲ 只显示还没有挂上工会的会员（空挂会员），他们不能上报。", unattached_ids)
