"""Installing a pack: checked, its signature verified, then kept beside its other versions."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collector import places
from collector.errors import InputRefused, SurroundingsFailed
from collector.packs import Origin, refusals, unpacking
from collector.packs.files import scan
from collector.packs.loading import Kept, kept_folder, kept_packs
from collector.packs.reading import PACK_FILE
from collector.packs.schema import PackProblem
from collector.packs.spec import Pack
from collector.packs.versions import version_key
from collector.services.pack_signing import (
    PackSigner,
    not_signed,
    open_pack,
    open_with_signer,
    signer_of,
)
from collector.wording import Text

log = logging.getLogger(__name__)

_ABANDONED = 3600
"""seconds"""


@dataclass(frozen=True, slots=True)
class Installed:
    pack: Pack
    signer: PackSigner | None
    """None: unsigned, which the person must be told"""
    already: bool
    """this very version was here"""
    others: tuple[str, ...]
    """other versions of it on this computer, oldest first; they stay usable"""
    newest: str
    """the version that is taken when none is named"""


def install(source: Path, trust_pem: Path | None = None, now: datetime | None = None) -> Installed:
    """Keep the pack of a folder or ZIP among the person's own.

    Raises ``InputRefused``: whatever ``packs.load`` raises, ``pack.tampered``, ``pack.untrusted``,
    ``pack.unsigned`` (where an authority was named), ``pack.signature_lost``,
    ``pack.signer_changed``, ``pack.same_version``, ``pack.older_than_shipped``; and
    ``SurroundingsFailed pack.cannot_keep``. Nothing is left behind then.
    """
    with _room() as draft:
        _fetch(source, draft)
        pack, signer = open_with_signer(draft, trust_pem, now)
        if trust_pem is not None and signer is None:
            raise not_signed()
        known = kept_packs(pack.id)
        already = _judge(pack, signer, known)
        folder = kept_folder(pack.id, pack.version)
        if already is None:
            with _keeping():
                if folder.exists():  # one that is damaged: a sound one would be ``already``
                    shutil.rmtree(folder)
                os.replace(draft, folder)
            log.info("pack installed: %s/%s", pack.id, pack.version)
        else:
            folder = already.folder
    versions = {each.version for each in known} | {pack.version}
    ordered = sorted(versions, key=version_key)
    return Installed(
        open_pack(folder),
        signer,
        already is not None,
        tuple(each for each in ordered if each != pack.version),
        ordered[-1],
    )


def _judge(pack: Pack, signer: PackSigner | None, known: list[Kept]) -> Kept | None:
    """The same pack where it is here already; else refuse what must not stand beside the others."""
    for each in known:
        if each.version != pack.version:
            continue
        standing = _sound(each)
        if standing is None:
            continue  # damaged: installing it again is how it is mended
        if _same(standing, pack):
            return each
        raise InputRefused(
            "pack.same_version",
            Text(
                f"本机已有“{pack.id}”第 {pack.version} 版，内容却不一样。",
                f"Version {pack.version} of {pack.id!r} is here already, with another content.",
            ),
            Text(
                "同一版本号只能有一种内容。请发布单位把 version 加一后再发。",
                "A version has one content: its issuer must raise the version.",
            ),
        )
    shipped = [each.version for each in known if each.origin is Origin.SHIPPED]
    if any(version_key(pack.version) < version_key(each) for each in shipped):
        raise InputRefused(
            "pack.older_than_shipped",
            Text(
                f"程序自带的“{pack.id}”是第 {shipped[0]} 版，比这一份（第 {pack.version} 版）新。",
                f"The program brings version {shipped[0]} of {pack.id!r}, newer than this one.",
            ),
            Text(
                "不用安装；确实要用旧的内容，请换一个 id。",
                "There is nothing to install; give it another id to use the older content.",
            ),
        )
    _judge_signer(pack, signer, known)
    return None


def _judge_signer(pack: Pack, signer: PackSigner | None, known: list[Kept]) -> None:
    """A signed pack gives way to signed ones only; to another signer only where an authority
    that the person named vouches for them."""
    before = [
        one
        for each in known
        if (standing := _sound(each)) is not None and (one := signer_of(standing)) is not None
    ]
    if not before:
        return
    if signer is None:
        raise InputRefused(
            "pack.signature_lost",
            Text(
                f"本机的“{pack.id}”是有签名的，这一份却没有签名，不能替换。",
                f"The {pack.id!r} on this computer is signed; this one is not.",
            ),
            Text(
                "请向发布单位索取有签名的；自己改的内容请换一个 id。",
                "Get a signed one; give changes of your own another id.",
            ),
        )
    same = any(one.certificate_sha256 == signer.certificate_sha256 for one in before)
    if not same and not signer.trusted:
        raise InputRefused(
            "pack.signer_changed",
            Text(
                f"这一份是“{signer.name}”签的，本机的“{pack.id}”是“{before[-1].name}”签的。",
                f"This one is signed by {signer.name!r}, the {pack.id!r} here by"
                f" {before[-1].name!r}.",
            ),
            Text(
                "请用 --trust 指定上级给的根证书文件再安装；没有的，先与发布单位核实。",
                "Name the authority's file with --trust, or ask the issuer first.",
            ),
        )


def _sound(kept: Kept) -> Pack | None:
    try:
        return open_pack(kept.folder)
    except InputRefused:
        return None


def _same(first: Pack, second: Pack) -> bool:
    return first.sha256 == second.sha256 and first.signed == second.signed


@contextmanager
def _keeping() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise SurroundingsFailed(
            "pack.cannot_keep",
            Text("模板包存不下来。", "The pack cannot be kept."),
            Text(
                "请检查磁盘是否已满、是否只读，然后再装一次。",
                "See whether the disk is full or read-only, and install it again.",
            ),
        ) from None


@contextmanager
def _room() -> Iterator[Path]:
    """An empty folder beside the kept packs, gone afterwards unless it was moved into place."""
    kept = places.make_folder(places.packs_folder())
    for left in kept.glob(".new-*"):  # of an installation that was killed
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    with _keeping():
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=kept))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fetch(source: Path, draft: Path) -> None:
    if source.is_dir():
        if not (source / PACK_FILE).is_file():
            raise refusals.not_found()
        problems: list[PackProblem] = []
        try:
            names = scan(source, problems)
        except OSError:
            raise refusals.not_found() from None
        if problems:
            raise refusals.unsound(problems)
        with _keeping():
            for name in names:
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, draft / name)
        return
    if not source.is_file():
        raise refusals.not_found()
    with _keeping():
        unpacking.unpack(source, draft)
