"""Signed packs: made, verified here and by openssl, refused when changed, kept beside others."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import collector
from collector import data_files, packs, places
from collector.bundle import statement
from collector.bundle.trial import TrialIdentities
from collector.cli.app import main
from collector.errors import CollectorError, InputRefused
from collector.packs import Origin, manifest
from collector.services import demonstration
from collector.services.pack_installing import install
from collector.services.pack_notices import notices
from collector.services.pack_signing import open_pack, sign_pack, signer_of
from collector.services.session import today

NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)
DRAFTED = "hubei-2023"

OPENSSL = ("openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", "pack.sig")

Copy = Callable[..., Path]


@pytest.fixture(scope="module")
def issuer() -> TrialIdentities:
    return TrialIdentities.create("示例省总工会", "", "甲", NOW)


@pytest.fixture(scope="module")
def stranger() -> TrialIdentities:
    return TrialIdentities.create("别的机构", "", "乙", NOW)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy of a shipped pack under another version (and id)."""
    made = 0

    def copied(version: str = "2", pack_id: str = DRAFTED) -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / f"copy-{made}"
        shutil.copytree(data_files.folder("templates/xlsx") / DRAFTED, folder)
        toml = folder / "pack.toml"
        text = toml.read_text(encoding="utf-8").replace(DRAFTED, pack_id)
        toml.write_text(
            text.replace('version = "1"', f'version = "{version}"', 1), encoding="utf-8"
        )
        return folder

    return copied


def refused(code: str, job: Callable[[], object]) -> CollectorError:
    with pytest.raises(CollectorError) as found:
        job()
    assert found.value.code == code
    assert found.value.sentence.zh.endswith(("。", "？"))
    assert found.value.advice.zh.endswith(("。", "？"))
    return found.value


def test_a_signed_pack_says_who_signed_it(copy: Copy, issuer: TrialIdentities) -> None:
    folder = copy()
    before = packs.load(folder)
    sign_pack(folder, issuer.signer, NOW)
    pack = packs.load(folder)
    assert pack.signed
    assert pack.sha256 == before.sha256
    said = signer_of(pack)
    assert said is not None
    assert (said.organisation, said.name) == ("示例省总工会", "甲 签名")
    assert (said.trial, said.trusted) == (True, False)
    trusted = signer_of(pack, issuer.trust_pem, NOW)
    assert trusted is not None
    assert (trusted.trusted, trusted.expired, trusted.revocation_checked) == (True, False, True)


