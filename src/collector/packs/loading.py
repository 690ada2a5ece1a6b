"""Finding packs and loading them; what cannot serve is refused with a reason and a way out."""

from __future__ import annotations

import re
from pathlib import Path

from collector import data_files
from collector.errors import InputRefused
from collector.model import Kind
from collector.packs.reading import PACK_FILE, NewerFormatError, read
from collector.packs.schema import PackProblem
from collector.packs.spec import Pack
from collector.wording import Text

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


def load(id_or_folder: str | Path) -> Pack:
    """The pack with this id among those installed, else the pack in this folder.

    Raises ``InputRefused``: ``pack.not_found``, ``pack.broken`` (with the first problem and its
    place) or ``pack.newer``.
    """
    folder = _folder(id_or_folder)
    try:
        pack, problems = read(folder)
    except NewerFormatError:
        raise InputRefused(
            "pack.newer",
            Text(
                "这个模板包是用更新版本的程序做的，本程序读不懂。",
                "This pack was made for a newer version of the program.",
            ),
            Text("请升级本程序，或向发布单位索取旧格式的模板包。", "Update the program."),
            {"file": PACK_FILE},
        ) from None
    except OSError:
        raise _not_found() from None
    if pack is None:
        raise _broken(problems)
    return pack


def installed() -> list[Pack]:
    """The packs shipped with the program, by id."""
    shipped = data_files.folder("templates/xlsx")
    folders = sorted(path.parent for path in shipped.glob(f"*/{PACK_FILE}"))
    return [load(folder) for folder in folders]


def labels(pack: Pack) -> dict[tuple[Kind, str], str]:
    """(kind, field id) -> the header text of the pack on one line, for messages."""
    return {
        (field.kind, field.id): " ".join(field.header.split())
        for sheet in pack.sheets
        for field in sheet.fields
    }


def choices(pack: Pack) -> dict[str, frozenset[str]]:
    """Dictionary id -> its canonical labels."""
    return {name: frozenset(found.labels) for name, found in pack.dictionaries.items()}


def _folder(id_or_folder: str | Path) -> Path:
    if isinstance(id_or_folder, str) and _ID.fullmatch(id_or_folder):
        shipped = data_files.folder("templates/xlsx") / id_or_folder
        if (shipped / PACK_FILE).is_file():
            return shipped
    folder = Path(id_or_folder)
    if not (folder / PACK_FILE).is_file():
        raise _not_found()
    return folder


def _not_found() -> InputRefused:
    return InputRefused(
        "pack.not_found",
        Text("没有找到这个模板包。", "No such pack was found."),
        Text(
            "请用“collector pack list”查看已安装的模板包，或给出含有 pack.toml 的文件夹。",
            "See `collector pack list`, or name a folder that holds a pack.toml.",
        ),
    )


def _broken(problems: list[PackProblem]) -> InputRefused:
    first = problems[0]
    more = len(problems) - 1
    return InputRefused(
        "pack.broken",
        Text(
            f"模板包有 {len(problems)} 处错误，不能使用。第一处在 {first.where}：{first.text.zh}",
            f"The pack has {len(problems)} faults. The first, at {first.where}: {first.text.en}",
        ),
        Text(
            "请用“collector pack check 文件夹”列出全部错误并改正，或重新取得模板包。"
            if more
            else "请改正这一处，或重新取得模板包。",
            "Run `collector pack check DIR` to see them all, or get the pack again.",
        ),
        {"place": first.where, "problem": first.code},
    )
