"""Compiles expressions of the rule language into functions of a row, a few tenths of a microsecond each."""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.bulk.grammar import ExpressionError
from conformance.bulk.kernels import bound
from conformance.bulk.notation import shape
from conformance.bulk.rowwise_codes import of_code, of_code_on, timeless
from conformance.bulk.rowwise_logic import (
    about,
    against,
    between,
    binary,
    chosen,
    constant,
    every,
    is_null,
    is_there,
    some,
    unary,
)
from conformance.bulk.tree import (
    All,
    Between,
    Call,
    Case,
    Column,
    Compare,
    Constant,
    In,
    IsNull,
    Joined,
    Node,
    Not,
    Some,
    tree,
)
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.bulk.rowwise_logic import Asked, Row
    from conformance.bulk.values import Context

#: Answers of a kernel that are remembered: neighbouring rules ask about the same value.
REMEMBERED = 4096
_NUMBER = re.compile(r"-?[0-9]{1,30}([.][0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Compiler:
    """Makes functions of a row for one context.

    Args:
        context: gives code lists, placeholders, boxes, the boundary and the day.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        kernels = bound(context)
        self._kernels: dict[str, Callable[[Any], bool]] = {
            name: lru_cache(REMEMBERED)(one.value) for name, one in kernels.items()
        }
        self._kernels["placeholder"] = kernels["placeholder"].value

    def compiled(self, expression: str, columns: Sequence[str]) -> Asked:
        """Return an expression as a function of a row.

        Args:
            expression: as in standards/data/rules.yaml, its braces filled in.
            columns: names in the order of their places in a row.

        Raises:
            ExpressionError: it is not of the language, or names a list, notation or box that is not there.
        """
        places = {name: at for at, name in enumerate(columns)}
        return _Closures(expression, self._context, self._kernels, places).of(tree(expression, frozenset(columns)))


class _Closures:
    def __init__(
        self,
        expression: str,
        context: Context,
        kernels: Mapping[str, Callable[[Any], bool]],
        places: Mapping[str, int],
    ) -> None:
        self.expression = expression
        self.context = context
        self.kernels = kernels
        self.places = places

    def of(self, node: Node) -> Asked:
        found: Asked
        match node:
            case Column(name):
                found = operator.itemgetter(self.places[name])
            case Constant(value):
                found = constant(value)
            case Call(name, arguments):
                found = self._call(name, arguments)
            case All(parts):
                found = every([self.of(one) for one in parts])
            case Some(parts):
                found = some([self.of(one) for one in parts])
            case Not(IsNull(part)):
                found = is_there(self.of(part))
            case Not(part):
                found = self._about(part, operator.not_)
            case IsNull(part):
                found = is_null(self.of(part))
            case In(part, values):
                found = self._about(part, values.__contains__)
            case _:
                found = self._of_several(node)
        return found

    def _of_several(self, node: Compare | Between | Joined | Case) -> Asked:
        match node:
            case Compare(sign, left, Constant(value)) if value is not None:
                return against(self.of(left), _COMPARED[sign], value)
            case Compare(sign, left, right):
                return binary(self.of(left), self.of(right), _COMPARED[sign])
            case Between(part, low, high):
                return between(self.of(part), self.of(low), self.of(high))
            case Joined(left, right):
                return binary(self.of(left), self.of(right), operator.add)
            case Case(choices, otherwise):
                return chosen([(self.of(asked), self.of(given)) for asked, given in choices], self.of(otherwise))

    def _about(self, part: Node, answer: Callable[[Any], Any]) -> Asked:
        return about(self.places[part.name], answer) if isinstance(part, Column) else unary(self.of(part), answer)

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Asked:
        ways: Mapping[str, Callable[..., Asked]] = {
            "matches": self._matches,
            "format": self._format,
            "code": self._code,
            "today": lambda: constant(self.context.today),
            "number": lambda part: self._about(part, _number),
            "substr": self._substr,
            "length": lambda part: self._about(part, len),
            "upper": lambda part: self._about(part, lambda text: text.translate(_CAPITALS)),
            "replace": self._replace,
            "in_box": self._in_box,
        }
        return ways[name](*arguments) if name in ways else self._about(arguments[0], self._kernel(name))

    def _matches(self, part: Node, pattern: Node) -> Asked:
        matched = re.compile(_text(pattern), re.DOTALL).fullmatch
        return self._about(part, lambda text: matched(text) is not None)

    def _format(self, part: Node, notation: Node) -> Asked:
        name = _text(notation)
        try:
            form = tree(shape(name), frozenset({"x"}))
        except ValueError as error:
            raise self._refused(f"没有格式 {name}", f"there is no format {name}") from error
        if isinstance(part, Column):
            return _Closures(self.expression, self.context, self.kernels, {"x": self.places[part.name]}).of(form)
        inner = _Closures(self.expression, self.context, self.kernels, {"x": 0}).of(form)
        return self._about(part, lambda text: inner((text,)))

    def _code(self, part: Node, name: Node, day: Node | None = None) -> Asked:
        if _text(name) not in self.context.code_lists:
            raise self._refused(f"没有代码表 {_text(name)}", f"there is no code list {_text(name)}")
        codes = self.context.code_lists[_text(name)]
        if day is None or timeless(codes):
            return self._about(part, of_code(codes))
        if day == Constant(None):
            return constant(None)
        return binary(self.of(part), self.of(day), lru_cache(REMEMBERED)(of_code_on(codes)))

    def _substr(self, part: Node, start: Node, length: Node | None = None) -> Asked:
        begin = int(_text(start)) - 1
        end = None if length is None else begin + int(_text(length))
        return self._about(part, operator.itemgetter(slice(begin, end)))

    def _replace(self, part: Node, old: Node, new: Node) -> Asked:
        text, gone, put = self.of(part), self.of(old), self.of(new)

        def replaced(row: Row) -> Any:
            parts = text(row), gone(row), put(row)
            if None in parts:
                return None
            return parts[0].replace(parts[1], parts[2]) if parts[1] else parts[0]

        return replaced

    def _in_box(self, part: Node, name: Node) -> Asked:
        if _text(name) not in self.context.boxes:
            raise self._refused(f"没有范围 {_text(name)}", f"there is no box {_text(name)}")
        return self._about(part, self._kernel(f"in_box/{_text(name)}"))

    def _kernel(self, name: str) -> Callable[[Any], bool]:
        if name not in self.kernels:
            raise self._refused(f"缺少 {name}() 所需的资料", f"what {name}() needs is not there")
        return self.kernels[name]

    def _refused(self, zh: str, en: str) -> ExpressionError:
        return ExpressionError(self.expression, Text(zh, en))


def _text(node: Node) -> str:
    return str(node.value) if isinstance(node, Constant) else ""


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
