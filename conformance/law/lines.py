"""YAML that a person wrote, with the line of every member, so that an error can be pointed at."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Key = tuple[str | int, ...]
_DATE = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """YAML as far as JSON goes: a date stays the text that it is."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own name and form
        first: [one for one in resolvers if one[0] != _DATE]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class LineError(Exception):
    """A file cannot be read as a YAML mapping; the text names the line."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class Lines:
    """Line numbers, from 1, of the members of a YAML document."""

    places: Mapping[Key, int]

    def of(self, key: Key, message: str = "") -> int:
        """Return the line of `key`, of the member that `message` quotes below it, or of the nearest parent."""
        names = re.findall(r"'([^']+)'", message) if re.search(r"(was|were) unexpected|is not one of", message) else []
        for name in names:
            if (*key, name) in self.places:
                return self.places[(*key, name)]
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, 1)


def read_lines(path: Path) -> tuple[dict[str, Any], Lines]:
    """Return a YAML mapping and the lines of its members.

    Raises:
        LineError: the file is missing, is not YAML or is not a mapping; it has aliases, or values that JSON has not.
    """
    try:
        source = path.read_text(encoding="utf-8")
        _refuse_aliases(path, source)
        root = yaml.compose(source, Loader=_Loader)
        data = yaml.load(source, Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise LineError(
            Text(f"{path} 无法读取：{error.strerror}", f"{path} cannot be read: {error.strerror}")
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or error
        raise LineError(
            Text(f"{path} 第 {line} 行不是 YAML：{problem}", f"{path}, line {line}: not YAML: {problem}")
        ) from error
    if not isinstance(data, dict):
        raise LineError(Text(f"{path} 第 1 行：应为键值结构", f"{path}, line 1: a mapping is due"))
    places: dict[Key, int] = {}
    _walk(path, root, (), places)
    lines = Lines(places)
    _refuse_strange(path, data, (), lines)
    return data, lines


def _refuse_aliases(path: Path, source: str) -> None:
    """Nobody needs them, and a few of them unfold to more than any memory holds."""
    for event in yaml.parse(source, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise LineError(
                Text(
                    f"{path} 第 {line} 行：不支持 YAML 别名（*）",
                    f"{path}, line {line}: YAML aliases (*) are not supported",
                )
            )


def _refuse_strange(path: Path, value: Any, key: Key, lines: Lines) -> None:
    match value:
        case dict() if all(isinstance(name, str) for name in value):
            for name, inner in value.items():
                _refuse_strange(path, inner, (*key, name), lines)
        case list():
            for index, inner in enumerate(value):
                _refuse_strange(path, inner, (*key, index), lines)
        case str() | bool() | int() | None:
            return
        case float() if math.isfinite(value):
            return
        case _:
            line = lines.of(key)
            raise LineError(
                Text(
                    f"{path} 第 {line} 行：只能有文字、有限的数、真假值、列表和以文字为名的成员",
                    f"{path}, line {line}: only texts, finite numbers, booleans, lists and members named by texts",
                )
            )


def _walk(path: Path, node: yaml.Node | None, key: Key, places: dict[Key, int]) -> None:
    """Note the line of every member.

    Raises:
        LineError: a mapping has a member twice; YAML readers keep the last one silently.
    """
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            inner, line = (*key, str(name.value)), name.start_mark.line + 1
            if inner in places:
                raise LineError(
                    Text(
                        f"{path} 第 {line} 行：{name.value} 与第 {places[inner]} 行重复",
                        f"{path}, line {line}: {name.value} is there already, in line {places[inner]}",
                    )
                )
            places[inner] = line
            _walk(path, value, inner, places)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            places[(*key, index)] = value.start_mark.line + 1
            _walk(path, value, (*key, index), places)
