"""The receiving side: look at a bundle, verify it, open it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collector.bundle import identity, reading
from collector.bundle.identity import DecryptionKey
from collector.bundle.reading import Envelope, Opened, Verified
from collector.bundle.register import Register
from collector.errors import NotUnlocked
from collector.wording import Text

log = logging.getLogger(__name__)

REGISTER = "received.json"


def inspect(path: Path) -> Envelope:
    """The envelope: readable without a key, and not to be trusted before ``verify``."""
    return reading.inspect(path)


def load_key(path: Path, certificate: Path | None, passphrase: Callable[[], str]) -> DecryptionKey:
    """A key of a PKCS#12 or PEM file; the passphrase is asked for only where it needs one.

    Raises ``InputRefused`` for what is no key and ``NotUnlocked bundle.wrong_password``.
    """
    try:
        return identity.load_decryption_key(path, "", certificate)
    except NotUnlocked:
        return identity.load_decryption_key(path, passphrase(), certificate)


def need_key() -> NotUnlocked:
    """What to say where a bundle is to be verified and there is nothing to open it with."""
    return NotUnlocked(
        "bundle.key_needed",
        Text(
            "上报包是加密的：签名在密封里面，没有私钥就无法验证。",
            "A bundle is sealed: its signature lies inside and needs a key to be verified.",
        ),
        Text(
            "用 --key 指定收件方的 .p12 或 PEM 私钥；"
            "验证自己发出的包时，先解锁自己的工作区（--home 和口令）。",
            "Name the receiver's .p12 or PEM key with --key; to verify your own bundle unlock"
            " your workspace (--home and its passphrase).",
        ),
    )


def verify(path: Path, trust_pem: Path, key: DecryptionKey | None) -> Verified:
    """Signature, signer, manifest and every file; nothing is written."""
    return reading.verify(path, trust_pem, key)


def open_bundle(
    path: Path,
    trust_pem: Path,
    key: DecryptionKey,
    out: Path,
    workspace: Path,
    again: bool = False,
    accept_new_certificate: bool = False,
) -> Opened:
    """Verify, then unpack into the new or empty folder ``out``.

    ``workspace`` keeps the register of what was received: the same bundle is refused a second
    time unless ``again``, and a sender's first bundle under another certificate unless
    ``accept_new_certificate``.
    """
    opened = reading.open_bundle(
        path,
        trust_pem,
        key,
        out,
        Register(workspace / REGISTER),
        again=again,
        accept_new_certificate=accept_new_certificate,
    )
    log.info("bundle %d opened", opened.verified.manifest.sequence)
    return opened


def envelope_json(envelope: Envelope) -> dict[str, Any]:
    """What the outside says; holds no person's data."""
    return {
        "format": "collector.bundle-inspect/1",
        "file": envelope.name,
        "size": envelope.size,
        "file_sha256": envelope.file_sha256,
        "suite": envelope.suite,
        "recipients": [
            {"certificate_serial": f"{shape.name.serial:x}", "key_agreed": shape.agreed}
            for shape in envelope.recipients
        ],
        "verified": False,
    }


def verified_json(verified: Verified) -> dict[str, Any]:
    """What was proved of a bundle."""
    manifest = verified.manifest
    return {
        "format": "collector.bundle-verify/1",
        "verified": True,
        "id": manifest.id,
        "trial": verified.trial,
        "created": manifest.created,
        "sender": {
            "name": manifest.sender.name,
            "code": manifest.sender.code,
            "certificate_sha256": manifest.sender.certificate_sha256,
        },
        "sequence": manifest.sequence,
        "previous": manifest.previous,
        "pack": {"id": manifest.rulepack.id, "version": manifest.rulepack.version},
        "counts": dict(manifest.counts),
        "payload_sha256": verified.payload_sha256,
        "short_code": verified.short_code,
        "audit_head": manifest.audit_head,
        "files": [{"name": file.name, "rows": file.rows} for file in manifest.files],
        "revocation_checked": verified.revocation_checked,
    }


def opened_json(opened: Opened) -> dict[str, Any]:
    """Where a bundle was unpacked, and what was proved of it."""
    return {
        **verified_json(opened.verified),
        "format": "collector.bundle-open/1",
        "folder": str(opened.folder),
        "missing_sequences": list(opened.missing_sequences),
        "opened_before": opened.opened_before,
    }
