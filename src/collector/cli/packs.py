"""The verbs about packs: list, show, check, sign, verify, install, and template."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from collector.cli import terminal
from collector.cli.submitting import key_passphrase
from collector.model import Severity
from collector.packs import Origin
from collector.packs.spec import Pack
from collector.services import pack_installing, pack_signing, templates
from collector.services import session as sessions
from collector.services.pack_notices import notices
from collector.services.pack_shelf import shelf
from collector.services.pack_signing import PackSigner

_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "说明"}
_ORIGIN = {
    Origin.SHIPPED: ("程序自带", "shipped"),
    Origin.KEPT: ("已安装", "installed"),
    Origin.FOLDER: ("文件夹", "folder"),
}


def template(options: argparse.Namespace) -> int:
    written = templates.write_blank_workbooks(options.pack, options.out)
    if options.json:
        terminal.say_json(
            {"format": "collector.template/1", "files": [str(path) for path in written]}
        )
    else:
        for path in written:
            terminal.say(str(path))
    return 0


def listing(options: argparse.Namespace) -> int:
    """Every version of every pack; one that cannot be used says why."""
    found: list[dict[str, Any]] = []
    for each in shelf(sessions.today()):
        if each.pack is not None:
            found.append(_head(each.pack) | {"newest": each.newest})
        elif each.refused is not None:
            sentence = each.refused.sentence.said(options.lang)
            found.append(
                {
                    "id": each.kept.id,
                    "version": each.kept.version,
                    "origin": each.kept.origin.value,
                    "error": {"code": each.refused.code, "sentence": sentence},
                }
            )
    if options.json:
        terminal.say_json({"format": "collector.packs/1", "packs": found})
        return 0
    zh = options.lang == "zh"
    for head in found:
        if "error" in head:
            terminal.say(f"{head['id']}\t{head['version']}\t✗ {head['error']['sentence']}")
            continue
        marks = [_ORIGIN[Origin(head["origin"])][0 if zh else 1]]
        if head["origin"] != Origin.SHIPPED.value:
            marks.append(("有签名" if zh else "signed") if head["signed"] else _unsigned(zh))
        if not head["newest"]:
            marks.append("另有新版" if zh else "there is a newer one")
        terminal.say(f"{head['id']}\t{head['version']}\t{head['title']}（{'，'.join(marks)}）")
    return 0


def show(options: argparse.Namespace) -> int:
    pack, signer = pack_signing.open_with_signer(options.pack)
    said = notices(pack, sessions.today())
    if options.json:
        document = _shown(pack)
        document["signer"] = None if signer is None else _signer_json(signer)
        document["notices"] = [item.as_json(options.lang) for item in said]
        terminal.say_json(document)
        return 0
    until = f"，{pack.effective_until} 止" if pack.effective_until else ""
    terminal.say(f"{pack.title}  {pack.id}/{pack.version}  {pack.issuer}")
    terminal.say(f"  {pack.effective_from} 起{until}")
    terminal.say(f"  SHA-256 {pack.sha256}")
    if signer is not None:
        terminal.say(f"  {_signer_line(signer, options.lang)}")
    for item in said:
        terminal.say(f"  ！{item.text.said(options.lang)}")
    for source in pack.sources:
        terminal.say(f"  依据 {source.id}：{source.title}")
    for sheet in pack.sheets:
        terminal.say(f"\n[{sheet.name}] {sheet.workbook}")
        for field in sheet.fields:
            mark = "必填" if field.required else "选填"
            origin = "官方" if field.provenance.value == "official" else "推定"
            header = " ".join(field.header.split())
            choices = f"（{field.dictionary}）" if field.dictionary else ""
            terminal.say(f"  {mark} {origin} {header}{choices} {field.source}".rstrip())
    terminal.say("")
    for rule in pack.rules:
        terminal.say(
            f"  {_SEVERITY[rule.severity]} {rule.record}.{'/'.join(rule.fields)}"
            f" {rule.kind} {rule.source}".rstrip()
        )
    return 0


def sign(options: argparse.Namespace) -> int:
    key = pack_signing.load_signing_key(options.key, options.cert, lambda: key_passphrase(options))
    signer = pack_signing.sign_pack(options.folder, key)
    if options.json:
        terminal.say_json({"format": "collector.pack-sign/1", "signer": _signer_json(signer)})
    else:
        terminal.say(f"✓ {_signer_line(signer, options.lang)}")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Exit 4 for a pack that is unsigned, changed, or signed by one nobody vouches for."""
    pack, signer = pack_signing.open_with_signer(options.folder, options.trust)
    if signer is None:
        raise pack_signing.not_signed()
    if options.json:
        terminal.say_json(
            {
                "format": "collector.pack-verify/1",
                "verified": True,
                "pack": {"id": pack.id, "version": pack.version, "sha256": pack.sha256},
                "signer": _signer_json(signer),
            }
        )
        return 0
    terminal.say(f"✓ {pack.id}/{pack.version}  {_signer_line(signer, options.lang)}")
    return 0


