"""Signatures of packs: made with the same identities, and trusted by the same rules, as bundles.

``pack.sig`` is an opaque CMS SignedData (CAdES-BES, DER) around the SHA-256 of every file, so that
``openssl cms -verify`` and ``sha256sum -c`` can tell the same without this program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collector import packs
from collector.bundle import statement
from collector.bundle.identity import Identity
from collector.bundle.statement import Believed, Statement, believe
from collector.errors import InputRefused, SurroundingsFailed
from collector.packs import PackProblem, manifest, refusals
from collector.packs.files import SIGNATURE
from collector.packs.spec import Pack
from collector.services.receiving import load_key
from collector.wording import Text


@dataclass(frozen=True, slots=True)
class PackSigner:
    """Who signed a pack, as the certificate says."""

    name: str
    organisation: str
    certificate_sha256: str
    trial: bool
    """made with the identities for trying the program: proves nothing"""
    signed_at: datetime
    trusted: bool
    """a path leads to an authority the person named; else the name is only claimed"""
    expired: bool
    """the certificate was good when it signed, and is not any more"""
    revocation_checked: bool


def load_signing_key(
    path: Path, certificate: Path | None, passphrase: Callable[[], str]
) -> Identity:
    """The key of a PKCS#12 file, or of a PEM file and its certificate; the passphrase is asked for
    only where it needs one. Raises as ``collector.bundle.identity`` does."""
    found = load_key(path, certificate, passphrase)
    if found.certificate is None:
        raise InputRefused(
            "pack.key_without_certificate",
            Text("私钥没有带证书，不能签名。", "The key comes without its certificate."),
            Text(
                "用 .p12 文件，或用 --cert 指定证书文件。",
                "Use a .p12 file, or name the certificate with --cert.",
            ),
            {"file": path.name},
        )
    return Identity(found.key, found.certificate)


def sign_pack(folder: Path, signer: Identity, now: datetime | None = None) -> PackSigner:
    """Write ``pack.sig`` into a sound pack folder, in place of an older one.

    Raises ``InputRefused``: whatever ``packs.load`` raises, ``pack.draft``, and
    ``bundle.signer_unusable`` for a certificate that may not sign; ``SurroundingsFailed
    pack.cannot_write``.
    """
    moment = now or datetime.now(UTC)
    target = folder / SIGNATURE
    with _writing(folder):
        before = target.read_bytes() if target.is_file() else None
        target.unlink(missing_ok=True)
    try:
        made = statement.sign(signer, _to_sign(folder), moment)
    except BaseException:
        if before is not None:
            target.write_bytes(before)
        raise
    draft = target.with_name(f".{SIGNATURE}")
    with _writing(folder):
        draft.write_bytes(made)
        os.replace(draft, target)
    _, found = open_with_signer(folder, None, moment)
    if found is None:
        raise RuntimeError("the signature just written is gone")
    return found


def signer_of(
    pack: Pack, trust_pem: Path | bytes | None = None, now: datetime | None = None
) -> PackSigner | None:
    """Who signed the pack; None where nobody did.

    The signature is true and covers the files, or ``InputRefused pack.tampered`` is raised. With
    ``trust_pem`` the signer must lead to an authority in it: ``pack.untrusted``.
    """
    if not pack.signed:
        return None
    try:
        said = statement.read((pack.folder / SIGNATURE).read_bytes())
    except (InputRefused, OSError):
        raise refusals.tampered(_SIGNATURE_WRONG) from None
    if said.content != manifest.read_signature(pack.folder / SIGNATURE):
        raise refusals.tampered(_SIGNATURE_WRONG)
    believed = None if trust_pem is None else _believe(said, trust_pem, now or datetime.now(UTC))
    return PackSigner(
        said.name,
        said.organisation,
        said.certificate_sha256,
        said.trial,
        said.signed_at,
        believed is not None,
        believed is not None and believed.expired,
        believed is not None and believed.revocation_checked,
    )


def open_pack(id_or_folder: str | Path) -> Pack:
    """The pack for use: whole, and unsigned or truly signed. The one way services take a pack.

    Raises ``InputRefused``: whatever ``packs.load`` raises, and ``pack.tampered``.
    """
    return open_with_signer(id_or_folder)[0]


def open_with_signer(
    id_or_folder: str | Path, trust_pem: Path | bytes | None = None, now: datetime | None = None
) -> tuple[Pack, PackSigner | None]:
    """The same, with who signed it. Raises besides ``pack.untrusted``, as ``signer_of`` does."""
    pack = packs.load(id_or_folder)
    return pack, signer_of(pack, trust_pem, now)


def not_signed() -> InputRefused:
    return InputRefused(
        "pack.unsigned",
        Text(
            "这个模板包没有签名，无法确认是谁发布的、有没有被改过。",
            "This pack is not signed: nobody can tell whose it is or whether it was changed.",
        ),
        Text(
            "请向发布单位索取有签名的模板包，或用电话核对指纹（pack show 里的 SHA-256）。",
            "Ask the issuer for a signed one, or compare the SHA-256 of `pack show` by phone.",
        ),
    )


_SIGNATURE_WRONG = PackProblem(
    "pack.tampered",
    SIGNATURE,
    Text("签名本身无效。", "The signature itself is not valid."),
)
_REASONS = {
    "bundle.untrusted": Text(
        "签名证书不是由你信任的机构发的", "its certificate comes from no authority you trust"
    ),
    "bundle.expired": Text("签名证书在签名时已经过期", "its certificate had expired"),
    "bundle.not_yet_valid": Text("签名证书在签名时还没有生效", "its certificate was not yet valid"),
    "bundle.revoked": Text("签名证书已被吊销", "its certificate was taken back"),
    "bundle.crl_stale": Text("吊销列表已经过期", "the revocation list is out of date"),
    "bundle.wrong_usage": Text("签名证书不是用来签名的", "its certificate is not for signing"),
    "bundle.weak_key": Text("签名证书的密钥太弱", "the key of its certificate is too weak"),
}


def _to_sign(folder: Path) -> bytes:
    pack = packs.load(folder)
    problems = packs.check_folder(folder)
    if problems:
        raise refusals.unsound(problems)
    if "-" in pack.version:
        raise InputRefused(
            "pack.draft",
            Text(
                f"这个模板包还是草稿（第 {pack.version} 版），不能签名。",
                f"This pack is still a draft ({pack.version}) and cannot be signed.",
            ),
            Text(
                "核对完以后把 pack.toml 的 version 改成 1，再签名。",
                "Once it is settled, set version to 1 in pack.toml and sign it then.",
            ),
        )
    return manifest.write(folder, pack.id, pack.version)


def _believe(said: Statement, trust_pem: Path | bytes, now: datetime) -> Believed:
    try:
        return believe(said, trust_pem, now)
    except InputRefused as refused:
        reason = _REASONS.get(refused.code)
        if reason is None:
            raise
        raise InputRefused(
            "pack.untrusted",
            Text(
                f"不能确认模板包是谁签的：{reason.zh}。",
                f"The signer of the pack cannot be trusted: {reason.en}.",
            ),
            Text(
                "请核对 --trust 的根证书文件，并与发布单位核实；确认之前不要使用。",
                "See whether --trust names the right authority, and ask the issuer.",
            ),
            {"reason": refused.code},
        ) from None


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise SurroundingsFailed(
            "pack.cannot_write",
            Text("模板包文件夹写不进去。", "The pack folder cannot be written to."),
            Text(
                "请检查磁盘是否已满、是否只读；U盘上的模板包先复制到电脑里再签名。",
                "See whether the disk is full or read-only; copy a pack from a stick first.",
            ),
            {"file": folder.name},
        ) from None
