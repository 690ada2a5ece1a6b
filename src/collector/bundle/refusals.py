"""Every way a bundle, key or certificate is refused: one code, one sentence, one advice.

The codes are stable once released and listed in docs/bundle-format.md.
"""

from __future__ import annotations

from typing import NamedTuple

from collector.errors import (
    CollectorError,
    GateRefused,
    InputRefused,
    NotUnlocked,
    SurroundingsFailed,
)
from collector.wording import Text


class Refusal(NamedTuple):
    """What a code means: the class decides the exit code."""

    kind: type[CollectorError]
    sentence: Text
    advice: Text


RESEND = Text(
    "请让对方重新拷贝或重新导出后再发一次，不要使用这一份。",
    "Ask the sender to copy or export it again; do not use this one.",
)
SUSPECT = Text(
    "不要使用这一份；请用电话与报送单位核实校对短码，并报告信息安全负责人。",
    "Do not use it; compare the short code with the sender by phone and report it.",
)
UPDATE = Text(
    "请把本程序更新到新版本后再打开。",
    "Update this program to a newer version, then open it again.",
)
SENDER_FAULT = Text(
    "请联系报送单位，用最新版本的采集程序重新导出。",
    "Ask the sender to export again with the newest version of the collector.",
)
OTHER_CERTIFICATE = Text(
    "请向上级工会索取正确的加密证书文件（.crt、.cer 或 .pem）。",
    "Ask the receiving union for the right encryption certificate (.crt, .cer, .pem).",
)
OTHER_TRUST = Text(
    "请向证书机构或上级工会索取最新的根证书与吊销列表文件。",
    "Ask the certificate authority for the newest CA and revocation list file.",
)
RENEW = Text(
    "请报送单位更换有效的签名证书后重新导出；确需查看旧包时，按当时的收件时间核验。",
    "The sender must sign again with a valid certificate; to look at an old bundle,"
    " verify it as of the time it was received.",
)
CHOOSE_FOLDER = Text(
    "请换一个可以写入、空间足够的文件夹或U盘后重试。",
    "Choose a folder or stick that is writable and has room, then try again.",
)

