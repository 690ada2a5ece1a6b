"""A bundle of half a million members: gate, CSV, sign, encrypt, verify; then openssl opens it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import making
import measuring
from collector.progress import Progress
from collector.services import exporting
from collector.services.session import unlock
from collector.wording import Text


def main(members: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # filled in another process, so that this one's memory is the export's alone
        fill = [sys.executable, making.__file__, str(folder / "home"), members]
        subprocess.run(fill, check=True)
        session = unlock(folder / "home", making.PASSPHRASE)
        steps: dict[str, float] = {}

        def told(what: Text, _done: int, _total: int) -> None:
            steps.setdefault(what.en, time.perf_counter())

        measuring.forget_peak()
        before = measuring.peak_mib()
        began = time.perf_counter()
        exported = exporting.export(session, folder / "out", progress=Progress(told))
        took = time.perf_counter() - began
        peak = measuring.peak_mib()
        trial = folder / "home" / "trial"
        session.close()
        opened = _openssl(exported.bundle, trial, folder)
        size = exported.bundle.stat().st_size
    measuring.tell(
        members=int(members),
        seconds=took,
        steps={what: at - began for what, at in steps.items()},
        idle_mib=before,
        peak_mib=peak,
        bundle_mib=size / 2**20,
        openssl_opens=opened,
    )


def _openssl(bundle: Path, trial: Path, folder: Path) -> bool:
    """Decrypt and verify with the stock tool, as a receiver does (docs/bundle-format.md)."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit("openssl is not installed")
    signed, payload = folder / "signed.p7s", folder / "payload.zip"
    decrypt = [openssl, "cms", "-decrypt", "-binary", "-inform", "DER", "-in", str(bundle)]
    decrypt += ["-recip", str(trial / "recipient.crt"), "-inkey", str(trial / "recipient.key")]
    subprocess.run([*decrypt, "-out", str(signed)], check=True)
    verify = [openssl, "cms", "-verify", "-cades", "-crl_check", "-binary", "-inform", "DER"]
    verify += ["-in", str(signed), "-CAfile", str(trial / "ca-and-crl.pem"), "-out", str(payload)]
    subprocess.run(verify, check=True, stderr=subprocess.DEVNULL)
    return payload.stat().st_size > 0


if __name__ == "__main__":
    main(*sys.argv[1:])
