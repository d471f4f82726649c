"""What can be said of null before any row is read: spares engines the counts that are zero for certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Collection

_THROUGH = (
    exp.Paren,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.In,
    exp.Between,
    exp.DPipe,
    exp.Substring,
    exp.Length,
    exp.Replace,
    exp.Translate,
    exp.RegexpFullMatch,
    exp.Anonymous,
    exp.Neg,
)


def never_null(tree: exp.Expr, filled: Collection[str]) -> bool:
    """Whether a condition is true or false in every row where the named columns are not null.

    Only a proof counts: a condition of which nothing is known may be null.
    """
    if isinstance(tree, exp.Column):
        return tree.name in filled
    if isinstance(tree, exp.Literal | exp.Boolean | exp.Is):
        return True
    if isinstance(tree, exp.And):
        return never_null(tree.this, filled) and never_null(tree.expression, {*filled, *filled_by(tree.this)})
    if isinstance(tree, exp.Or):
        return never_null(tree.this, filled) and never_null(tree.expression, {*filled, *_filled_unless(tree.this)})
    if isinstance(tree, exp.Case):
        results = [*(one.args["true"] for one in tree.args["ifs"]), tree.args.get("default") or exp.Null()]
        return all(never_null(one, filled) for one in results)
    return isinstance(tree, _THROUGH) and all(never_null(one, filled) for one in tree.iter_expressions())


def filled_by(tree: exp.Expr) -> set[str]:
    """Return the columns that are not null wherever a condition is true."""
    if isinstance(tree, exp.Paren):
        return filled_by(tree.this)
    if isinstance(tree, exp.And):
        return filled_by(tree.this) | filled_by(tree.expression)
    if isinstance(tree, exp.Not) and isinstance(tree.this, exp.Is):
        return _column(tree.this)
    return _read(tree)


def _filled_unless(tree: exp.Expr) -> set[str]:
    """The columns that are not null wherever a condition is false."""
    if isinstance(tree, exp.Paren):
        return _filled_unless(tree.this)
    return _column(tree) if isinstance(tree, exp.Is) else _read(tree)


def _column(tree: exp.Is) -> set[str]:
    return {tree.this.name} if isinstance(tree.this, exp.Column) else _read(tree.this)


def _read(tree: exp.Expr) -> set[str]:
    """The columns of a part that is null as soon as one of them is; none where another kind of part is in it."""
    parts = list(tree.walk())
    plain = all(isinstance(one, (*_THROUGH, exp.Column, exp.Identifier, exp.Literal, exp.Boolean)) for one in parts)
    return {one.name for one in parts if isinstance(one, exp.Column)} if plain else set()
