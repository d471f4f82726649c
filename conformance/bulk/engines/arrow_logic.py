"""Conditions computed over Arrow columns: what SQL would say, with null for what is not known.

Each distinct part of all conditions is computed once a batch. What has no exact counterpart here is refused before any
row is read, and counted by SQL instead. What is asked of one column alone is computed of its distinct values where the
column comes as such.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from conformance.bulk.engines.arrow_distinct import by_value, each_row
from conformance.bulk.grammar import KERNEL_ARGUMENTS
from conformance.bulk.language import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Value = Any  # an Arrow array or scalar
    Memory = dict[str, Value]
    Computed = Callable[[Memory], Value]

_COMPARED: Mapping[type, Callable[..., Value]] = {
    exp.And: pc.and_kleene,
    exp.Or: pc.or_kleene,
    exp.EQ: pc.equal,
    exp.NEQ: pc.not_equal,
    exp.LT: pc.less,
    exp.LTE: pc.less_equal,
    exp.GT: pc.greater,
    exp.GTE: pc.greater_equal,
}
_ONE: Mapping[type, Callable[..., Value]] = {exp.Not: pc.invert, exp.Is: pc.is_null, exp.Length: pc.utf8_length}
_NULL = pa.scalar(None, pa.bool_())
#: A class of characters, and how many: those that are looked up byte by byte instead of being matched.
_RUN = re.compile(r"\[((?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+)\](?:\{([0-9]+)\}|\*)")


class Unknown(Exception):  # noqa: N818 - no error: SQL computes it
    """A part of a condition that has no exact counterpart over Arrow columns."""


class Logic:
    """Compiles conditions; a memory of one batch holds its columns by name, and whatever was computed of them.

    Args:
        answers: what answers whole arrays, by kernel.
    """

    def __init__(self, answers: Mapping[str, Callable[[pa.Array], Value]]) -> None:
        self._answers = answers
        self._keys: dict[int, tuple[exp.Expr, str]] = {}  # trees are kept, lest another comes to lie where one was

    def compiled(self, tree: exp.Expr) -> Computed:
        """Return what computes a condition.

        Raises:
            Unknown: a part of it cannot be computed here.
        """
        if isinstance(tree, exp.Paren):
            return self.compiled(tree.this)
        if isinstance(tree, exp.Column):
            return lambda memory: memory[tree.name]
        constant = _constant(tree)
        if constant is not None:
            return lambda _: constant
        computed = _remembered(self._key(tree), self._way(tree))
        names = columns_of(tree)
        return by_value(names.pop(), computed) if len(names) == 1 else computed

    def _key(self, tree: exp.Expr) -> str:
        """Return a text that is the same for the same condition; written once for each part."""
        if id(tree) not in self._keys:
            said = ", ".join(self._said(one) for one in tree.args.values())
            self._keys[id(tree)] = (tree, f"{type(tree).__name__}({said})")
        return self._keys[id(tree)][1]

    def _said(self, argument: Any) -> str:
        if isinstance(argument, list):
            return f"[{', '.join(map(self._said, argument))}]"
        return self._key(argument) if isinstance(argument, exp.Expr) else repr(argument)

    def _way(self, tree: exp.Expr) -> Computed:
        if type(tree) in _COMPARED:
            return self._applied(_COMPARED[type(tree)], tree.this, tree.expression)
        if type(tree) in _ONE:
            return self._applied(_ONE[type(tree)], tree.this)
        ways: tuple[tuple[type, Callable[[Any], Computed]], ...] = (
            (exp.Between, self._between),
            (exp.In, self._in),
            (exp.Case, self._case),
            (exp.Substring, self._substring),
            (exp.RegexpFullMatch, self._matches),
            (exp.Anonymous, self._asked),
        )
        for kind, way in ways:
            if isinstance(tree, kind):
                return way(tree)
        raise Unknown

    def _rows(self, tree: exp.Expr) -> Computed:
        """Return what computes a part of a condition that is needed row by row."""
        computed = self.compiled(tree)
        if _constant(tree) is not None:
            return computed
        return _remembered(f"rows of {self._key(tree)}", lambda memory: each_row(computed(memory)))

    def _applied(self, operation: Callable[..., Value], *trees: exp.Expr) -> Computed:
        parts = [self._rows(one) for one in trees]
        return lambda memory: operation(*(one(memory) for one in parts))

    def _between(self, tree: exp.Between) -> Computed:
        value, low, high = (self._rows(one) for one in (tree.this, tree.args["low"], tree.args["high"]))
        return lambda memory: pc.and_kleene(
            pc.greater_equal(value(memory), low(memory)), pc.less_equal(value(memory), high(memory))
        )

    def _in(self, tree: exp.In) -> Computed:
        if not all(isinstance(one, exp.Literal) and one.is_string for one in tree.expressions):
            raise Unknown
        value, known = self._rows(tree.this), pa.array([one.name for one in tree.expressions])
        return lambda memory: _null_for_null(value(memory), lambda array: pc.is_in(array, value_set=known))

    def _case(self, tree: exp.Case) -> Computed:
        ways = [(self._rows(one.this), self._rows(one.args["true"])) for one in tree.args["ifs"]]
        other = self._rows(tree.args.get("default") or exp.Null())

        def chosen(memory: Memory) -> Value:
            found = other(memory)
            for asked, result in reversed(ways):
                found = pc.if_else(pc.fill_null(asked(memory), fill_value=False), result(memory), found)
            return found

        return chosen

    def _substring(self, tree: exp.Substring) -> Computed:
        value, start, length = self._rows(tree.this), int(tree.args["start"].name) - 1, tree.args.get("length")
        stop = None if length is None else start + int(length.name)
        return lambda memory: pc.utf8_slice_codeunits(value(memory), start, stop)

    def _matches(self, tree: exp.RegexpFullMatch) -> Computed:
        value, pattern = self._rows(tree.this), tree.expression.name
        run = _RUN.fullmatch(pattern)
        if run:
            allowed, size = _allowed(run[1]), int(run[2]) if run[2] else None
            return lambda memory: _null_for_null(value(memory), lambda array: _all_of(array, allowed, size))
        return lambda memory: pc.match_substring_regex(value(memory), f"^(?:{pattern})\\z")

    def _asked(self, tree: exp.Anonymous) -> Computed:
        if tree.name not in KERNEL_ARGUMENTS:
            raise Unknown
        value, answer = self._rows(tree.expressions[0]), self._answers[tree.name]
        return lambda memory: answer(value(memory))


def _constant(tree: exp.Expr) -> Value | None:
    if isinstance(tree, exp.Boolean):
        return pa.scalar(bool(tree.this))
    if isinstance(tree, exp.Null) or (isinstance(tree, exp.Cast) and isinstance(tree.this, exp.Null)):
        return _NULL
    if isinstance(tree, exp.Literal):
        return pa.scalar(tree.name if tree.is_string else int(tree.name) if tree.is_int else float(tree.name))
    return None


def _remembered(key: str, computed: Computed) -> Computed:
    def value(memory: Memory) -> Value:
        if key not in memory:
            memory[key] = computed(memory)
        return memory[key]

    return value


def _null_for_null(value: Value, asked: Callable[[pa.Array], Value]) -> Value:
    found = asked(value)
    return pc.if_else(pc.is_valid(value), found, _NULL) if value.null_count else found


def _allowed(characters: str) -> Any:
    """Which bytes a class of ASCII characters has."""
    pattern = re.compile(f"[{characters}]")
    return np.array([byte < 128 and bool(pattern.match(chr(byte))) for byte in range(256)])  # noqa: PLR2004 - ASCII


def _all_of(array: pa.Array, allowed: Any, size: int | None) -> pa.Array:
    """Tell which texts have only allowed bytes, and so many of them; anything for nulls."""
    offsets = np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, array.offset * 4)
    lengths = np.diff(offsets)
    data = array.buffers()[2]
    good = np.ones(len(array), np.bool_) if size is None else lengths == size
    if data is not None and len(array) and offsets[-1] > offsets[0]:
        wrong = np.flatnonzero(~allowed[np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]]) + offsets[0]
        good[np.searchsorted(offsets, wrong, side="right") - 1] = False
    return pa.array(good)
