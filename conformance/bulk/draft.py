"""Writes a proposed description as YAML with comments, in the format of standards/meta/dataset.schema.json."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.bulk.proposal import scalar
from conformance.bulk.wording import per_cent
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.bulk.proposal import Draft, Proposed
    from conformance.text import Lang

#: Elements of keys, the one first that only rows of its own kind have.
_KEYS = ("DE-C01", "DE-R01", "DE-G03", "DE-D01", "DE-O01", "DE-P01", "DE-X01")
_UPDATE = ("DE-T01",)
_FEW = 0.01  # share of rows that may repeat the key of an element that is a key elsewhere
_UPDATING = re.compile(r"gxsj|update|modif|last", re.IGNORECASE)
_ALIKE = Text(
    "与数据集 {id} 同名的字段有 {count} 个（该数据集共 {of} 个）：如就是它，可直接用 --dataset {id} 检验。",
    "{count} fields are named as in the dataset {id}, which has {of}: if it is that, judge with --dataset {id}.",
)
_HEAD = (
    Text(
        "由 conformance profile-data 根据 {source} 提出，供人核对修改：它说明数据是什么样，不说明数据应当怎样。",
        "Proposed by conformance profile-data from {source}, for a person to check and edit: it says what the data are "
        "like, not what they have to be.",
    ),
    Text(
        "共 {rows} 行，逐行全部读取，未抽样；标“约”的不同值个数为估计。格式见 standards/meta/dataset.schema.json。",
        "{rows} rows, all of them read, none sampled; numbers of different values marked “about” are estimates. The "
        "format is described by standards/meta/dataset.schema.json.",
    ),
    Text(
        "改好后检验：conformance data {source} --dataset 本文件",
        "Then: conformance data {source} --dataset THIS-FILE",
    ),
)


def written(draft: Draft, lang: Lang) -> str:
    """Return the file, with comments in `lang`."""
    return "\n".join(_lines(draft, lang)) + "\n"


def _lines(draft: Draft, lang: Lang) -> Iterator[str]:
    for one in _HEAD:
        yield _comment(one.fill(source=draft.source, rows=f"{draft.rows:,}"), lang)
    if draft.alike is not None:
        twin, count = draft.alike
        yield _comment(_ALIKE.fill(id=twin.id, count=count, of=len(twin.fields)), lang)
    yield f"id: {draft.id}"
    yield f"title: {scalar({'zh': draft.title, 'en': draft.title})}"
    yield "version: '0.1'"
    yield "fields:"
    for field in draft.fields:
        yield from (_comment(one, lang, "  ") for one in field.comments)
        yield f"  - {scalar(dict(field.members))}"
    yield from _key_lines(draft, lang)
    yield from _update_lines(draft, lang)
    yield from _reference_lines(draft, lang)


def primary_key(draft: Draft) -> tuple[tuple[str, ...], int] | None:
    """Return the candidate key that is proposed and the rows that repeat it; None where there is none.

    The key of the dataset that the table is like comes first, then a column of an element that is a key elsewhere, even
    with a few rows that repeat it; then what repeats least.
    """
    elements = {one.name: one.element for one in draft.fields}
    like = draft.alike[0].primary_key if draft.alike else ()

    def rank(one: tuple[tuple[str, ...], int]) -> tuple[int, int, int]:
        key, repeats = one
        element = elements.get(key[0])
        known = len(key) == 1 and element in _KEYS and repeats <= _FEW * draft.rows
        place = -1 if known and key == like else _KEYS.index(str(element)) if known else len(_KEYS)
        return (place, repeats, len(key))

    return min(draft.keys, key=rank, default=None)


def _key_lines(draft: Draft, lang: Lang) -> Iterator[str]:
    chosen = primary_key(draft)
    if chosen is None:
        yield _comment(
            Text(
                "没有一列逐行有值，主键待定：下面只是占位。",
                "No column is filled in every row; the key below only holds the place.",
            ),
            lang,
        )
        yield f"primaryKey: {scalar([draft.fields[0].name])}"
        return
    key, repeats = chosen
    if repeats:
        words = Text(
            f"主键并不唯一：{repeats:,} 行重复，请核对。",
            f"The key is not unique: {repeats:,} rows repeat it. Check this.",
        )
        yield _comment(words, lang)
    others = [f"[{', '.join(one)}]" for one, count in draft.keys if one != key and not count]
    if others:
        yield _comment(Text(f"逐行唯一的还有：{'、'.join(others)}", f"Unique as well: {', '.join(others)}"), lang)
    yield f"primaryKey: {scalar(list(key))}"
    business = draft.alike[0].business_key if draft.alike else ()
    if business and {*business} <= draft.names:
        yield f"businessKey: {scalar(list(business))}"
    yield f"updateKey: {scalar(list(key))}"


def _update_lines(draft: Draft, lang: Lang) -> Iterator[str]:
    found = _updated(draft)
    if found is None:
        yield _comment(Text("没有发现更新时间字段（updateTime）。", "No time of update was found (updateTime)."), lang)
    else:
        yield f"updateTime: {scalar(found.name)}"


def _updated(draft: Draft) -> Proposed | None:
    named = [one for one in draft.fields if one.element in _UPDATE]
    times = [one for one in draft.fields if one.data_type == "T" and _UPDATING.search(one.name)]
    return next(iter([*named, *times]), None)


def _reference_lines(draft: Draft, lang: Lang) -> Iterator[str]:
    if not draft.references:
        return
    yield "foreignKeys:"
    for one in draft.references:
        share = per_cent(one.rows - one.failures, one.rows)
        yield _comment(
            Text(f"{one.rows:,} 行有值，{share} 可解析", f"{one.rows:,} rows have it, {share} resolve"), lang, "  "
        )
        members = {"fields": [one.column], "dataset": one.dataset, "references": [one.references]}
        yield f"  - {scalar(members)}"


def _comment(words: Text, lang: Lang, indent: str = "") -> str:
    return f"{indent}# {' '.join(words.pick(lang).split())}"
