"""Rules that only a whole set of entries can keep or break: uniqueness, references, coverage, source departments."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from conformance.rules.breach import Breach
from conformance.rules.read import listed, pointer, words
from conformance.rules.within import same
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.rules.fold import Setting
    from conformance.rules.read import Entry

WHOLE = "*"
"""The label of a breach that belongs to no single entry."""

_KEPT = 20
_LENGTHY = ("C", "N", "Y")


class UniqueCodes:
    """CAT-005: no two entries carry the same code."""

    def __init__(self, _: Setting) -> None:
        self._seen: dict[str, str] = {}

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Remember the code; report it when it came before."""
        code = words(entry, "code")
        if not code:
            return None
        if code not in self._seen:
            self._seen[code] = label
            return ()
        first = self._seen[code]
        due = Text(f"未被使用的代码；该代码已用于 {first}", f"a code of its own; this one is used by {first}")
        return (Breach("CAT-005", label, "/code", same(code), due),)

    def finish(self) -> Iterable[Breach]:
        """Return nothing more."""
        return ()


class OneName:
    """CAT-009: a provider code comes with one name only."""

    def __init__(self, _: Setting) -> None:
        self.names: dict[str, str] = {}

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Compare the name with the first that came with the code."""
        code, name = words(entry, "provider", "uscc"), words(entry, "provider", "name")
        if not (code and name):
            return None
        first = self.names.setdefault(code, name)
        due = Text(f"与代码 {code} 首次出现时的名称一致：{first}", f"the name that came with {code} before: {first}")
        return (Breach("CAT-009", label, "/provider/name", same(name), due),) if name != first else ()

    def finish(self) -> Iterable[Breach]:
        """Return nothing more."""
        return ()


class UniqueTitles:
    """CAT-011: a title is unique within its provider; the same entry listed twice is a matter of CAT-005."""

    def __init__(self, _: Setting) -> None:
        self._seen: dict[str, str] = {}

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Remember the title; report it when another code of the same provider has it."""
        title, code = words(entry, "title"), words(entry, "code")
        provider = words(entry, "provider", "uscc") or words(entry, "provider", "name")
        if not (title and provider):
            return None
        first = self._seen.setdefault(f"{provider}\n{title}", code)
        due = Text(f"同一提供方内唯一的名称；{first} 已用", f"a name of its own with this provider; {first} has it")
        return (Breach("CAT-011", label, "/title", same(title), due),) if first != code else ()

    def finish(self) -> Iterable[Breach]:
        """Return nothing more."""
        return ()


class ItemAttributes:
    """CAT-015: over all items, the share of stated attributes reaches the parameter."""

    def __init__(self, setting: Setting) -> None:
        self._least = setting.coverage
        self._due = self._stated = 0
        self._gaps: list[Breach] = []

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Count what each item states; keep the first gaps."""
        items = [(index, item) for index, item in listed(entry, "items") if isinstance(item, dict)]
        for index, item in items:
            asked, lacking = _asked(item), _lacking(item)
            self._due += asked
            self._stated += asked - len(lacking)
            if lacking and len(self._gaps) < _KEPT:
                names = ", ".join(lacking)
                came = Text(f"缺少 {names}", f"without {names}")
                self._gaps.append(Breach("CAT-015", label, pointer("items", index), came, Text("应载明", "stated")))
        return () if items else None

    def finish(self) -> Iterable[Breach]:
        """Return the ratio and the first gaps, where the ratio is too low."""
        if not self._due or self._stated >= self._least * self._due:
            return ()
        share, parts = f"{self._stated / self._due:.3f}", f"{self._stated}/{self._due}"
        came = Text(f"覆盖率 {share}（{parts}）", f"coverage {share} ({parts})")
        due = Text(f"不低于 {self._least}", f"at least {self._least}")
        return (Breach("CAT-015", WHOLE, "/items", came, due), *self._gaps)


def _asked(item: Mapping[str, Any]) -> int:
    return 5 if item.get("dataType") in _LENGTHY else 4


def _lacking(item: Mapping[str, Any]) -> list[str]:
    get = item.get
    lacking = [] if get("field") else ["field"]
    lacking += [name for name in ("nullable", "primaryKey") if not isinstance(get(name), bool)]
    if not (get("element") or get("codeList") or ("element" in item and "codeList" in item)):
        lacking.append("element / codeList")  # both given as null say that there is none
    if get("dataType") in _LENGTHY and get("length") is None and get("scale") is None:
        lacking.append("length / scale")
    return lacking


class RelatedCodes:
    """CAT-026: every related code is that of an entry in the set, or of one known elsewhere."""

    def __init__(self, setting: Setting) -> None:
        self._elsewhere = setting.elsewhere
        self._codes: set[str] = set()
        self._open: list[tuple[str, str, str]] = []

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Remember the code, and the related codes that have not come yet."""
        self._codes.add(words(entry, "code"))
        related = [(index, code) for index, code in listed(entry, "relatedCodes") if isinstance(code, str)]
        self._open += [
            (label, pointer("relatedCodes", index), code) for index, code in related if code not in self._codes
        ]
        return () if related else None

    def finish(self) -> Iterable[Breach]:
        """Return the related codes that never came."""
        due = Text("本节点或上级已有目录的代码", "the code of an entry here or at the parent")
        for label, where, code in self._open:
            if code not in self._codes and code not in self._elsewhere:
                yield Breach("CAT-026", label, where, same(code), due)


