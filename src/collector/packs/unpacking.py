"""A pack that comes as a ZIP: taken apart only as far as it can be a pack."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path

from collector.errors import InputRefused
from collector.packs.files import MOST_BYTES, MOST_FILES, is_litter, is_portable
from collector.packs.reading import PACK_FILE
from collector.wording import Text

_ENCRYPTED = 0x1
_UTF8 = 0x800


def unpack(archive: Path, folder: Path) -> None:
    """The files of the one pack in the archive, into the empty ``folder``.

    Its folder inside the archive falls away. Raises ``InputRefused``: ``pack.zip_broken``,
    ``pack.zip_encrypted``, ``pack.zip_several``, ``pack.path``, ``pack.link``, ``pack.too_large``,
    ``pack.not_found``; and ``OSError`` where the disk refuses.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(opened)
            top = _top(members)
            for name, member in members.items():
                if not name.startswith(top):
                    continue
                target = folder / name[len(top) :]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(opened.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _refused(
            "pack.zip_broken",
            "压缩包损坏，或不是 .zip 文件。",
            "The archive is damaged or no ZIP file.",
        ) from None


def _members(opened: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    total = 0
    for member in opened.infolist():
        if member.is_dir():
            continue
        name = _name(member)
        if any(is_litter(part) for part in name.split("/")):
            continue
        if not is_portable(name):
            raise _refused(
                "pack.path",
                "压缩包里有文件名指向文件夹外面，或不能在各种系统上使用。",
                "A name in the archive leads out of the folder or cannot stand on every system.",
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused(
                "pack.link", "压缩包里有指向别处的链接。", "The archive holds a link to elsewhere."
            )
        if member.flag_bits & _ENCRYPTED:
            raise InputRefused(
                "pack.zip_encrypted",
                Text("压缩包加了密码，读不出来。", "The archive is locked by a password."),
                Text("请先解压成文件夹，再安装那个文件夹。", "Unpack it and install the folder."),
            )
        total += member.file_size
        if name.casefold() in seen:
            raise _refused(
                "pack.path", "压缩包里有重名的文件。", "A name stands twice in the archive."
            )
        seen.add(name.casefold())
        found[name] = member
        if len(found) > MOST_FILES or total > MOST_BYTES:
            raise _refused(
                "pack.too_large",
                f"压缩包里的文件太多或太大（最多 {MOST_FILES} 个、共 {MOST_BYTES >> 20} MB），"
                "不像模板包。",
                f"The archive holds more than {MOST_FILES} files or {MOST_BYTES >> 20} MB.",
            )
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: without the UTF-8 mark, Windows in China writes GBK."""
    if member.flag_bits & _UTF8 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return member.filename


def _top(members: dict[str, zipfile.ZipInfo]) -> str:
    tops = [
        name.removesuffix(PACK_FILE)
        for name in members
        if name == PACK_FILE or name.endswith(f"/{PACK_FILE}")
    ]
    if not tops:
        raise _refused(
            "pack.not_found",
            "压缩包里没有 pack.toml，不是模板包。",
            "There is no pack.toml in the archive: it is no pack.",
        )
    if len(tops) > 1:
        raise _refused(
            "pack.zip_several",
            "压缩包里有几个模板包。",
            "There are several packs in the archive.",
        )
    return tops[0]


def _refused(code: str, zh: str, en: str) -> InputRefused:
    return InputRefused(
        code,
        Text(zh, en),
        Text(
            "请向发布单位重新索取，或解压后用“collector pack check 文件夹”查看。",
            "Get it again, or unpack it and look with `collector pack check DIR`.",
        ),
    )
