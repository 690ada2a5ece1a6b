"""The submission bundle GHB/1: ZIP, signed (CMS SignedData), encrypted (AuthEnvelopedData).

docs/bundle-format.md describes it for those who write a receiver.
"""

from collector.bundle.identity import (
    DecryptionKey,
    Identity,
    Recipient,
    Signer,
    load_certificate_pem,
    load_decryption_key,
    load_pkcs12,
)
from collector.bundle.manifest import Manifest, ManifestDraft, Reference
from collector.bundle.reading import Envelope, Opened, Verified, inspect, open_bundle, verify
from collector.bundle.register import Register
from collector.bundle.trial import TrialIdentities
from collector.bundle.writing import Part, Sealed, seal

__all__ = [
    "DecryptionKey",
    "Envelope",
    "Identity",
    "Manifest",
    "ManifestDraft",
    "Opened",
    "Part",
    "Recipient",
    "Reference",
    "Register",
    "Sealed",
    "Signer",
    "TrialIdentities",
    "Verified",
    "inspect",
    "load_certificate_pem",
    "load_decryption_key",
    "load_pkcs12",
    "open_bundle",
    "seal",
    "verify",
]
