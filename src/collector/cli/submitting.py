"""The verbs of keys and bundles: init, export, bundle."""

from __future__ import annotations

import argparse
import os
import sys

from collector import places
from collector.bundle.identity import DecryptionKey
from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import NotUnlocked
from collector.model import KIND_NAMES
from collector.services import exporting, identities, receiving
from collector.services import session as sessions
from collector.wording import Text


def init(options: argparse.Namespace) -> int:
    home = places.home(options.home)
    secret = terminal.passphrase(options.passphrase_file, again=True, lang=options.lang)
    made = sessions.init_workspace(
        home, secret, options.pack, options.new_operator, options.unit, options.unit_code
    )
    made.session.close()
    if options.json:
        terminal.say_json(
            {
                "format": "collector.init/1",
                "home": str(home),
                "pack": f"{made.session.pack.id}/{made.session.pack.version}",
                "recovery_code": made.recovery_code,
                "trial_files": [str(path) for path in made.trial_files],
            }
        )
        return 0
    zh = options.lang == "zh"
    terminal.say(f"{'工作区' if zh else 'workspace'}：{home}")
    terminal.say(f"{'恢复码' if zh else 'recovery code'}：{made.recovery_code}")
    terminal.say(
        "  请抄写或打印恢复码，与电脑分开保管；忘记口令时只能靠它打开，程序不另存。"
        if zh
        else "  Print it and keep it apart from the computer: without it a forgotten passphrase"
        " cannot be helped. It is kept nowhere else."
    )
    terminal.say(
        "  现在用的是试用身份：上报包都标有“试用”，正式上报前要换成上级发的证书。"
        if zh
        else "  The identity is a trial one and every bundle says so."
    )
    for path in made.trial_files:
        terminal.say(f"  {path}")
    return 0


def export(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        done = exporting.export(
            session,
            options.out,
            options.to,
            options.pack,
            options.union,
            options.workbooks,
            options.leave_parked,
            terminal.progress(options.lang),
        )
    if options.json:
        terminal.say_json(done.as_json())
        return 0
    zh = options.lang == "zh"
    for item in done.gate.warnings:
        terminal.say(f"！{item.text.said(options.lang)}")
    terminal.say(f"{'上报包' if zh else 'bundle'}：{done.bundle}")
    terminal.say(f"  {'第' if zh else 'sequence'} {done.sequence}{' 号' if zh else ''}  {done.id}")
    terminal.say(f"  SHA-256 {done.payload_sha256}")
    terminal.say(f"  {'校对短码' if zh else 'short code'} {done.short_code}")
    for kind, count in done.counts.items():
        terminal.say(f"  {KIND_NAMES[kind].said(options.lang)} {count}")
    for path in done.workbooks:
        terminal.say(f"  {path}")
    return 0


def inspect(options: argparse.Namespace) -> int:
    document = receiving.envelope_json(receiving.inspect(options.file))
    if options.json:
        terminal.say_json(document)
    else:
        terminal.say_flat(document)
    return 0


def verify(options: argparse.Namespace) -> int:
    verified = receiving.verify(options.file, options.trust, _key(options, needed=False))
    document = receiving.verified_json(verified)
    if options.json:
        terminal.say_json(document)
    else:
        terminal.say("✓ 签名有效，内容完整。" if options.lang == "zh" else "✓ Signed, and whole.")
        terminal.say_flat(document)
    return 0


def open_(options: argparse.Namespace) -> int:
    opened = receiving.open_bundle(
        options.file,
        options.trust,
        _key(options, needed=True),
        options.out,
        places.home(options.home),
        again=options.again,
        accept_new_certificate=options.accept_new_certificate,
    )
    document = receiving.opened_json(opened)
    if options.json:
        terminal.say_json(document)
    else:
        terminal.say("✓ 已验证并解开。" if options.lang == "zh" else "✓ Verified and unpacked.")
        terminal.say_flat(document)
    return 0


def _key(options: argparse.Namespace, *, needed: bool) -> DecryptionKey:
    if options.key is not None:
        return receiving.load_key(options.key, options.cert, lambda: key_passphrase(options))
    if not _can_unlock(options):
        raise receiving.need_key()
    with unlocked(options) as session:
        return identities.own_key(session.store)


def _can_unlock(options: argparse.Namespace) -> bool:
    """Whether the workspace's own key can be had: its passphrase is given or can be asked for."""
    if not sessions.exists(places.home(options.home)):
        return False
    given = options.passphrase_file or os.environ.get(places.PASSPHRASE_VARIABLE)
    return bool(given) or sys.stdin.isatty()


def key_passphrase(options: argparse.Namespace) -> str:
    """Of a key file: from ``--key-passphrase-file``, the variable, or the terminal without echo."""
    if options.key_passphrase_file is not None:
        return terminal.first_line(options.key_passphrase_file)
    given = os.environ.get(places.KEY_PASSPHRASE_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NotUnlocked(
            "bundle.key_passphrase_missing",
            Text(
                "这个私钥文件有口令，但没有给出。", "The key file has a passphrase; none was given."
            ),
            Text(
                "用 --key-passphrase-file 指定口令文件，或设置 COLLECTOR_KEY_PASSPHRASE。",
                "Name a file with --key-passphrase-file or set COLLECTOR_KEY_PASSPHRASE.",
            ),
        )
    return terminal.ask("私钥口令：" if options.lang == "zh" else "Key passphrase: ")
