"""The expression language as small values, for interpreters that speak no SQL.

The grammar is that of the engines: what does not pass there does not pass here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from conformance.bulk.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Column:
    """The text of a column, None for null."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number or truth; None for null."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function: those of the language by their names in lower case."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class All:
    """`and`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`or`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not`."""

    part: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: `=`, `<>`, `<`, `<=`, `>` or `>=`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is among constants, none of them null."""

    part: Node
    values: frozenset[str | float]


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether a value is null."""

    part: Node


@dataclass(frozen=True, slots=True)
class Between:
    """Whether a value lies between two others, both inclusive."""

    part: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Case:
    """The value behind the first condition that is true, else the last one."""

    choices: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Joined:
    """Two texts one after the other: `||`."""

    left: Node
    right: Node


Node = Column | Constant | Call | All | Some | Not | Compare | In | IsNull | Between | Case | Joined


@lru_cache(maxsize=4096)
def tree(expression: str, columns: frozenset[str]) -> Node:
    """Return the tree of an expression; `substr`, `length`, `upper` and `replace` are calls as any other.

    Args:
        expression: as in standards/data/rules.yaml, its braces filled in.
        columns: names that it may use.

    Raises:
        ExpressionError: it is not of the language, is no yes-no question, or names a column that is not there.
    """
    return _node(parse(expression, columns))


def columns_of(node: Node) -> frozenset[str]:
    """Return the names of the columns that a tree reads."""
    return frozenset(_columns(node))


def _columns(node: Node) -> Iterator[str]:
    match node:
        case Column(name):
            yield name
        case Call(_, parts) | All(parts) | Some(parts):
            for one in parts:
                yield from _columns(one)
        case Not(part) | IsNull(part) | In(part, _):
            yield from _columns(part)
        case Compare(_, left, right) | Joined(left, right):
            yield from (*_columns(left), *_columns(right))
        case Between(part, low, high):
            yield from (*_columns(part), *_columns(low), *_columns(high))
        case Case(choices, otherwise):
            for asked, given in (*choices, (otherwise, otherwise)):
                yield from (*_columns(asked), *_columns(given))


def _node(node: Any) -> Node:
    for kinds, make in _MAKERS.items():
        if isinstance(node, kinds):
            return make(node)
    raise TypeError(type(node).__name__)


def _constant(node: Any) -> Constant:
    if isinstance(node, exp.Neg):
        return Constant(-_number(node.this.name))
    return Constant(node.name if node.is_string else _number(node.name))


def _number(written: str) -> float:
    return float(written) if set(written) & set(".eE") else int(written)


def _in(node: Any) -> In:
    values = [_constant(one).value for one in node.expressions]
    return In(_node(node.this), frozenset(one for one in values if one is not None))


def _case(node: Any) -> Case:
    choices = tuple((_node(one.this), _node(one.args["true"])) for one in node.args["ifs"])
    return Case(choices, _node(node.args.get("default") or exp.Null()))


def _flat(kind: Any) -> Callable[[Any], tuple[Node, ...]]:
    def parts(node: Any) -> Iterator[Node]:
        if isinstance(node, exp.Paren):
            yield from parts(node.this)
        elif isinstance(node, kind):
            yield from (*parts(node.this), *parts(node.expression))
        else:
            yield _node(node)

    return lambda node: tuple(parts(node))


def _call(name: str, *arguments: str) -> Callable[[Any], Call]:
    def made(node: Any) -> Call:
        given = (node.args.get(one) for one in arguments)
        return Call(name, tuple(_node(one) for one in given if one is not None))

    return made


_SIGNS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_all, _some = _flat(exp.And), _flat(exp.Or)
_MAKERS: Mapping[Any, Callable[[Any], Node]] = {
    exp.Paren: lambda node: _node(node.this),
    exp.Column: lambda node: Column(node.name),
    (exp.Literal, exp.Neg): _constant,
    exp.Boolean: lambda node: Constant(bool(node.this)),
    exp.Null: lambda _: Constant(None),
    exp.And: lambda node: All(_all(node)),
    exp.Or: lambda node: Some(_some(node)),
    exp.Not: lambda node: Not(_node(node.this)),
    exp.DPipe: lambda node: Joined(_node(node.this), _node(node.expression)),
    exp.Is: lambda node: IsNull(_node(node.this)),
    exp.In: _in,
    exp.Between: lambda node: Between(_node(node.this), _node(node.args["low"]), _node(node.args["high"])),
    tuple(_SIGNS): lambda node: Compare(_SIGNS[type(node)], _node(node.this), _node(node.expression)),
    exp.Case: _case,
    exp.Anonymous: lambda node: Call(node.name, tuple(_node(one) for one in node.expressions)),
    exp.Substring: _call("substr", "this", "start", "length"),
    exp.Length: _call("length", "this"),
    exp.Upper: _call("upper", "this"),
    exp.Replace: _call("replace", "this", "expression", "replacement"),
}
