"""The verbs for many files, and for what is decided once: undo, values, layouts."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from collector.cli import terminal
from collector.cli.session import unlocked
from collector.errors import WrongUse
from collector.model import KIND_NAMES, Kind, Outcome
from collector.progress import Progress
from collector.services import inbox, layouts, row_results, undoing, value_matching
from collector.services.gathering import REASONS
from collector.services.inbox_lines import STATE_WORDS, InboxResult, Line, State
from collector.services.session import Session
from collector.services.staging import Staged
from collector.services.value_matching import Match, UnknownLabel
from collector.wording import Text

_LISTED = 30


def is_many(options: argparse.Namespace) -> bool:
    """Whether ``import`` was given a folder, or asked for a batch a file."""
    return bool(options.each) or any(path.is_dir() for path in options.files)


def bring_in(options: argparse.Namespace) -> int:
    """``import DIR``: a batch a file and a line a file; Ctrl+C stops, what was written stays."""
    progress = terminal.progress(options.lang)
    with unlocked(options) as session, _stopping(progress):
        result = inbox.bring_in(
            session,
            options.files,
            kind=Kind(options.kind) if options.kind else None,
            again=options.again,
            dry_run=options.dry_run,
            progress=progress,
        )
        written = (
            row_results.write(
                result.lines, session.pack, options.results, datetime.now().astimezone()
            )
            if options.results is not None
            else None
        )
    if options.json:
        document = result.as_json()
        if written is not None:
            document["results"] = str(written)
        terminal.say_json(document)
        return result.exit_code
    _say(result, options.lang)
    if written is not None:
        terminal.say(f"{'逐行结果' if options.lang == 'zh' else 'row by row'}：{written}")
    return result.exit_code


def write_results(options: argparse.Namespace, session: Session, staged: Staged) -> dict[str, str]:
    """The rows of an ordinary import, where asked for; what to add to its document."""
    if options.results is None:
        return {}
    files = row_results.of_files(staged)
    now = datetime.now().astimezone()
    path = row_results.write(files, session.pack, options.results, now)
    if not options.json:
        terminal.say(f"{'逐行结果' if options.lang == 'zh' else 'row by row'}：{path}")
    return {"results": str(path)}


def undo(options: argparse.Namespace) -> int:
    """Without a batch: the past imports."""
    with unlocked(options) as session:
        if options.batch is None:
            return _list_imports(session, options)
        done = (
            undoing.preview(session, options.batch)
            if options.dry_run
            else undoing.undo(session, options.batch, terminal.progress(options.lang))
        )
        if options.json:
            terminal.say_json(undoing.as_json(done, options.dry_run))
            return 0
        zh = options.lang == "zh"
        removed = "、".join(
            f"{KIND_NAMES[kind].said(options.lang)} {count}" for kind, count in done.removed.items()
        )
        lead = ("将撤销" if options.dry_run else "已撤销") if zh else "Undo of"
        terminal.say(f"{lead}第 {done.batch} 批：" if zh else f"{lead} batch {done.batch}:")
        terminal.say(f"  不再是记录 {removed or 0}" if zh else f"  no records now: {removed or 0}")
        terminal.say(
            f"  恢复原来内容 {done.restored} 条" if zh else f"  values back: {done.restored}"
        )
        if done.moved:
            terminal.say(
                f"  别的批次里也有、因此保留 {done.moved} 条"
                if zh
                else f"  kept, another import has them too: {done.moved}"
            )
        if done.repeated:
            terminal.say(
                f"  与以前导入相同、不受影响 {done.repeated} 条"
                if zh
                else f"  the same as imported before, untouched: {done.repeated}"
            )
        if done.parked or done.waking:
            terminal.say(
                f"  不再等待修正 {done.parked} 行，重新等待 {done.waking} 行"
                if zh
                else f"  rows waiting no longer {done.parked}, waiting again {done.waking}"
            )
        for told in undoing.kept_told(session, done)[:_LISTED]:
            kept = told.record
            fields = "、".join(told.labels)
            terminal.say(
                f"  ▲ {KIND_NAMES[kept.kind].said(options.lang)} {told.key}"
                f"  [{kept.sheet}] {kept.row}  {told.why.said(options.lang)}"
                + (f"：{fields}" if fields else "")
            )
        more = len(done.kept) - _LISTED
        if more > 0:
            terminal.say(f"  … +{more} (--json)")
        return 0


def values_list(options: argparse.Namespace) -> int:
    """Shows what people wrote in fields with a list: this verb shows data."""
    with unlocked(options) as session:
        unknown = value_matching.in_parked(session)
        known = value_matching.remembered(session)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.values/1",
                "unknown": [
                    {
                        "kind": item.kind.value,
                        "field": item.field,
                        "list": item.list_id,
                        "text": item.text,
                        "count": item.count,
                        "guesses": list(item.guesses),
                    }
                    for item in unknown
                ],
                "remembered": [
                    {"list": item.list, "text": item.typed, "label": item.label, "at": item.at}
                    for item in known
                ],
            }
        )
        return 0
    zh = options.lang == "zh"
    if not unknown:
        terminal.say(
            "待修的行里没有清单外的写法。" if zh else "No parked row has a label outside its list."
        )
    for item in unknown:
        guess = " / ".join(item.guesses)
        terminal.say(f"{item.kind}.{item.field}\t{item.text}\t× {item.count}\t{guess}")
    if known:
        terminal.say("已记住：" if zh else "Remembered:")
    for alias in known:
        terminal.say(f"  {alias.list}\t{alias.typed}\t→ {alias.label}")
    return 0


def values_match(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        kind = _kind_of(session, options, value_matching.in_parked(session))
        label = value_matching.resolve(session, kind, options.field, options.label)
        match = Match(kind, options.field, options.text, label, options.remember)
        done = value_matching.apply_parked(session, [match])
        value_matching.remember(session, [match])
    if options.json:
        terminal.say_json(
            {
                "format": "collector.values-match/1",
                "kind": kind.value,
                "field": options.field,
                "label": label,
                "released": done.released,
                "still_parked": done.still_parked,
                "remembered": bool(options.remember),
            }
        )
    elif options.lang == "zh":
        terminal.say(f"→ {label}：{done.released} 行改好入库，{done.still_parked} 行还有差错。")
    else:
        terminal.say(f"→ {label}: {done.released} rows in, {done.still_parked} with other faults.")
    return 0


def values_forget(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        lists = {
            item.dictionary
            for kind in Kind
            if (item := session.pack.field_of(kind, options.field)) is not None and item.dictionary
        } or {options.field}
        gone = sum(value_matching.forget(session, name, options.text) for name in sorted(lists))
    if not gone:
        raise WrongUse(
            "values.not_remembered",
            Text("没有记住过这种写法。", "This spelling is not remembered."),
            Text("用 collector values list 查看。", "See collector values list."),
            {"field": options.field},
        )
    _done(options, "已忘记。", "Forgotten.")
    return 0


def layouts_list(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        found = layouts.listed(session)
    if options.json:
        terminal.say_json(
            {
                "format": "collector.layouts/1",
                "layouts": [
                    {"id": item.id, "name": item.name, "at": item.at, "operator": item.operator}
                    for item in found
                ],
            }
        )
        return 0
    for item in found:
        terminal.say(f"{item.id}\t{item.at}\t{item.name}")
    if not found:
        _done(options, "没有记住的表样。", "No layout is remembered.")
    return 0


def layouts_forget(options: argparse.Namespace) -> int:
    with unlocked(options) as session:
        gone = layouts.forget(session, options.id)
    if not gone:
        raise WrongUse(
            "layouts.no_such_layout",
            Text("没有这个编号的表样。", "There is no layout of that number."),
            Text("用 collector layouts list 查看。", "See collector layouts list."),
        )
    _done(options, "已忘记，下次按表头重新对应。", "Forgotten; the next file is matched afresh.")
    return 0


def _list_imports(session: Session, options: argparse.Namespace) -> int:
    past = undoing.past(session)
    if options.json:
        terminal.say_json(
            {"format": "collector.imports/1", "imports": [undoing.batch_json(i) for i in past]}
        )
        return 0
    for info in past:
        counted = "，".join(
            f"{row_results.OUTCOME_WORDS[outcome].said(options.lang)}"
            f" {info.counts.get(outcome.value, 0)}"
            for outcome in Outcome
        )
        undone = ("  已撤销" if options.lang == "zh" else "  undone") if info.undone_at else ""
        names = "、".join(file.name for file in info.files)
        terminal.say(f"{info.id}\t{info.at}\t{names}\t{counted}{undone}")
    return 0


def _kind_of(
    session: Session, options: argparse.Namespace, unknown: Sequence[UnknownLabel]
) -> Kind:
    """The kind meant: as told, else that in which the text waits, else the only one with it."""
    if options.kind:
        return Kind(options.kind)
    waiting = {item.kind for item in unknown if item.field == options.field}
    with_field = {
        kind
        for kind in Kind
        if (item := session.pack.field_of(kind, options.field)) is not None and item.dictionary
    }
    kinds = waiting if len(waiting) == 1 else with_field
    if len(kinds) != 1:
        raise WrongUse(
            "values.which_kind",
            Text("这一项没有，或不止一类记录有。", "No kind, or more than one, has this field."),
            Text(
                "用 --kind 指明 unit、union、officer 或 member。",
                "Say which with --kind: unit, union, officer or member.",
            ),
            {"field": options.field},
        )
    return next(iter(kinds))


@contextmanager
def _stopping(progress: Progress) -> Iterator[None]:
    """The first Ctrl+C asks the job to stop, so that it can say how far it came."""

    def stop(number: int, frame: FrameType | None) -> None:
        if progress.is_cancelled:
            raise KeyboardInterrupt
        progress.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _say(result: InboxResult, lang: str) -> None:
    zh = lang == "zh"
    width = max((len(line.name) for line in result.lines), default=0)
    for line in result.lines:
        terminal.say(f"{_mark(line)} {line.name.ljust(width)}  {_told(line, lang)}")
    for path, reason in result.gathered.passed_over:
        terminal.say(f"－ {result.gathered.name(path)}  {REASONS[reason].said(lang)}")
    counted = "，".join(
        f"{row_results.OUTCOME_WORDS[outcome].said(lang)} {result.count(outcome)}"
        for outcome in Outcome
    )
    states = "，".join(
        f"{STATE_WORDS[state].said(lang)} {len(result.files(state))}"
        for state in State
        if result.files(state)
    )
    terminal.say()
    terminal.say(
        f"{len(result.lines)} 个文件：{states}" if zh else f"{len(result.lines)} files: {states}"
    )
    lead = ("试算（没有写入）" if result.dry_run else "已导入") if zh else "rows"
    terminal.say(f"{lead}：{result.rows} {'行' if zh else ''} = {counted}")
    if result.released:
        terminal.say(
            f"以前待修的 {result.released} 行现在已合格入库。"
            if zh
            else f"{result.released} rows parked earlier are sound now."
        )
    if result.cancelled:
        terminal.say(
            "已取消：列为“已入库”的文件完整写入，其余没有动。"
            if zh
            else "Cancelled: files listed as imported are whole, the others untouched."
        )
    if result.stopped is not None:
        terminal.say(f"✗ {result.stopped.sentence.said(lang)}")
        terminal.say(f"  → {result.stopped.advice.said(lang)}")


def _mark(line: Line) -> str:
    if line.state in (State.REFUSED, State.NO_TABLE, State.LEFT):
        return "✗"
    return "▲" if line.counts.get(Outcome.PARKED) else "✓"


def _told(line: Line, lang: str) -> str:
    said: list[str] = []
    if line.batch:
        said.append(f"第 {line.batch} 批" if lang == "zh" else f"batch {line.batch}")
    if line.counts:
        said.append(line.what(lang))
        sound = "合格" if lang == "zh" else "sound"
        said.append(f"{sound} {line.sound}")
        said += [
            f"{row_results.OUTCOME_WORDS[outcome].said(lang)} {line.counts[outcome]}"
            for outcome in (Outcome.PARKED, Outcome.SKIPPED)
            if line.counts.get(outcome)
        ]
    said.append(line.why(lang))
    return "  ".join(part for part in said if part)


def _done(options: argparse.Namespace, zh: str, en: str) -> None:
    if options.json:
        terminal.say_json({"format": "collector.done/1", "done": True})
    else:
        terminal.say(zh if options.lang == "zh" else en)