def test_signing_again_replaces_the_signature(
    copy: Copy, issuer: TrialIdentities, stranger: TrialIdentities
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    file = folder / "dictionaries" / "political.csv"
    file.write_bytes(file.read_bytes() + "99,新选项,推断,,,\n".encode())
    refused("pack.tampered", lambda: packs.load(folder))
    sign_pack(folder, stranger.signer, NOW)
    said = signer_of(packs.load(folder), stranger.trust_pem, NOW)
    assert said is not None
    assert said.trusted


def test_the_signature_is_verified_by_openssl_and_the_files_by_sha256sum(
    copy: Copy, issuer: TrialIdentities, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None or shutil.which("sha256sum") is None:
        pytest.skip("openssl and sha256sum are not installed here")
    folder = copy()
    sign_pack(folder, issuer.signer)
    (tmp_path / "ca.pem").write_bytes(issuer.trust_pem)
    subprocess.run(
        [*OPENSSL, "-CAfile", str(tmp_path / "ca.pem"), "-out", str(tmp_path / "manifest.txt")],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    listed = tmp_path / "manifest.txt"
    subprocess.run(
        ["sha256sum", "-c", "--quiet", str(listed)], cwd=folder, check=True, capture_output=True
    )
    names = {line[66:] for line in listed.read_text("utf-8").splitlines() if line[:1] != "#"}
    assert names == {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "pack.sig"
    }


CHANGES: dict[str, Callable[[Path], object]] = {
    "a rule softened": lambda folder: _replace(folder / "pack.toml", "official", "assumed"),
    "a list changed": lambda folder: _replace(
        folder / "dictionaries" / "political.csv", "群众", "群眾"
    ),
    "a workbook exchanged": lambda folder: (folder / "examples" / "good.xlsx").write_bytes(b"x"),
    "a file added": lambda folder: (folder / "more.txt").write_text("x"),
    "a file gone": lambda folder: (folder / "examples" / "good.xlsx").unlink(),
    "the signature cut": lambda folder: (folder / "pack.sig").write_bytes(
        (folder / "pack.sig").read_bytes()[:-9]
    ),
    "no signature at all": lambda folder: (folder / "pack.sig").write_bytes(b"signed, really"),
    "an empty signature": lambda folder: (folder / "pack.sig").write_bytes(b""),
}


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_signed_pack_that_was_changed_is_refused_whoever_loads_it(
    copy: Copy, issuer: TrialIdentities, change: Callable[[Path], object]
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    change(folder)
    found = refused("pack.tampered", lambda: open_pack(folder))
    assert found.exit_code == 4
    assert found.where["place"]
    refused("pack.tampered", lambda: install(folder))
    assert packs.kept_packs(DRAFTED)[-1].origin is Origin.SHIPPED


def test_a_manifest_rewritten_to_fit_is_refused_by_the_signature_itself(
    copy: Copy, issuer: TrialIdentities
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    before = manifest.write(folder, DRAFTED, "2")
    _replace(folder / "pack.toml", "official", "assumed")
    after = manifest.write(folder, DRAFTED, "2")
    signature = (folder / "pack.sig").read_bytes()
    assert len(before) == len(after)
    (folder / "pack.sig").write_bytes(signature.replace(before, after))
    assert packs.load(folder).signed  # the files agree with what the signature holds
    refused("pack.tampered", lambda: open_pack(folder))
    refused("pack.tampered", lambda: install(folder))
    refused("pack.tampered", lambda: demonstration.run(1, None, print, None, str(folder)))


def test_every_pack_that_is_used_comes_through_the_door_that_proves_its_signature() -> None:
    root = Path(collector.__file__).parent
    loading = {
        path.relative_to(root).as_posix()
        for area in ("services", "cli", "gui")
        for path in (root / area).rglob("*.py")
        if "packs.load(" in path.read_text(encoding="utf-8")
    }
    assert loading == {"services/pack_signing.py"}


def test_every_byte_of_a_signature_counts(copy: Copy, issuer: TrialIdentities) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    path, whole = folder / "pack.sig", (folder / "pack.sig").read_bytes()
    said = signer_of(packs.load(folder), issuer.trust_pem, NOW)
    told = set()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with suppress(InputRefused):
            told.add(signer_of(packs.load(folder), issuer.trust_pem, NOW))
    assert told <= {said}


def test_whom_nobody_vouches_for_is_refused_with_the_reason(
    copy: Copy, issuer: TrialIdentities, stranger: TrialIdentities
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    pack = packs.load(folder)
    found = refused("pack.untrusted", lambda: signer_of(pack, stranger.trust_pem, NOW))
    assert found.where["reason"] == "bundle.untrusted"
    early = NOW - timedelta(days=30)
    found = refused("pack.untrusted", lambda: signer_of(pack, issuer.trust_pem, early))
    assert found.where["reason"] == "bundle.not_yet_valid"


def test_a_pack_outlives_the_certificate_that_signed_it(
    copy: Copy, issuer: TrialIdentities
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    later = NOW + timedelta(days=5000)
    said = signer_of(packs.load(folder), issuer.trust_pem, later)
    assert said is not None
    assert (said.trusted, said.expired) == (True, True)


def test_only_a_sound_pack_that_is_no_draft_is_signed(copy: Copy, issuer: TrialIdentities) -> None:
    refused("pack.draft", lambda: sign_pack(copy("0-draft"), issuer.signer, NOW))
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    before = (folder / "pack.sig").read_bytes()
    _replace(folder / "pack.toml", 'type = "name"', 'type = "nmae"')
    refused("pack.broken", lambda: sign_pack(folder, issuer.signer, NOW))
    assert (folder / "pack.sig").read_bytes() == before
    refused("bundle.signer_unusable", lambda: sign_pack(copy(), issuer.own, NOW))


def test_a_newer_version_takes_over_and_the_older_stays_usable(copy: Copy) -> None:
    assert packs.load(DRAFTED).version == "1"
    done = install(copy("2"))
    assert (done.already, done.others, done.newest) == (False, ("1",), "2")
    assert [item.code for item in notices(done.pack, today())] == ["pack.unsigned"]
    assert (packs.load(DRAFTED).version, packs.load(DRAFTED).origin) == ("2", Origin.KEPT)
    assert packs.load(f"{DRAFTED}/1").origin is Origin.SHIPPED
    install(copy("10"))
    assert packs.load(DRAFTED).version == "10"
    assert install(copy("9.1")).newest == "10"
    assert {pack.id: pack.version for pack in packs.installed()}[DRAFTED] == "10"
    assert install(copy("10")).already
    refused("pack.version_not_found", lambda: packs.load(f"{DRAFTED}/7"))


def test_one_version_has_one_content(copy: Copy) -> None:
    install(copy("2"))
    other = copy("2")
    _replace(other / "pack.toml", 'issuer = "', 'issuer = "另')
    refused("pack.same_version", lambda: install(other))
    own = copy("1")
    assert install(own).already
    _replace(own / "pack.toml", 'issuer = "', 'issuer = "另')
    refused("pack.same_version", lambda: install(own))


def test_a_shipped_pack_is_not_shadowed_by_an_older_one(copy: Copy) -> None:
    refused("pack.older_than_shipped", lambda: install(copy("0.9")))
    lower = copy("0.9")
    shutil.copytree(lower, places.packs_folder() / "put-there-by-hand")
    assert packs.load(DRAFTED).version == "1"


def test_a_signed_pack_gives_way_only_to_signed_ones(
    copy: Copy, issuer: TrialIdentities, stranger: TrialIdentities, tmp_path: Path
) -> None:
    first = copy("2")
    sign_pack(first, issuer.signer, NOW)
    assert install(first).signer is not None
    refused("pack.signature_lost", lambda: install(copy("3")))
    foreign = copy("3")
    sign_pack(foreign, stranger.signer, NOW)
    refused("pack.signer_changed", lambda: install(foreign))
    (tmp_path / "ca.pem").write_bytes(issuer.trust_pem)
    refused("pack.untrusted", lambda: install(foreign, tmp_path / "ca.pem", NOW))
    own = copy("3")
    sign_pack(own, issuer.signer, NOW)
    done = install(own, tmp_path / "ca.pem", NOW)
    assert done.signer is not None
    assert done.signer.trusted
    assert notices(done.pack, today()) == []
    refused("pack.unsigned", lambda: install(copy("4", "other-2020"), tmp_path / "ca.pem", NOW))


def test_an_unsigned_pack_put_there_by_hand_does_not_take_a_signed_ones_place(
    copy: Copy, issuer: TrialIdentities
) -> None:
    first = copy("2")
    sign_pack(first, issuer.signer, NOW)
    install(first)
    shutil.copytree(copy("3"), places.packs_folder() / "by-hand")
    assert packs.load(DRAFTED).version == "2"
    assert packs.load(f"{DRAFTED}/3").version == "3"
    assert {pack.id: pack.version for pack in packs.installed()}[DRAFTED] == "2"


def test_a_manifest_of_a_later_form_asks_for_a_newer_program(
    copy: Copy, issuer: TrialIdentities
) -> None:
    folder = copy()
    text = manifest.write(folder, DRAFTED, "2").replace(b"manifest/1", b"manifest/2")
    (folder / "pack.sig").write_bytes(statement.sign(issuer.signer, text, NOW))
    refused("pack.newer", lambda: packs.load(folder))
    assert [item.code for item in packs.check_folder(folder)] == ["pack.newer"]


def test_what_a_killed_installation_left_is_cleared_away(copy: Copy) -> None:
    left = places.packs_folder() / ".new-abandoned"
    left.mkdir(parents=True)
    (left / "pack.toml").write_text("x", encoding="utf-8")
    os.utime(left, (1, 1))
    assert packs.kept_packs(DRAFTED)[-1].origin is Origin.SHIPPED
    install(copy())
    assert not left.exists()


def test_a_damaged_pack_is_told_and_mended_by_installing_it_again(
    copy: Copy, issuer: TrialIdentities, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy("2")
    sign_pack(folder, issuer.signer, NOW)
    kept = install(folder).pack.folder
    _replace(kept / "pack.toml", "official", "assumed")
    refused("pack.tampered", lambda: packs.load(DRAFTED))
    assert packs.load(f"{DRAFTED}/1").version == "1"
    assert main(["pack", "list"]) == 0
    assert "签名不符" in capsys.readouterr().out
    assert not install(folder).already
    assert packs.load(DRAFTED).version == "2"


def test_nothing_is_left_behind_by_a_refusal(copy: Copy) -> None:
    folder = copy("2")
    (folder / "pack.toml").write_text("x", encoding="utf-8")
    refused("pack.broken", lambda: install(folder))
    refused("pack.not_found", lambda: install(folder / "nowhere"))
    assert list(places.packs_folder().iterdir()) == []


def zipped(folder: Path, top: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, top + file.relative_to(folder).as_posix())
    return path


@pytest.mark.parametrize("top", ["", "湖北/", "a/b/"])
def test_a_pack_may_come_as_a_zip_with_or_without_its_folder(
    copy: Copy, issuer: TrialIdentities, top: str
) -> None:
    folder = copy()
    sign_pack(folder, issuer.signer, NOW)
    done = install(zipped(folder, top))
    assert done.signer is not None
    assert sorted(path.name for path in done.pack.folder.iterdir()) == sorted(
        path.name for path in folder.iterdir()
    )


def test_a_zip_packed_by_windows_in_china_keeps_its_names(copy: Copy) -> None:
    folder = copy()
    path = folder.with_suffix(".zip")
    names: list[tuple[bytes, bytes]] = []
    with zipfile.ZipFile(path, "w") as archive:
        for number, file in enumerate(sorted(folder.rglob("*"))):
            if file.is_file():
                name = file.relative_to(folder).as_posix().encode("gbk")
                stand_in = f"{number:x}".encode().ljust(len(name), b"_")
                archive.writestr(stand_in.decode(), file.read_bytes())
                names.append((stand_in, name))
    written = path.read_bytes()
    for stand_in, name in names:
        written = written.replace(stand_in, name)
    path.write_bytes(written)
    assert (install(path).pack.folder / "湖北省工会实名制信息采集表.xlsx").is_file()


def odd(tmp_path: Path, name: str, content: bytes = b"x", mode: int = 0) -> Path:
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pack.toml", 'format = "collector.pack/1"\n')
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "code"),
    [
        ("../../outside.csv", 0, "pack.path"),
        ("/etc/outside.csv", 0, "pack.path"),
        ("c:outside.csv", 0, "pack.path"),
        ("nul.csv", 0, "pack.path"),
        ("PACK.toml", 0, "pack.path"),
        ("link.csv", stat.S_IFLNK | 0o777, "pack.link"),
        ("more/pack.toml", 0, "pack.zip_several"),
    ],
)
def test_a_zip_that_would_write_elsewhere_is_refused(
    tmp_path: Path, name: str, mode: int, code: str
) -> None:
    refused(code, lambda: install(odd(tmp_path, name, mode=mode)))
    assert list(places.packs_folder().iterdir()) == []


def test_a_zip_that_is_none_or_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"PK but no zip")
    refused("pack.zip_broken", lambda: install(path))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.toml", "")
        archive.writestr("a.csv", bytes(70 << 20))
    refused("pack.too_large", lambda: install(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "")
    refused("pack.not_found", lambda: install(path))


def test_a_pack_out_of_force_is_said_so_and_works(copy: Copy) -> None:
    folder = copy()
    _replace(folder / "pack.toml", '"2023-03-01"', '"2024-01-01"\neffective_until = "2024-12-31"')
    pack = packs.load(folder)
    told = [
        {item.code for item in notices(pack, day)} - {"pack.unsigned"}
        for day in (
            datetime(2023, 12, 31).date(),  # noqa: DTZ001 - a day, no moment
            datetime(2024, 12, 31).date(),  # noqa: DTZ001
            datetime(2025, 1, 1).date(),  # noqa: DTZ001
        )
    ]
    assert told == [{"pack.not_yet_effective"}, set(), {"pack.expired"}]


def test_the_verbs_sign_verify_and_install(
    copy: Copy,
    issuer: TrialIdentities,
    stranger: TrialIdentities,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, key, trust = copy(), tmp_path / "key.p12", tmp_path / "ca.pem"
    key.write_bytes(issuer.signer.pkcs12("secret"))
    trust.write_bytes(issuer.trust_pem)
    verify = ["pack", "verify", str(folder), "--trust", str(trust)]
    assert main(verify) == 4
    assert main(["pack", "sign", str(folder), "--key", str(key)]) == 3
    monkeypatch.setenv(places.KEY_PASSPHRASE_VARIABLE, "secret")
    assert main(["pack", "sign", str(folder), "--key", str(key)]) == 0
    assert main(verify) == 0
    assert "签名人已核实" in capsys.readouterr().out
    trust.write_bytes(stranger.trust_pem)
    assert main([*verify, "--json"]) == 4
    assert '"pack.untrusted"' in capsys.readouterr().out
    assert main(["pack", "install", str(folder)]) == 0
    assert "没有核实签名人" in capsys.readouterr().out
    assert main(["pack", "show", f"{DRAFTED}/2"]) == 0
    assert "示例省总工会" in capsys.readouterr().out
    (folder / "more.txt").touch()
    assert main(["pack", "check", str(folder)]) == 4
    assert main(["pack", "check", str(tmp_path / "nowhere")]) == 4
    assert main(["pack", "check", str(data_files.folder("templates/xlsx") / DRAFTED)]) == 0
