"""The workspace's keys: who signs its bundles, who may read them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from collector.bundle.identity import (
    DecryptionKey,
    Identity,
    Recipient,
    load_certificate_pem,
    load_pkcs12,
)
from collector.bundle.trial import TrialIdentities
from collector.errors import NotUnlocked, WrongUse
from collector.store import Store
from collector.wording import Text

_PASSWORD = "identity.password"
_SIGNER = "identity.signer"
_OWN = "identity.own"
_TRUST = "identity.trust"
_TRIAL_RECIPIENT = "identity.trial-recipient"
TRIAL_PASSWORD = "trial"
"""of recipient.p12, the made-up province's: it protects nothing and is told to everyone"""


def make_trial(
    store: Store, folder: Path, unit: str, unit_code: str, operator: str, now: datetime
) -> list[Path]:
    """Make trial identities: the collector's go into the encrypted store, the made-up
    province's into ``folder``, whose files are returned."""
    trial = TrialIdentities.create(unit, unit_code, operator, now)
    password = secrets.token_urlsafe(32)
    store.set_blob(_PASSWORD, password.encode())
    store.set_blob(_SIGNER, trial.signer.pkcs12(password))
    store.set_blob(_OWN, trial.own.pkcs12(password))
    store.set_blob(_TRUST, trial.trust_pem)
    written = trial.write_recipient(folder, TRIAL_PASSWORD)
    store.set_blob(_TRIAL_RECIPIENT, (folder / "recipient.crt").read_bytes())
    return written


def signer(store: Store) -> Identity:
    """Who signs this workspace's bundles."""
    return _kept(store, _SIGNER)


def own_key(store: Store) -> DecryptionKey:
    """The key by which this workspace can open its own bundles."""
    return _kept(store, _OWN).decryption_key


def is_trial(store: Store) -> bool:
    """Whether bundles are made with trial keys: such a bundle says so."""
    return signer(store).trial


def trust(store: Store) -> bytes | None:
    """The authority of the trial identities with its revocation list, PEM."""
    return store.blob(_TRUST)


def recipients(store: Store, given: Sequence[Path]) -> list[Recipient]:
    """Those whose certificates are given, else the trial recipient of a trial workspace.

    Raises ``InputRefused`` for a certificate that does not serve and
    ``WrongUse export.no_recipient`` where there is nobody to seal to.
    """
    if given:
        return [load_certificate_pem(path) for path in given]
    kept = store.blob(_TRIAL_RECIPIENT)
    if kept is None:
        raise WrongUse(
            "export.no_recipient",
            Text("没有收件方的加密证书。", "There is no certificate to seal to."),
            Text("用 --to 指定上级工会的证书文件。", "Name the receiving union's with --to."),
        )
    return [load_certificate_pem(kept)]


def _kept(store: Store, name: str) -> Identity:
    kept, password = store.blob(name), store.blob(_PASSWORD)
    if kept is None or password is None:
        raise NotUnlocked(
            "identity.none",
            Text("工作区里没有签名身份。", "The workspace has no signing identity."),
            Text("请重新建立工作区，或导入证书。", "Make the workspace anew or bring in keys."),
        )
    return load_pkcs12(kept, password.decode())
