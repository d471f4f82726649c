"""What the counts of a table say in words, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.bulk.judging import Pool
    from conformance.bulk.record import Counted, Measurement, Undecided
    from conformance.bulk.values import Spot

EMPTY = Text("该表没有此规则所说的值", "The table holds no value that the rule speaks of")
_PARTS = 8
_MILLION = 10**6
_NOUNS: Mapping[str, Text] = {
    "row": Text("行", "rows"),
    "filled": Text("行", "rows"),
    "unique": Text("个有键的行", "rows with a key"),
    "reference": Text("个有键的行", "rows with a key"),
    "agreement": Text("个两表共有的主体", "subjects found in both tables"),
}
_VALUES = Text("个值", "values")
_VERBS: Mapping[str, Text] = {
    "row": Text("不符", "break the rule"),
    "filled": Text("的键没有值", "have no value in the key"),
    "unique": Text("的键前面已经出现", "repeat the key of an earlier row"),
    "reference": Text("的键在 {other} 中找不到", "have a key that {other} does not hold"),
    "agreement": Text("与 {other} 的取值不一致", "differ from {other}"),
}
_DUE: Mapping[str, Text] = {
    "row": Text("符合“{title}”", "in order: {title}"),
    "filled": Text("有值", "a value"),
    "unique": Text("不与其他行重复", "a key of no other row"),
    "reference": Text("存在于 {other}", "a key that {other} holds"),
    "agreement": Text("与 {other} 一致", "the same as {other}"),
}


def per_cent(part: int, whole: int) -> str:
    """Return a share in per cent with up to four decimals, cut off: less than the whole never reads 100%."""
    if not whole:
        return "—"
    millionths = _MILLION * part // whole
    if part and not millionths:
        return "<0.0001%"
    return f"{millionths / 10_000:.4f}".rstrip("0").rstrip(".") + "%"


def threshold(least: float | None, most: float | None) -> Text:
    """Return a threshold in a few signs, for tables."""
    if least is not None:
        return _same(f"≥ {_share(least)}")
    return _same(f"≤ {_share(most)}") if most is not None else Text("全部", "all")


def came(pool: Pool) -> Text:
    """Say what was counted of a pool that missed its threshold."""
    noun, verb = _noun(pool), _VERBS[pool.kind].fill(other=pool.parts[0].other)
    good = per_cent(pool.assessed - pool.failures, pool.assessed)
    of, bad = f"{pool.assessed:,}", f"{pool.failures:,}"
    parts, rest = _by_part(pool), unassessed(pool.unknown)
    unit = "行" if noun.zh.endswith("行") else "个"
    return Text(
        f"可判定的 {of} {noun.zh}中有 {bad} {unit}{verb.zh}（合格率 {good}）{parts.zh}{rest.zh}",
        f"{bad} of {of} {noun.en} {verb.en} ({good} good){parts.en}{rest.en}",
    )


def due(pool: Pool) -> Text:
    """Say what was due of a pool."""
    if pool.least is not None:
        share = _share(pool.least)
        return Text(f"“{pool.title.zh}”的合格率不低于 {share}", f"{pool.title.en}: at least {share} good")
    if pool.most is not None:
        share = _share(pool.most)
        return Text(f"“{pool.title.zh}”的不合格率不高于 {share}", f"{pool.title.en}: at most {share} not good")
    return Text(f"“{pool.title.zh}”：无一例外", f"{pool.title.en}: without exception")


def note(pool: Pool) -> Text:
    """Say in a line what a pool met, also where it passed."""
    columns = dict.fromkeys("+".join(one.columns) for one in pool.parts if one.rows)
    good = per_cent(pool.assessed - pool.failures, pool.assessed)
    rest = unassessed(pool.unknown)
    of, bad = f"{pool.assessed:,}", f"{pool.failures:,}"
    return Text(
        f"{pool.title.zh}（{'、'.join(columns)}）：判定 {of}，不合格 {bad}，合格率 {good}{rest.zh}",
        f"{pool.title.en} ({', '.join(columns)}): {of} assessed, {bad} not good, {good} good{rest.en}",
    )


def unassessed(unknown: int) -> Text:
    """Say how many could not be assessed; nothing where there are none."""
    if not unknown:
        return Text("", "")
    return Text(f"；另有 {unknown:,} 个不可判定，不计入", f"; {unknown:,} more cannot be assessed and do not count")


def not_assessable(rows: int) -> Text:
    """Say that nothing of what the rule speaks of could be assessed."""
    return Text(
        f"此规则所说的 {rows:,} 个值均不可判定（例如代码表不覆盖业务日期），不计为通过",
        f"None of the {rows:,} values that the rule speaks of can be assessed (a code list may not cover the day of "
        "the event); that is not a pass",
    )


def several(bad: Sequence[Pool]) -> Text:
    """Name the rules of a requirement that failed together."""
    return Text(
        f"{len(bad)} 条规则不合格：{'；'.join(one.title.zh for one in bad)}",
        f"{len(bad)} rules failed: {'; '.join(one.title.en for one in bad)}",
    )


def reasons(undecided: Iterable[Undecided]) -> Text:
    """Put the reasons of rules that could not be decided together, each once."""
    found = list(dict.fromkeys(one.reason for one in undecided))
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def asked(table: Measurement, title: Text, columns: Sequence[str]) -> Text:
    """Say what was asked of a table."""
    return Text(
        f"{table.source}（{table.dataset}，{table.engine}）：{title.zh}，列 {'、'.join(columns)}",
        f"{table.source} ({table.dataset}, {table.engine}): {title.en}, column {', '.join(columns)}",
    )


def place(spot: Spot) -> str:
    """Return file and row as a person writes them."""
    return spot.file if spot.row is None else f"{spot.file}:{spot.row}"


def value(spot: Spot) -> Text:
    """Return the masked value of a failing row."""
    return _same(spot.value) if spot.value else Text("无值", "no value")


def due_of_one(part: Counted) -> Text:
    """Say what was due of one row."""
    return _DUE[part.kind].fill(other=part.other, title=part.title)


def _noun(pool: Pool) -> Text:
    single = all(len(one.columns) == 1 for one in pool.parts)
    return _VALUES if single and pool.kind == "row" else _NOUNS[pool.kind]


def _by_part(pool: Pool) -> Text:
    bad = [one for one in pool.parts if one.failures]
    if len(pool.parts) == 1:
        return Text("", "")
    shown = [f"{'+'.join(one.columns)} {one.failures:,}" for one in bad[:_PARTS]]
    more = len(bad) - _PARTS
    rest = Text(f"，另有 {more} 列", f", {more} more columns") if more > 0 else Text("", "")
    return Text(f"：{'、'.join(shown)}{rest.zh}", f": {', '.join(shown)}{rest.en}")


def _share(value: float | None) -> str:
    return f"{100 * (value or 0):.4f}".rstrip("0").rstrip(".") + "%"


def _same(words: str) -> Text:
    return Text(words, words)
