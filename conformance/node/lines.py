"""YAML with the line of every member, so that an error in a profile can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Key = tuple[str | int, ...]


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
        for name in re.findall(r"'([^']+)' was unexpected", message):
            if (*key, name) in self.places:
                return self.places[(*key, name)]
        while key and key not in self.places:
            key = key[:-1]
        return self.places.get(key, 1)


def read_lines(path: Path) -> tuple[dict[str, Any], Lines]:
    """Return a YAML mapping and the lines of its members.

    Raises:
        LineError: the file is missing, is not YAML or is not a mapping.
    """
    try:
        source = path.read_text(encoding="utf-8")
        root = yaml.compose(source, Loader=yaml.SafeLoader)
        data = yaml.safe_load(source)
    except OSError as error:
        raise LineError(
            Text(f"{path} 无法读取：{error.strerror}", f"{path} cannot be read: {error.strerror}")
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "UTF-8"
        raise LineError(
            Text(f"{path} 第 {line} 行不是 YAML:{problem}", f"{path}, line {line}: not YAML: {problem}")
        ) from error
    if not isinstance(data, dict):
        raise LineError(Text(f"{path} 第 1 行：应为键值结构", f"{path}, line 1: a mapping is due"))
    places: dict[Key, int] = {}
    _walk(root, (), places)
    return data, Lines(places)


def _walk(node: yaml.Node | None, key: Key, places: dict[Key, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            inner = (*key, str(name.value))
            places[inner] = name.start_mark.line + 1
            _walk(value, inner, places)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            places[(*key, index)] = value.start_mark.line + 1
            _walk(value, (*key, index), places)
