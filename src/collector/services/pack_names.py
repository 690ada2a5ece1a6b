"""How a record says in words what it was checked with."""

from __future__ import annotations

from collector.errors import InputRefused
from collector.services.pack_signing import open_pack
from collector.services.session import Session
from collector.wording import Text


def checked_with(session: Session, stamp: str) -> Text:
    """``id/version`` as a record keeps it -> ``按湖北省第 1 版检查（现在是第 2 版）``."""
    pack_id, _, version = stamp.partition("/")
    now = session.pack
    if not version:
        return Text("没有检查过", "never checked")
    place = now.province if now.id == pack_id else _province(pack_id)
    tail = Text("", "")
    if now.id != pack_id:
        tail = Text(f"（现在用的是{now.province}）", f" (now {now.id}/{now.version})")
    elif now.version != version:
        tail = Text(f"（现在是第 {now.version} 版）", f" (now {now.version})")
    return Text(
        f"按{place or pack_id}模板第 {version} 版检查{tail.zh}",
        f"checked with {stamp}{tail.en}",
    )


def _province(pack_id: str) -> str:
    try:
        return open_pack(pack_id).province
    except InputRefused:
        return ""