def install(options: argparse.Namespace) -> int:
    done = pack_installing.install(options.source, options.trust)
    said = notices(done.pack, sessions.today())
    if options.json:
        terminal.say_json(
            {
                "format": "collector.pack-install/1",
                "pack": _head(done.pack),
                "signer": None if done.signer is None else _signer_json(done.signer),
                "already": done.already,
                "other_versions": list(done.others),
                "newest": done.newest,
                "notices": [item.as_json(options.lang) for item in said],
            }
        )
        return 0
    zh = options.lang == "zh"
    lead = (
        ("已安装" if zh else "installed")
        if not done.already
        else ("本来就有" if zh else "was here already")
    )
    terminal.say(f"✓ {lead}：{done.pack.title}  {done.pack.id}/{done.pack.version}")
    if done.signer is not None:
        terminal.say(f"  {_signer_line(done.signer, options.lang)}")
    for item in said:
        terminal.say(f"  ！{item.text.said(options.lang)}")
    if done.others:
        known = "、".join(done.others)
        terminal.say(f"  本机还有第 {known} 版。" if zh else f"  also here: {known}")
    if done.newest != done.pack.version:
        exact = f"{done.pack.id}/{done.pack.version}"
        terminal.say(
            f"  ！不写版本时用的是第 {done.newest} 版；要用这一版，请写 {exact}。"
            if zh
            else f"  ! Version {done.newest} is taken unless you write {exact}."
        )
    return 0


def check(options: argparse.Namespace) -> int:
    """Exit 0 where it is sound, 1 where it is not, 4 where there is nothing to look at or it was
    changed after signing or made for a newer program."""
    problems = templates.check_pack(options.folder)
    refused = {item.code for item in problems} & _REFUSED
    if options.json:
        terminal.say_json(
            {
                "format": "collector.pack-check/1",
                "problems": [
                    {
                        "code": item.code,
                        "where": item.where,
                        "sentence": item.text.said(options.lang),
                    }
                    for item in problems
                ],
            }
        )
    else:
        for item in problems:
            terminal.say(f"✗ {item.where}：{item.text.said(options.lang)}")
        if not problems:
            terminal.say("模板包没有问题。" if options.lang == "zh" else "The pack is sound.")
    return 4 if refused else int(bool(problems))


_REFUSED = {"pack.not_found", "pack.newer", "pack.needs_program", "pack.tampered"}


def _unsigned(zh: bool) -> str:
    return "没有签名" if zh else "not signed"


def _signer_line(signer: PackSigner, lang: str) -> str:
    day = signer.signed_at.astimezone().date().isoformat()
    name = "，".join(part for part in (signer.organisation, signer.name) if part)
    short = signer.certificate_sha256[:16]
    if lang != "zh":
        known = "verified" if signer.trusted else "not verified who that is (--trust)"
        return f"signed {day} by {name}, certificate {short}…: {known}"
    marks = [
        "签名人已核实" if signer.trusted else "没有核实签名人是谁（用 --trust 指定根证书可以核实）"
    ]
    if signer.trial:
        marks.append("试用身份，不具效力")
    if signer.expired:
        marks.append("证书在签名时有效，现已过期")
    return f"{day} 由 {name} 签名，证书指纹 {short}…：{'；'.join(marks)}"


def _signer_json(signer: PackSigner) -> dict[str, Any]:
    return {
        "name": signer.name,
        "organisation": signer.organisation,
        "certificate_sha256": signer.certificate_sha256,
        "signed_at": signer.signed_at.isoformat(),
        "trial": signer.trial,
        "trusted": signer.trusted,
        "expired": signer.expired,
        "revocation_checked": signer.revocation_checked,
    }


def _head(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "province": pack.province,
        "issuer": pack.issuer,
        "effective_from": pack.effective_from,
        "effective_until": pack.effective_until,
        "origin": pack.origin.value,
        "signed": pack.signed,
        "sha256": pack.sha256,
    }


def _shown(pack: Pack) -> dict[str, Any]:
    return {
        "format": "collector.pack-show/1",
        **_head(pack),
        "sources": [
            {"id": item.id, "title": item.title, "note": item.note} for item in pack.sources
        ],
        "sheets": [
            {
                "id": sheet.id,
                "name": sheet.name,
                "workbook": sheet.workbook,
                "kinds": [kind.value for kind in sheet.kinds],
                "fields": [
                    {
                        "kind": item.kind.value,
                        "id": item.id,
                        "header": item.header,
                        "type": item.type.value,
                        "required": item.required,
                        "dictionary": item.dictionary,
                        "provenance": item.provenance.value,
                        "required_provenance": item.required_provenance.value,
                        "source": item.source,
                    }
                    for item in sheet.fields
                ],
            }
            for sheet in pack.sheets
        ],
        "rules": [
            {
                "id": rule.id,
                "kind": rule.kind,
                "record": rule.record.value,
                "fields": list(rule.fields),
                "severity": rule.severity.value,
                "source": rule.source,
            }
            for rule in pack.rules
        ],
        "folder": Path(pack.folder).name,
    }
