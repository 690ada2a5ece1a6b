"""A signed text stays believed after its signer's certificate ran out, unless it was revoked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from collector.bundle import statement
from collector.bundle.spool import BLOCK, Spool
from collector.errors import InputRefused
from tests.reliability.bundle_kit import NOW, crl, parties, pem

PEOPLE = parties()
LATER = NOW + timedelta(days=5000)


def said() -> statement.Statement:
    return statement.read(statement.sign(PEOPLE.signer, b"sums", NOW))


def test_a_certificate_that_ran_out_since_is_told_and_still_believed() -> None:
    trusted = pem(PEOPLE.authority.certificate, crl(PEOPLE.authority))
    assert statement.believe(said(), trusted, LATER) == statement.Believed(True, True)
    assert statement.believe(said(), trusted, NOW) == statement.Believed(False, True)


@pytest.mark.parametrize("when", [NOW, LATER])
def test_a_revoked_certificate_is_never_believed(when: object) -> None:
    trusted = pem(PEOPLE.authority.certificate, crl(PEOPLE.authority, PEOPLE.signer.certificate))
    with pytest.raises(InputRefused) as caught:
        statement.believe(said(), trusted, when)
    assert caught.value.code == "bundle.revoked"


def test_what_overflows_again_and_again_is_read_back_whole(tmp_path: Path) -> None:
    with Spool(tmp_path, in_memory=BLOCK) as spool:
        for number in range(5):
            spool.write(bytes([number]) * (3 * BLOCK))
        assert spool.read_at(0, spool.size) == b"".join(
            bytes([number]) * (3 * BLOCK) for number in range(5)
        )