class SourceDepartments:
    """CAT-040: of the providers that hold one data element, exactly one calls its item authoritative.

    A set without any such flag is not judged here: who is designated is then in the designations, see `undesignated`.
    """

    def __init__(self, _: Setting) -> None:
        self._holders: defaultdict[str, set[str]] = defaultdict(set)
        self._sources: dict[str, str] = {}

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Remember who holds an element and who claims to be its source."""
        provider = words(entry, "provider", "uscc")
        items = [(index, item) for index, item in listed(entry, "items") if isinstance(item, dict)]
        held = [(index, item) for index, item in items if isinstance(item.get("element"), str)]
        for _index, item in held:
            self._holders[item["element"]].add(provider)
        claims = [(index, item["element"]) for index, item in held if item.get("authoritative") is True]
        return list(self._rivals(label, provider, claims)) if held else None

    def _rivals(self, label: str, provider: str, claims: list[tuple[int, str]]) -> Iterator[Breach]:
        for index, element in claims:
            source = self._sources.setdefault(element, provider)
            if source != provider:
                due = Text(f"{element} 的数源部门唯一：{source}", f"one source of {element}: {source}")
                yield Breach("CAT-040", label, pointer("items", index, "authoritative"), same(provider), due)

    def finish(self) -> Iterable[Breach]:
        """Return the shared elements that nobody is the source of, in a set that names sources."""
        missing = [element for element in self.shared() if self._sources and element not in self._sources]
        due = Text("一个数源信息项（authoritative 为 true）", "one source item (authoritative is true)")
        return [
            Breach("CAT-040", element, "/items/-/authoritative", Text("无数源部门", "no source"), due)
            for element in missing
        ]

    def shared(self) -> dict[str, frozenset[str]]:
        """Return the elements that several providers hold, with their codes."""
        return {name: frozenset(who) for name, who in sorted(self._holders.items()) if len(who) > 1}


def undesignated(shared: Mapping[str, frozenset[str]], designations: Iterable[Mapping[str, Any]]) -> Iterator[Breach]:
    """Yield a breach of CAT-040 for each shared element without exactly one designated source among its holders.

    Args:
        shared: elements with the codes of the providers that hold them, as `RuleReport.shared_elements`.
        designations: the records of GET /catalog/source-designations. The label of a breach is the element.
    """
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for one in designations:
        sources[words(one, "element")].add(words(one, "provider", "uscc"))
    for element, holders in shared.items():
        named = sorted(sources[element])
        if len(named) != 1 or named[0] not in holders:
            due = Text(
                f"在 {len(holders)} 个收集部门中明确且仅明确一个数源部门",
                f"exactly one source department among the {len(holders)} that hold it",
            )
            yield Breach("CAT-040", element, "/provider/uscc", same(named), due)
