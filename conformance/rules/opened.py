"""CAT-042: the open catalog is a part of the catalog and holds nothing that is not open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.rules.breach import Breach
from conformance.rules.read import at, shown, words
from conformance.rules.within import same
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_REQUIREMENT = "CAT-042"


class OpenCatalog:
    """Takes the catalog first, then judges the entries of the open catalog one by one."""

    def __init__(self) -> None:
        """Start with an empty catalog."""
        self._openings: dict[str, str] = {}

    def publish(self, entry: object) -> None:
        """Take one entry of the whole catalog."""
        self._openings[words(entry, "code")] = words(entry, "open", "type")

    def judge(self, label: str, entry: object) -> Iterator[Breach]:
        """Yield the breaches of one entry of the open catalog."""
        code = words(entry, "code")
        if code not in self._openings:
            due = Text("数据目录中已有的代码", "the code of an entry in the catalog")
            yield Breach(_REQUIREMENT, label, "/code", same(at(entry, "code")), due)
            return
        stated, listed = words(entry, "open", "type"), self._openings[code]
        if "none" in {stated, listed} or stated != listed:
            here, there = shown(stated), shown(listed)
            came = Text(f"{here}，数据目录中为 {there}", f"{here}; {there} in the catalog")
            yield Breach(_REQUIREMENT, label, "/open/type", came, Text("一致且不为 none", "the same, and not none"))
