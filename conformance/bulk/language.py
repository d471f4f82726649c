"""The expression language of standards/data/rules.yaml: read, expanded with the context, written as SQL."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from sqlglot import exp, parse_one

from conformance.bulk.grammar import KERNEL_ARGUMENTS, ExpressionError, parse, portable, put, rebuilt
from conformance.bulk.kernels import KERNELS
from conformance.bulk.notation import shape
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from conformance.bulk.values import Context
    from conformance.law.data import CodeList, Validity

__all__ = ["ExpressionError", "calls", "columns_of", "expanded", "parse", "to_sql", "with_twins"]

#: Constants that DuckDB compares faster than it looks them up.
_COMPARED = 3
#: Characters of a day, with which a moment begins too.
_DAY = 10
_ASCII = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NUMBER = "-?[0-9]{1,30}([.][0-9]{1,30})?([eE][+-]?[0-9]{1,2})?"


def expanded(
    expression: str, context: Context, columns: Collection[str], keep: Collection[str] = frozenset()
) -> exp.Expr:
    """Return an expression as a tree of plain SQL nodes and calls of kernels.

    `matches` becomes `RegexpFullMatch`, `number` a guarded cast, `upper` a `Translate` of the ASCII letters, `format`,
    `code`, `placeholder` and `today` conditions and constants; the second argument of `in_box` stays a name.

    Args:
        expression: as in rules.yaml, its braces filled in.
        context: gives the code lists, placeholders, boxes and the day.
        columns: names that the expression may use.
        keep: functions that stay calls (`Anonymous` nodes) for an interpreter that answers them itself.

    Raises:
        ExpressionError: the expression is not of the language, or names a list, notation or box that is not there.
    """
    return _Expansion(expression, context, frozenset(keep)).of(parse(expression, columns))


class _Expansion:
    def __init__(self, expression: str, context: Context, keep: frozenset[str]) -> None:
        self.expression = expression
        self.context = context
        self.keep = keep
        self.ways: Mapping[str, Callable[..., exp.Expr]] = {
            "matches": lambda value, pattern: exp.RegexpFullMatch(this=value, expression=pattern),
            "format": self._format,
            "code": self._code,
            "today": lambda: exp.Literal.string(context.today),
            "number": _number,
            "placeholder": lambda value: _among(value, context.placeholders),
            "in_box": self._box,
        }

    def of(self, tree: exp.Expr) -> exp.Expr:
        """Expand a tree from its leaves upwards."""
        return rebuilt(tree, self._node)

    def _node(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.DPipe) and not isinstance(node.parent, exp.Paren | exp.DPipe):
            return exp.Paren(this=node)
        if isinstance(node, exp.Upper) and "upper" not in self.keep:
            return exp.Translate(this=node.this, from_=_text(_ASCII[0]), to=_text(_ASCII[1]))
        if isinstance(node, exp.Anonymous) and node.name in self.ways and node.name not in self.keep:
            return _bracketed(self.ways[node.name](*node.expressions))
        return node

    def _format(self, value: exp.Expr, notation: exp.Expr) -> exp.Expr:
        try:
            form = shape(notation.name)
        except ValueError as error:
            said = Text(f"没有格式 {notation.name}", f"there is no format {notation.name}")
            raise ExpressionError(self.expression, said) from error
        return put(self.of(parse(form, {"x"})), value)

    def _code(self, value: exp.Expr, name: exp.Expr, day: exp.Expr | None = None) -> exp.Expr:
        if name.name not in self.context.code_lists:
            said = Text(f"没有代码表 {name.name}", f"there is no code list {name.name}")
            raise ExpressionError(self.expression, said)
        codes = self.context.code_lists[name.name]
        missing = self._may_be_missing(value, codes)
        if day is None or _timeless(codes):
            return _decision(value, _among(value, codes.codes), missing, [])
        if isinstance(day, exp.Null):
            return _null()
        return _decision(value, _valid(value, codes, day), missing, _unspoken(codes.covers, day))

    def _may_be_missing(self, value: exp.Expr, codes: CodeList) -> exp.Expr | None:
        """The condition under which an incomplete list says nothing of a value; None where it is complete."""
        if codes.open_pattern is None:
            return None
        looks: exp.Expr = exp.NEQ(this=value.copy(), expression=_text(""))
        if codes.open_pattern != ".+":
            portable(self.expression, codes.open_pattern)
            looks = exp.RegexpFullMatch(this=value.copy(), expression=_text(codes.open_pattern))
        if codes.open_prefix is not None:
            size = exp.Literal.number(codes.open_prefix)
            start = exp.Substring(this=value.copy(), start=exp.Literal.number(1), length=size)
            known = {one for one in codes.codes if len(one) == codes.open_prefix}
            looks = exp.And(this=looks, expression=_among(start, known))
        return exp.And(this=looks, expression=exp.Not(this=_among(value, codes.codes)))

    def _box(self, value: exp.Expr, name: exp.Expr) -> exp.Expr:
        if name.name not in self.context.boxes:
            said = Text(f"没有范围 {name.name}", f"there is no box {name.name}")
            raise ExpressionError(self.expression, said)
        return exp.Anonymous(this="in_box", expressions=[value, name])


def _bracketed(tree: exp.Expr) -> exp.Expr:
    bare = isinstance(tree, exp.Binary | exp.In | exp.Not | exp.Between) and not isinstance(tree, exp.RegexpFullMatch)
    return exp.Paren(this=tree) if bare else tree


def _text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def _null() -> exp.Expr:
    return exp.Cast(this=exp.Null(), to=exp.DataType.build("boolean"))


def _among(value: exp.Expr, values: Collection[str]) -> exp.Expr:
    if values:
        return exp.In(this=value.copy(), expressions=[_text(one) for one in sorted(values)])
    filled = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=filled, true=exp.false())])


def _number(value: exp.Expr) -> exp.Expr:
    written = exp.RegexpFullMatch(this=value.copy(), expression=_text(_NUMBER))
    read = exp.TryCast(this=value.copy(), to=exp.DataType.build("double"))
    return exp.Case(ifs=[exp.If(this=written, true=read)])


def _timeless(codes: CodeList) -> bool:
    """Whether a list and all its codes hold for ever, so that no day is needed."""
    spans = {(one.start, one.end) for validities in codes.codes.values() for one in validities}
    return {(codes.covers.start, codes.covers.end), *spans} == {(None, None)}


def _unspoken(covers: Validity, day: exp.Expr) -> list[exp.Expr]:
    """The conditions under which a list says nothing because of the day."""
    start = exp.Substring(this=day.copy(), start=exp.Literal.number(1), length=exp.Literal.number(_DAY))
    found: list[exp.Expr] = [
        exp.Is(this=day.copy(), expression=exp.Null()),
        exp.Not(this=exp.Anonymous(this="real_date", expressions=[start])),
    ]
    if covers.start:
        found.append(_before(day, covers.start.isoformat()))
    end = _day_after(covers.end)
    if end:
        found.append(exp.GTE(this=day.copy(), expression=_text(end)))
    return found


def _before(day: exp.Expr, limit: str) -> exp.Expr:
    """Whether a day is before another; the same for a moment, whose first ten characters are its day."""
    return exp.LT(this=day.copy(), expression=_text(limit))


def _day_after(day: date | None) -> str:
    return (day + timedelta(1)).isoformat() if day and day < date.max else ""


def _valid(value: exp.Expr, codes: CodeList, day: exp.Expr) -> exp.Expr:
    """Whether a code is listed and valid on a day that the list covers: one condition for each span of validity."""
    spans: dict[tuple[str, str], list[str]] = defaultdict(list)
    first, last = _iso(codes.covers.start), _day_after(codes.covers.end)
    for code, validities in codes.codes.items():
        for one in validities:
            start, end = _iso(one.start), _day_after(one.end)
            spans[start if start > first else "", end if end and (not last or end < last) else ""].append(code)
    ways = [_spanned(value, listed, day, *span) for span, listed in sorted(spans.items())]
    return exp.or_(*ways, copy=False) if ways else exp.false()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _spanned(value: exp.Expr, listed: Collection[str], day: exp.Expr, start: str, end: str) -> exp.Expr:
    """Whether a code is one of those that are valid from `start` and before `end`."""
    parts = [_among(value, listed)]
    if start:
        parts.append(exp.GTE(this=day.copy(), expression=_text(start)))
    if end:
        parts.append(_before(day, end))
    return exp.Paren(this=exp.and_(*parts, copy=False))


def _decision(value: exp.Expr, good: exp.Expr, missing: exp.Expr | None, unspoken: list[exp.Expr]) -> exp.Expr:
    """Null where nothing can be said, else whether the code is good; null for null."""
    guard = [exp.Is(this=value.copy(), expression=exp.Null())] if unspoken else []
    silent = [*guard, *unspoken, *([exp.Paren(this=missing)] if missing is not None else [])]
    if not silent:
        return good
    return exp.Case(ifs=[exp.If(this=exp.or_(*silent, copy=False), true=_null())], default=good)


def columns_of(tree: exp.Expr) -> set[str]:
    """Return the names of the columns that a tree reads; the constants of long lists are not walked."""
    if isinstance(tree, exp.Column):
        return {tree.name}
    if isinstance(tree, exp.In) and all(isinstance(one, exp.Literal) for one in tree.expressions):
        return columns_of(tree.this)
    return {name for one in tree.iter_expressions() for name in columns_of(one)}


def calls(tree: exp.Expr) -> list[tuple[str, exp.Expr]]:
    """Return the calls of kernels in a tree as (kernel, argument), each once."""
    found = [one for one in tree.find_all(exp.Anonymous) if one.name in KERNEL_ARGUMENTS]
    return [(one.name, one.expressions[0]) for one in dict.fromkeys(found)]


def to_sql(tree: exp.Expr, dialect: str, kernels: Literal["udf", "twin"] = "udf") -> str:
    """Write an expanded tree as SQL of an engine.

    Args:
        tree: what `expanded` gave.
        dialect: duckdb, postgres or spark.
        kernels: `udf` leaves calls of functions with the kernels' names (and only their first argument), which the
            engine has registered; `twin` writes the plain SQL of each kernel in place.

    Raises:
        LookupError: a kernel has no plain SQL.
    """
    plain = with_twins(tree, _plain_forms(tree)) if kernels == "twin" else tree.copy()
    return rebuilt(plain, lambda node: _portable(node, dialect)).sql(dialect=dialect, identify=True)


def with_twins(tree: exp.Expr, twins: Mapping[str, str]) -> exp.Expr:
    """Return a tree in which calls of the named kernels are written out.

    Args:
        tree: what `expanded` gave.
        twins: DuckDB SQL over `{x}` by kernel; names of its own are qualified.
    """

    def change(node: exp.Expr) -> exp.Expr:
        if not (isinstance(node, exp.Anonymous) and node.name in twins):
            return node
        twin = parse_one(twins[node.name].replace("{x}", "x"), read="duckdb")
        return exp.Paren(this=put(twin, _bracketed(node.expressions[0])))

    return rebuilt(tree.copy(), change)


def _plain_forms(tree: exp.Expr) -> dict[str, str]:
    found = {name: KERNELS[name].sql for name, _ in calls(tree)}
    lost = [name for name, sql in found.items() if sql is None]
    if lost:
        raise LookupError(lost[0])
    return {name: sql for name, sql in found.items() if sql is not None}


def _portable(node: exp.Expr, dialect: str) -> exp.Expr:
    if isinstance(node, exp.RegexpFullMatch):
        return _whole_match(node, dialect)
    if isinstance(node, exp.Anonymous) and node.name in KERNEL_ARGUMENTS:
        return exp.Anonymous(this=node.name, expressions=node.expressions[:1])
    if isinstance(node, exp.In) and dialect == "duckdb" and len(node.expressions) > _COMPARED:
        return _looked_up(node)
    return node


def _looked_up(node: exp.In) -> exp.Expr:
    """Look constants up in a table: DuckDB compares a value with every constant of a list, one after the other."""
    values = exp.Unnest(expressions=[exp.Array(expressions=[one.copy() for one in node.expressions])])
    return exp.In(this=node.this, query=exp.Subquery(this=exp.Select(expressions=[values])))


def _whole_match(node: exp.RegexpFullMatch, dialect: str) -> exp.Expr:
    """The whole text matches; only in Postgres does `$` not stop before a last line break."""
    pattern = node.expression.name
    if dialect == "postgres":
        return exp.Paren(this=exp.RegexpLike(this=node.this, expression=_text(f"^(?:{pattern})$")))
    if dialect == "spark":
        return exp.Paren(this=exp.RegexpLike(this=node.this, expression=_text(f"^(?:{pattern})\\z")))
    return node
