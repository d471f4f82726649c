"""From what was counted of a table to a description of it, for a person to edit: pure, values in, text out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from conformance.bulk.matching import LIKELY, STRONG, lists, matches
from conformance.bulk.wording import per_cent
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.bulk.matching import ListMatch, Match
    from conformance.bulk.profiling import Column
    from conformance.law.data import Dataset, DataStandard, Field

_LENGTHS = (1, 2, 4, 6, 8, 10, 12, 18, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 4000)
#: Type and notation of what a whole column is of, the first that holds.
_FORMS: Mapping[str, tuple[str, str]] = {
    "real_date": ("D", "YYYY-MM-DD"),
    "compact-date": ("D", "YYYYMMDD"),
    "timestamp": ("T", "YYYY-MM-DDThh:mm:ss"),
    "boolean": ("L", "bl"),
}
_CODE = 4  # digits of the shortest text that is taken for a code and not for a number
_TEXTS = frozenset({"VARCHAR", "TEXT", "STRING", "CHAR"})
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Proposed:
    """One field as it is proposed.

    Attributes:
        members: the members of the field in their order, as the description has them.
        comments: what a person should know before agreeing.
    """

    name: str
    members: Mapping[str, Any]
    comments: tuple[Text, ...]

    @property
    def element(self) -> str | None:
        """The data element that it is bound to."""
        return self.members.get("element")

    @property
    def data_type(self) -> str | None:
        """Its own type, where it is bound to no element."""
        return self.members.get("dataType")


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that was found: the column here, the other table and its key, and the rows that it resolves."""

    column: str
    dataset: str
    references: str
    rows: int
    failures: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A description that is proposed.

    Attributes:
        keys: candidate keys with the rows that repeat them, unique ones first.
        references: foreign keys into the tables that were given.
        alike: a dataset of the edition that shares names with the table, and how many; None where none does.
    """

    id: str
    title: str
    source: str
    rows: int
    fields: tuple[Proposed, ...]
    keys: tuple[tuple[tuple[str, ...], int], ...] = ()
    references: tuple[Reference, ...] = ()
    alike: tuple[Dataset, int] | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(one.name for one in self.fields)


def proposed(column: Column, candidates: Mapping[str, int], data: DataStandard, twin: Field | None = None) -> Proposed:
    """Return the field that a column seems to be.

    Args:
        column: what was counted of it.
        candidates: elements that its name stands for, with the strength of that.
        data: gives elements and code lists.
        twin: the field of the same name of a dataset that the table is like; gives subject and the day of codes.
    """
    found = matches(column, candidates, data)
    best = found[0] if found and (found[0].share >= LIKELY or found[0].strength == STRONG) else None
    fitting = lists(column, data)
    members: dict[str, Any] = {"name": column.name}
    if best is not None:
        members["element"] = best.element
        own = data.elements[best.element].code_list
        telling = next((one.id for one in fitting if one.id == own or (own and one.telling)), own)
        if own and telling != own and _share_of(own, fitting) < LIKELY:
            members["codeList"] = telling
    else:
        members |= _by_form(column)
        if fitting and fitting[0].telling:
            members["codeList"] = fitting[0].id
    if column.rows and column.filled == column.rows:
        members["nullable"] = False
    if best is None and column.share("identity_number") > 0:
        members["sensitivity"] = "sensitive"
    if twin is not None and best is not None and twin.element == best.element:
        members |= {"when": twin.when} if twin.when else {}
        members |= {"subject": twin.subject} if twin.subject else {}
    return Proposed(column.name, members, tuple(_comments(column, best, found, fitting, data)))


def _share_of(name: str, fitting: Sequence[ListMatch]) -> float:
    return next((one.share for one in fitting if one.id == name), 0.0)


def _by_form(column: Column) -> dict[str, Any]:
    """Type and notation by what a column holds; with title, since no element gives one."""
    title = {"title": {"zh": column.name, "en": column.name}}
    kind, form = _form(column)
    return title | {"dataType": kind} | ({"format": form} if form else {})


def _form(column: Column) -> tuple[str, str | None]:
    if column.geometric or not column.filled:
        return ("geometry" if column.geometric else "C"), None
    whole = {name for name in column.kinds if column.share(name) == 1.0}
    form = next((form for kind, form in _FORMS.items() if kind in whole), None)
    if form is not None:
        return form
    if "integer" in whole and not _coded(column):
        return "I", f"n..{column.whole}"
    if "number" in whole and column.decimals:
        return "N", f"n..{column.whole + column.decimals},{column.decimals}"
    return "C", _text_form(column, whole)


def _coded(column: Column) -> bool:
    """Tell whether numbers look like codes: texts of one length that no count would have by chance."""
    return column.shortest == column.longest >= _CODE and column.kind.upper() in _TEXTS


def _text_form(column: Column, whole: set[str]) -> str:
    if column.shortest == column.longest:
        letters = "n" if "digits" in whole else "an" if "alphanumeric" in whole else "c"
        return f"{letters}{column.longest}"
    return f"c..{next((one for one in _LENGTHS if one >= column.longest), column.longest)}"


def _comments(
    column: Column, best: Match | None, found: Sequence[Match], fitting: Sequence[ListMatch], data: DataStandard
) -> Iterator[Text]:
    yield _counted(column)
    if best is not None:
        yield _bound(best, column, data)
    named = best is not None and best.strength and best.share >= LIKELY
    others = [one for one in found if one is not best and (one.strength or not named)]
    if others:
        yield _candidates(others, data)
    own = data.elements[best.element].code_list if best else None
    shown = [one for one in fitting if one.id == own] or fitting
    if shown and (own or best is None):
        yield _listed(shown, data)


def _counted(column: Column) -> Text:
    if not column.filled:
        return Text(f"{column.kind}；没有值", f"{column.kind}; no value")
    share = per_cent(column.filled, column.rows)
    if column.geometric:
        return Text(f"{column.kind}；有值 {share}", f"{column.kind}; {share} filled")
    about = Text("", "") if column.exact else Text("约 ", "about ")
    length = f"{column.shortest}" if column.shortest == column.longest else f"{column.shortest}–{column.longest}"
    return Text(
        f"{column.kind}；有值 {share}；{about.zh}{column.distinct:,} 个不同值；{length} 个字符",
        f"{column.kind}; {share} filled; {about.en}{column.distinct:,} different values; {length} characters",
    )


def _bound(best: Match, column: Column, data: DataStandard) -> Text:
    name = data.elements[best.element].name
    why = Text("按列名", "by its name") if best.strength else Text("按内容", "by what it holds")
    if not column.filled:
        return Text(f"{best.element} {name.zh}（{why.zh}）", f"{best.element} {name.en} ({why.en})")
    fits = per_cent(round(best.share * column.filled), column.filled)
    doubt = Text("，请核对", "; check this") if best.share < LIKELY else Text("", "")
    return Text(
        f"{best.element} {name.zh}（{why.zh}），取值相符的 {fits}{doubt.zh}",
        f"{best.element} {name.en} ({why.en}), {fits} of the values fit{doubt.en}",
    )


def _candidates(others: Sequence[Match], data: DataStandard) -> Text:
    names = [(one.element, data.elements[one.element].name, f"{100 * one.share:.0f}%") for one in others[:4]]
    zh = "、".join(f"{element} {name.zh} {share}" for element, name, share in names)
    en = ", ".join(f"{element} {name.en} {share}" for element, name, share in names)
    return Text(f"也可能是（后为取值相符的比例）：{zh}", f"or else, with the share of values that fit: {en}")


def _listed(fitting: Sequence[ListMatch], data: DataStandard) -> Text:
    names = [(one.id, data.code_lists[one.id].title, f"{100 * one.share:.0f}%") for one in fitting[:4]]
    zh = "、".join(f"{name}（{title.zh}）{share}" for name, title, share in names)
    en = ", ".join(f"{name} ({title.en}) {share}" for name, title, share in names)
    return Text(f"取值都在代码表中：{zh}", f"values are codes of: {en}")


def scalar(value: Any) -> str:
    """Return a value of a description in one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {scalar(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(scalar(one) for one in value) + "]"
    words = str(value)
    if _PLAIN.fullmatch(words) and words.lower() not in _WORDS:
        return words
    dumped: str = yaml.safe_dump(words, allow_unicode=True, default_style="'", width=10**9)
    return dumped.strip()
