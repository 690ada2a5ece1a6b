"""Everything the store can refuse, each with its own sentence and way out."""

from __future__ import annotations

from pathlib import Path

from collector.errors import NotUnlocked, SurroundingsFailed
from collector.wording import Text


def wrong_passphrase() -> NotUnlocked:
    return NotUnlocked(
        "store.wrong_passphrase",
        Text("口令不对，工作区没有打开。", "The passphrase is wrong; the workspace stays locked."),
        Text(
            "请检查大小写和输入法后重输；忘记口令时用封存的恢复码打开。",
            "Check capitals and the input method; if it is forgotten, use the recovery code.",
        ),
    )


def wrong_recovery_code() -> NotUnlocked:
    return NotUnlocked(
        "store.wrong_recovery_code",
        Text("恢复码不对。", "The recovery code is wrong."),
        Text(
            "请对照打印件逐组重输；字母 O 和数字 0、I 和 1 不用区分。",
            "Type it group by group from the print; O and 0, I and 1 mean the same.",
        ),
    )


def no_such_operator() -> NotUnlocked:
    return NotUnlocked(
        "store.no_such_operator",
        Text("工作区里没有这位采集员。", "The workspace has no such user."),
        Text("请从列表中选择，或核对姓名。", "Choose one of the list or check the name."),
    )


def damaged_header(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.header_damaged",
        Text("钥匙文件已损坏，工作区打不开。", "The key header is damaged."),
        Text(
            "同一文件夹里的 .bak 是上一份钥匙文件，可以复制回来；数据库本身没有改动。",
            "The .bak beside it is the header before; copy it back. The data are untouched.",
        ),
        {"file": str(path)},
    )


def damaged(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.damaged",
        Text("数据库文件已损坏。", "The database file is damaged."),
        Text(
            "请不要再写入，复制整个工作区文件夹留存，并用最近的备份恢复。",
            "Write nothing more, keep a copy of the whole folder, and restore the last backup.",
        ),
        {"file": str(path)},
    )


def not_encrypted(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.not_encrypted",
        Text("这个数据库没有加密，不是本程序写的。", "This database is not encrypted."),
        Text("请移走该文件，并查明是谁放进来的。", "Move it away and find out who put it there."),
        {"file": str(path)},
    )


def missing(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.missing",
        Text("工作区里的数据库文件不见了。", "The database file of the workspace is missing."),
        Text(
            "请从备份恢复，不要新建同名文件。", "Restore it from a backup; do not make a new one."
        ),
        {"file": str(path)},
    )


def rolled_back(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.rolled_back",
        Text(
            "数据库比上次关闭时旧：有已保存的内容丢失。",
            "The database is older than when it was last written: saved work is missing.",
        ),
        Text(
            "可能只复制了一部分文件，或 -wal 文件被清理。请找回完整的工作区文件夹或用备份恢复。",
            "Perhaps only some files were copied, or the -wal was cleaned away. Find the whole"
            " folder or restore a backup.",
        ),
        {"file": str(path)},
    )


def newer(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.newer",
        Text("工作区是由更新版本的程序写的。", "The workspace was written by a newer version."),
        Text("请升级本程序后再打开，数据没有改动。", "Upgrade this program; nothing was changed."),
        {"file": str(path)},
    )


def busy(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.busy",
        Text("工作区正被另一个程序窗口使用。", "Another program has the workspace open."),
        Text("请关闭另一个窗口后再试。", "Close the other one and try again."),
        {"file": str(path)},
    )


def read_only(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.read_only",
        Text("工作区所在的文件夹只能读，不能写。", "The folder of the workspace is read-only."),
        Text("请检查权限或 U 盘的写保护开关。", "Check its rights, or the stick's write switch."),
        {"file": str(path)},
    )


def full(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.disk_full",
        Text("磁盘已满，这一步没有写入，原有数据完好。", "The disk is full; nothing was changed."),
        Text("请清理磁盘后重试。", "Free some space and try again."),
        {"file": str(path)},
    )


def failed(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.io_failed",
        Text("读写磁盘出错。", "Reading or writing the disk failed."),
        Text("请检查磁盘或 U 盘是否松动、损坏。", "See whether the disk or stick is loose or bad."),
        {"file": str(path)},
    )


def changed_meanwhile() -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.changed_meanwhile",
        Text("这条记录在您编辑时已被改动。", "The record was changed while you were editing."),
        Text("请重新打开它，再改一次。", "Open it again and repeat the change."),
    )


def low_memory() -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.low_memory",
        Text("内存不足，无法核对口令。", "There is too little memory to check the passphrase."),
        Text("请关闭其他程序后重试。", "Close other programs and try again."),
    )
