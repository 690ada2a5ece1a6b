"""What a person should know of a pack before relying on it; never a reason to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from collector.packs import Origin
from collector.packs.spec import Pack
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class Notice:
    code: str
    text: Text

    def as_json(self, lang: str) -> dict[str, str]:
        return {"code": self.code, "sentence": self.text.said(lang)}


def notices(pack: Pack, today: date) -> list[Notice]:
    """That it is a draft, not in force (yet, or any more), or unsigned."""
    found: list[Notice] = []
    day = today.isoformat()
    if pack.version.endswith("-draft"):
        found.append(
            Notice(
                "pack.draft",
                Text(
                    "这个模板包还是草稿，没有核对完，查出的问题只供参考。",
                    "This pack is a draft that nobody has settled yet.",
                ),
            )
        )
    elif pack.effective_from > day:
        found.append(
            Notice(
                "pack.not_yet_effective",
                Text(
                    f"这个模板包从 {pack.effective_from} 起用，今天还没有到。",
                    f"This pack is in force from {pack.effective_from} on, which is yet to come.",
                ),
            )
        )
    if pack.effective_until and pack.effective_until < day:
        found.append(
            Notice(
                "pack.expired",
                Text(
                    f"这个模板包用到 {pack.effective_until} 为止，现在已经停用；"
                    "请向上级工会询问有没有新的模板包。旧数据照样可以查看。",
                    f"This pack was in force until {pack.effective_until}; ask the upper union for"
                    " a newer one. Older data can be looked at all the same.",
                ),
            )
        )
    if not pack.signed and pack.origin is not Origin.SHIPPED:
        found.append(
            Notice(
                "pack.unsigned",
                Text(
                    "这个模板包没有签名，无法确认是谁发布的、有没有被改过。",
                    "This pack is not signed: nobody can tell whose it is or if it was changed.",
                ),
            )
        )
    return found