R = Refusal
CODES: dict[str, Refusal] = {
    # the file and its envelope
    "bundle.not_found": R(
        InputRefused,
        Text("找不到这个文件，或者没有读取的权限。", "The file is missing or may not be read."),
        Text("请检查文件是否还在、U盘是否插好。", "Check that the file and the stick are there."),
    ),
    "bundle.not_a_bundle": R(
        InputRefused,
        Text("这个文件不是上报包。", "This file is not a submission bundle."),
        Text("请选择文件名以 GH_ 开头、以 .p7m 结尾的文件。", "Choose a file named GH_….p7m."),
    ),
    "bundle.not_der": R(
        InputRefused,
        Text(
            "上报包的编码方式不合规定（不定长或非最短编码）。",
            "The bundle is not encoded as DER (indefinite or padded lengths).",
        ),
        SENDER_FAULT,
    ),
    "bundle.cut": R(
        InputRefused, Text("上报包不完整，后面的内容缺失。", "The bundle is cut short."), RESEND
    ),
    "bundle.trailing_bytes": R(
        InputRefused,
        Text("上报包末尾多出了内容。", "There are extra bytes after the end of the bundle."),
        RESEND,
    ),
    "bundle.too_large": R(
        InputRefused,
        Text("上报包超过 300 MB 的上限。", "The bundle is larger than 300 MB."),
        Text("请让报送单位按工会分成几个包报送。", "Ask the sender to split it by union."),
    ),
    "bundle.suite_unknown": R(
        InputRefused,
        Text(
            "上报包使用了本程序不认识的加密套件。",
            "The bundle uses an encryption suite this program does not know.",
        ),
        UPDATE,
    ),
    "bundle.newer": R(
        InputRefused,
        Text(
            "上报包由更新版本的程序生成，本程序读不了。",
            "The bundle was made by a newer version of the program.",
        ),
        UPDATE,
    ),
    "bundle.structure": R(
        InputRefused,
        Text("上报包的结构不合规定。", "The structure of the bundle is not as it must be."),
        SENDER_FAULT,
    ),
    "bundle.algorithm": R(
        InputRefused,
        Text(
            "上报包用了本加密套件不允许的算法或参数。",
            "The bundle uses an algorithm or parameter its suite does not allow.",
        ),
        SENDER_FAULT,
    ),
    "bundle.key_needed": R(
        NotUnlocked,
        Text(
            "上报包是加密的，需要收件方的密钥才能核验。",
            "The bundle is encrypted; the recipient's key is needed.",
        ),
        Text("请提供密钥文件（.p12）及其口令。", "Give the key file (.p12) and its password."),
    ),
    "bundle.not_addressed": R(
        InputRefused,
        Text("这个上报包不是加密给这把密钥的。", "The bundle is not encrypted to this key."),
        Text(
            "请换用收件证书对应的密钥；如无此密钥，请报送单位重新导出并选上您的证书。",
            "Use the key of the certificate it was sealed to, or have it sealed to yours.",
        ),
    ),
    "bundle.changed": R(
        InputRefused,
        Text(
            "上报包的内容被改动过或已损坏，没有写出任何内容。",
            "The bundle was changed or damaged; nothing was written out.",
        ),
        RESEND,
    ),
    # the signature
    "bundle.not_signed": R(
        InputRefused, Text("上报包里没有签名。", "The bundle is not signed."), SENDER_FAULT
    ),
    "bundle.many_signers": R(
        InputRefused,
        Text("上报包里的签名不止一个。", "The bundle holds more than one signature."),
        SENDER_FAULT,
    ),
    "bundle.attributes": R(
        InputRefused,
        Text(
            "签名缺少规定的属性（签名时间、内容摘要、内容类型、签名证书）或有重复。",
            "A signed attribute (time, digest, type, certificate) is missing or repeated.",
        ),
        SENDER_FAULT,
    ),
    "bundle.signature_wrong": R(
        InputRefused,
        Text("签名与内容对不上。", "The signature does not fit the content."),
        SUSPECT,
    ),
    "bundle.signer_missing": R(
        InputRefused,
        Text("上报包里没有附带签名证书。", "The signer's certificate is not in the bundle."),
        SENDER_FAULT,
    ),
    "bundle.certificate_swapped": R(
        InputRefused,
        Text(
            "签名中绑定的证书与附带的证书不是同一张。",
            "The certificate bound into the signature is not the one enclosed.",
        ),
        SUSPECT,
    ),
    "bundle.untrusted": R(
        InputRefused,
        Text(
            "签名证书不是由您信任的证书机构签发的。",
            "The signer's certificate does not come from an authority you trust.",
        ),
        Text(
            "请核对根证书文件是否正确；如无误，不要使用这个包，并与报送单位核实。",
            "Check that the CA file is the right one; if it is, do not use this bundle.",
        ),
    ),
    "bundle.expired": R(
        InputRefused,
        Text("签名所用的证书链中有已过期的证书。", "A certificate behind the signature expired."),
        RENEW,
    ),
    "bundle.not_yet_valid": R(
        InputRefused,
        Text(
            "签名所用的证书链中有尚未生效的证书。",
            "A certificate behind the signature is not valid yet.",
        ),
        Text(
            "请检查双方电脑的日期是否正确，再让报送单位重新导出。",
            "Check the date on both computers, then have it exported again.",
        ),
    ),
    "bundle.signed_in_future": R(
        InputRefused,
        Text(
            "签名时间晚于本机当前时间一天以上。",
            "The bundle says it was signed more than a day in the future.",
        ),
        Text("请检查双方电脑的日期是否正确。", "Check the date on both computers."),
    ),
    "bundle.revoked": R(
        InputRefused,
        Text("签名证书或其上级证书已被吊销。", "The signer's certificate has been revoked."),
        SUSPECT,
    ),
    "bundle.crl_stale": R(
        InputRefused,
        Text("吊销列表已过期或尚未生效。", "The revocation list is out of date."),
        OTHER_TRUST,
    ),
    "bundle.wrong_usage": R(
        InputRefused,
        Text(
            "签名证书的用途不允许签名。",
            "The signer's certificate is not allowed to sign.",
        ),
        Text(
            "请报送单位改用签名证书（不是加密证书）重新导出。",
            "The sender must use the signing certificate, not the encryption one.",
        ),
    ),
    "bundle.weak_key": R(
        InputRefused,
        Text(
            "签名证书的密钥或摘要算法强度不够。",
            "A certificate behind the signature has a weak key or digest.",
        ),
        SENDER_FAULT,
    ),
    "bundle.trust_unreadable": R(
        InputRefused,
        Text(
            "信任证书文件读不了，或者里面没有证书机构的证书。",
            "The trust file cannot be read or holds no authority's certificate.",
        ),
        OTHER_TRUST,
    ),
    # the archive inside
    "bundle.archive_broken": R(
        InputRefused,
        Text("包内的压缩文件结构不合规定。", "The archive inside is not as it must be."),
        SENDER_FAULT,
    ),
    "bundle.archive_too_large": R(
        InputRefused,
        Text("包内文件解开后超过规定的大小或个数。", "The files inside are too large or many."),
        SUSPECT,
    ),
    "bundle.unsafe_name": R(
        InputRefused,
        Text("包内有不允许的文件名。", "A file name inside is not allowed."),
        SUSPECT,
    ),
    "bundle.manifest_missing": R(
        InputRefused,
        Text("包内第一个文件不是清单。", "The first file inside is not the manifest."),
        SENDER_FAULT,
    ),
    "bundle.manifest_broken": R(
        InputRefused,
        Text("包内清单读不了或有不合规定的内容。", "The manifest cannot be read or is wrong."),
        SENDER_FAULT,
    ),
    "bundle.manifest_repeated_key": R(
        InputRefused,
        Text("包内清单有重复的项目。", "The manifest holds a key twice."),
        SUSPECT,
    ),
    "bundle.suite_mismatch": R(
        InputRefused,
        Text(
            "清单里写的加密套件与实际的不一致。",
            "The manifest names another suite than the one used.",
        ),
        SUSPECT,
    ),
    "bundle.sender_mismatch": R(
        InputRefused,
        Text(
            "清单里写的报送单位证书与签名证书不是同一张。",
            "The manifest names another signing certificate than the one used.",
        ),
        SUSPECT,
    ),
    "bundle.not_for_us": R(
        InputRefused,
        Text(
            "报送单位的清单里没有您的证书：这个包可能被人转发过。",
            "The sender did not mean this bundle for you: it may have been passed on.",
        ),
        SUSPECT,
    ),
    "bundle.unlisted_file": R(
        InputRefused,
        Text("包内有清单没有列出的文件。", "There is a file the manifest does not list."),
        SUSPECT,
    ),
    "bundle.missing_file": R(
        InputRefused,
        Text("清单列出的文件不在包内。", "A file the manifest lists is not there."),
        SENDER_FAULT,
    ),
    "bundle.file_changed": R(
        InputRefused,
        Text("包内文件与清单的大小或摘要不符。", "A file differs from its size or hash."),
        SUSPECT,
    ),
    "bundle.counts_wrong": R(
        InputRefused,
        Text("包内记录数与清单不符。", "The numbers of records differ from the manifest."),
        SENDER_FAULT,
    ),
    # the register of what was received
    "bundle.replayed": R(
        InputRefused,
        Text("这个上报包以前已经打开过。", "This bundle has been opened before."),
        Text(
            "不要重复入库；确需再看一次时，请选择“再次打开”。",
            "Do not take it in twice; to look at it once more, choose to open it again.",
        ),
    ),
    "bundle.id_reused": R(
        InputRefused,
        Text(
            "另一个内容不同的上报包用过同样的编号。",
            "A bundle with other content has used the same id.",
        ),
        SUSPECT,
    ),
    "bundle.sequence_taken": R(
        InputRefused,
        Text(
            "报送单位的这个序号已经收到过另一个上报包。",
            "Another bundle with this sequence number came from this sender before.",
        ),
        SUSPECT,
    ),
    "bundle.chain_broken": R(
        InputRefused,
        Text(
            "上报包与已收到的前后包接不上（可能来自另一份旧数据）。",
            "The bundle does not follow on from those received (perhaps from an old copy).",
        ),
        SUSPECT,
    ),
    "bundle.sender_changed": R(
        InputRefused,
        Text(
            "同一报送单位这次换了签名证书。",
            "This sender used another signing certificate before.",
        ),
        Text(
            "请电话核实对方确已换证；核实后加上 --accept-new-certificate 再打开。",
            "Call the sender; once the change is confirmed, open it with --accept-new-certificate.",
        ),
    ),
    "bundle.register_broken": R(
        SurroundingsFailed,
        Text("收件登记文件读不了或已损坏。", "The register of received bundles is damaged."),
        Text(
            "请用备份恢复 received.json；不要删除，否则无法识别重复的包。",
            "Restore received.json from a backup; without it repeats cannot be told.",
        ),
    ),
    "bundle.register_newer": R(
        SurroundingsFailed,
        Text(
            "收件登记文件由更新版本的程序写成。",
            "The register of received bundles was made by a newer version.",
        ),
        UPDATE,
    ),
    # keys and certificates
    "bundle.wrong_password": R(
        NotUnlocked,
        Text("密钥文件的口令不对。", "The password of the key file is wrong."),
        Text("请重新输入；注意大小写和输入法。", "Type it again; mind capitals and input method."),
    ),
    "bundle.key_unreadable": R(
        InputRefused,
        Text("密钥文件读不了。", "The key file cannot be read."),
        Text("请选择 .p12、.pfx 或 PEM 密钥文件。", "Choose a .p12, .pfx or PEM key file."),
    ),
    "bundle.key_incomplete": R(
        InputRefused,
        Text("密钥文件里缺少私钥或证书。", "The key file lacks the private key or certificate."),
        Text(
            "请重新导出密钥文件，导出时勾选“包含私钥”。",
            "Export it again from its store, including the private key.",
        ),
    ),
    "bundle.key_unsupported": R(
        InputRefused,
        Text(
            "不支持这种密钥（只支持 RSA 2048 位以上和 EC P-256）。",
            "This kind of key is not supported (RSA of 2048 bits or more, or EC P-256).",
        ),
        Text("请换用 RSA 或 P-256 的密钥。", "Use an RSA or P-256 key."),
    ),
    "bundle.signer_unusable": R(
        InputRefused,
        Text(
            "签名证书不能用来签名：用途不对、已过期或尚未生效。",
            "The signing certificate cannot sign: wrong usage, expired or not yet valid.",
        ),
        Text("请更换有效的签名证书。", "Use a valid signing certificate."),
    ),
    "bundle.recipient_unreadable": R(
        InputRefused,
        Text("收件证书文件读不了。", "The recipient's certificate file cannot be read."),
        OTHER_CERTIFICATE,
    ),
    "bundle.recipient_expired": R(
        InputRefused,
        Text("收件证书已过期。", "The recipient's certificate has expired."),
        OTHER_CERTIFICATE,
    ),
    "bundle.recipient_not_yet_valid": R(
        InputRefused,
        Text("收件证书尚未生效。", "The recipient's certificate is not valid yet."),
        Text(
            "请检查本机日期；日期无误时请向上级工会索取有效证书。",
            "Check this computer's date; if right, ask for a valid certificate.",
        ),
    ),
    "bundle.recipient_signing_only": R(
        InputRefused,
        Text("这是签名证书，不能用来加密。", "This certificate is for signing only."),
        OTHER_CERTIFICATE,
    ),
    "bundle.recipient_not_for_encryption": R(
        InputRefused,
        Text("这张证书不允许用来加密。", "This certificate is not allowed for encryption."),
        OTHER_CERTIFICATE,
    ),
    "bundle.recipient_key_unsupported": R(
        InputRefused,
        Text(
            "不支持收件证书的密钥种类（只支持 RSA 2048 位以上和 EC P-256）。",
            "The recipient's kind of key is not supported (RSA of 2048 bits up, EC P-256).",
        ),
        OTHER_CERTIFICATE,
    ),
    # sealing and writing out
    "bundle.must_split": R(
        GateRefused,
        Text(
            "数据太多：一个上报包最多 300 MB，解开后最多 2 GB。",
            "Too much for one bundle: 300 MB at most, 2 GB unpacked.",
        ),
        Text("请按工会分成几个包导出。", "Split it: export union by union."),
    ),
    "bundle.source_changed": R(
        SurroundingsFailed,
        Text("导出过程中数据被改动。", "The records changed while they were being exported."),
        Text("请等其他操作完成后重新导出。", "Wait for the other work, then export again."),
    ),
    "bundle.name_taken": R(
        SurroundingsFailed,
        Text(
            "导出文件夹里已有同名的上报包，没有覆盖它。",
            "A bundle of this name is already there; it was not overwritten.",
        ),
        Text("请换一个文件夹，或先把旧文件移走。", "Choose another folder or move the old file."),
    ),
    "bundle.readback_failed": R(
        SurroundingsFailed,
        Text(
            "写好后读回核对时发现内容不一致，已删除。",
            "What was read back differs from what was written; it was deleted.",
        ),
        Text(
            "U盘或硬盘可能有坏块，请换一个再导出。", "The disk or stick may be failing: change it."
        ),
    ),
    "bundle.folder_missing": R(
        SurroundingsFailed,
        Text("目标文件夹不存在。", "The target folder does not exist."),
        CHOOSE_FOLDER,
    ),
    "bundle.folder_read_only": R(
        SurroundingsFailed, Text("目标文件夹不能写入。", "The folder is read-only."), CHOOSE_FOLDER
    ),
    "bundle.disk_full": R(
        SurroundingsFailed, Text("目标磁盘空间不足。", "The disk is full."), CHOOSE_FOLDER
    ),
    "bundle.write_failed": R(
        SurroundingsFailed,
        Text("写入目标磁盘时出错。", "Writing to the disk failed."),
        CHOOSE_FOLDER,
    ),
    "bundle.out_not_empty": R(
        SurroundingsFailed,
        Text("输出文件夹里已有内容，没有写入。", "The output folder is not empty."),
        Text("请选择一个空文件夹或新文件夹。", "Choose an empty or a new folder."),
    ),
}
"""code -> what it means. Order: as a bundle is read, then keys, then writing."""


def refusal(code: str, **where: str | int) -> CollectorError:
    """The error for ``code``; ``where`` holds places only, never a value."""
    found = CODES[code]
    return found.kind(code, found.sentence, found.advice, where)
