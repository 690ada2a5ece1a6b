"""Everything the store can refuse, each with its own sentence and way out."""

from __future__ import annotations

from pathlib import Path

from collector.errors import NotUnlocked, SurroundingsFailed, WrongUse
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


def altered_header(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.header_altered",
        Text(
            "钥匙文件被人改动过，校验不符。", "The key header was altered: its seal does not fit."
        ),
        Text(
            "请报告负责人，并用备份里的钥匙文件代替它。",
            "Report it, and replace the header by the one in a backup.",
        ),
        {"file": str(path)},
    )


def no_header(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.header_missing",
        Text("这个文件夹里没有工作区的钥匙文件。", "There is no key header in this folder."),
        Text(
            "请检查文件夹是否选对；钥匙文件丢失时，把备份里的或同名的 .bak 放回原处。",
            "Check the folder; if the header is lost, put back its .bak or the one in a backup.",
        ),
        {"file": str(path)},
    )


def newer_header(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.header_newer",
        Text("钥匙文件是由更新版本的程序写的。", "The key header is of a newer version."),
        Text("请升级本程序后再打开。", "Upgrade this program, then open it."),
        {"file": str(path)},
    )


def already_there(path: Path) -> WrongUse:
    return WrongUse(
        "store.exists",
        Text("这个文件夹里已经有工作区。", "There is a workspace in this folder already."),
        Text("请直接打开它，或另选一个空文件夹。", "Open it, or choose an empty folder."),
        {"file": str(path)},
    )


def locked() -> NotUnlocked:
    return NotUnlocked(
        "store.locked",
        Text("工作区已锁定。", "The workspace is locked."),
        Text("请输入口令后继续。", "Unlock it with the passphrase."),
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


def other_history(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.other_history",
        Text(
            "数据库的日志与上次保存时记下的不一致：日志被改动，或换成了另一份数据库。",
            "The journal is not the one that was last saved: it was altered, or the file swapped.",
        ),
        Text(
            "请报告负责人，找回原来的工作区文件夹，或用备份恢复。",
            "Report it, and find the folder as it was or restore a backup.",
        ),
        {"file": str(path)},
    )


def lost_mark(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.mark_lost",
        Text(
            "保存记号文件不见了或已损坏，无法判断数据库是不是最新的。",
            "The high-water mark is gone or damaged: nobody can tell whether the store is the"
            " latest.",
        ),
        Text(
            "请把它从备份放回；核对记录没有缺少后，也可以确认继续。",
            "Put it back from a backup, or see that nothing is missing and go on.",
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


def in_use(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.in_use",
        Text(
            "这个工作区已在另一个窗口或另一个命令中打开。",
            "This workspace is open in another window or another command already.",
        ),
        Text(
            "请到那个窗口继续，或把它关闭后再打开；数据没有损坏。",
            "Go on in that window, or close it and open the workspace again; the data are sound.",
        ),
        {"file": str(path)},
    )


def unfinished(path: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.unfinished",
        Text(
            "上次建立工作区时中途断了，工作区没有建成，里面没有任何数据。",
            "Making this workspace was cut off; it never came to be and holds no data.",
        ),
        Text(
            "请在同一位置重新建立工作区，残留的文件会自动清理。",
            "Make the workspace anew in the same place; what is left over is cleared away.",
        ),
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


def duplicate_key(_: Path) -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.duplicate_key",
        Text(
            "有号码或代码已在工作区里，或在这一批里重复，整批都没有保存。",
            "A number or code is in the workspace already, or twice here; nothing was saved.",
        ),
        Text("请重新检查一遍再保存。", "Check once more, then save."),
    )


def operator_exists() -> WrongUse:
    return WrongUse(
        "store.operator_exists",
        Text("已经有同名的采集员。", "There is a user of that name already."),
        Text("请加上部门以示区别。", "Add the department to tell them apart."),
    )


def empty_passphrase() -> WrongUse:
    return WrongUse(
        "store.empty_passphrase",
        Text("姓名和口令都不能为空。", "Neither name nor passphrase may be empty."),
        Text("请填写后再试。", "Fill them in and try again."),
    )


def last_slot() -> WrongUse:
    return WrongUse(
        "store.last_slot",
        Text("不能删除最后一位采集员。", "The last user cannot be removed."),
        Text("请先增加另一位采集员。", "Add another one first."),
    )


def low_memory() -> SurroundingsFailed:
    return SurroundingsFailed(
        "store.low_memory",
        Text("内存不足，无法核对口令。", "There is too little memory to check the passphrase."),
        Text("请关闭其他程序后重试。", "Close other programs and try again."),
    )
