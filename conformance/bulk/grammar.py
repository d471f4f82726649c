"""The grammar of the expression language: what may be written, and of which kind each part is.

An expression that passes here runs on every engine alike: only the listed nodes and functions occur, texts are never
compared with numbers, patterns keep to what all regular expression engines read in the same way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

#: Functions that are answered by kernels: name to number of arguments.
KERNEL_ARGUMENTS: Mapping[str, int] = {
    "identity_number": 1,
    "credit_code": 1,
    "certificate_id": 1,
    "real_date": 1,
    "date_time": 1,
    "clean_text": 1,
    "placeholder": 1,
    "valid_geometry": 1,
    "right_hand": 1,
    "in_box": 2,
    "in_boundary": 1,
}
_OWN = {"matches": (2, 2), "format": (2, 2), "code": (2, 3), "today": (0, 0), "number": (1, 1)}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_CLASS = r"\[\^?(?!\^)(?![^\]]*(?:&&|\|\||~~|--))[^\[\]\\]+\]"
_PATTERN = re.compile(
    rf"(?:(?:{_CLASS}|\)|[^\\^$.\[\](){{}}*+?|])(?:[*+?]|\{{[0-9]+(?:,[0-9]*)?\}})?(?![*+?{{])"
    r"|\((?:\?:)?(?![*+?{])|\|)*"
)
_MAX_REPEAT = 255


class ExpressionError(Exception):
    """An expression is not of the language; the text says where it stops being so."""

    def __init__(self, expression: str, message: Text) -> None:
        super().__init__(f"{expression}: {message.en}")
        self.text = Text(f"表达式 {expression}：{message.zh}", f"expression {expression}: {message.en}")


def parse(expression: str, columns: Collection[str]) -> exp.Expr:
    """Return the tree of an expression, with own functions as `Anonymous` nodes with names in lower case.

    Args:
        expression: as in standards/data/rules.yaml, its braces filled in.
        columns: names that it may use.

    Raises:
        ExpressionError: it is not of the language, is no yes-no question, or names a column that is not there.
    """
    try:
        read = sqlglot.parse_one(expression, read="duckdb")
    except SqlglotError as error:
        reason = str(error).split("\n")[0]
        raise ExpressionError(expression, Text(f"无法解析：{reason}", f"cannot be parsed: {reason}")) from error
    tree = rebuilt(read, _own_function)
    kind = _Kinds(expression, frozenset(columns)).of(tree)
    if kind not in {"truth", "null"}:
        said = Text("须为是非判断", "must be a question of yes or no")
        raise ExpressionError(expression, said)
    return tree


def rebuilt(tree: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return a tree in which every node, leaves first, is what `change` makes of it; the tree itself is used up."""
    for name, child in list(tree.args.items()):
        if isinstance(child, exp.Expr):
            tree.set(name, rebuilt(child, change))
        elif isinstance(child, list):
            tree.set(name, [rebuilt(one, change) if isinstance(one, exp.Expr) else one for one in child])
    return change(tree)


def put(tree: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Return a tree with a value in the place of its only bare column; qualified names are its own."""
    return rebuilt(tree, lambda node: value.copy() if isinstance(node, exp.Column) and not node.table else node)


def _own_function(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Format):
        return exp.Anonymous(this="format", expressions=[node.this, *node.expressions])
    if isinstance(node, exp.CurrentDate):
        return exp.Anonymous(this="today", expressions=[])
    if isinstance(node, exp.Anonymous):
        node.set("this", node.name.lower())
    return node


class _Kinds:
    """Finds the kind of each node: truth, text, number or null; refuses what the language does not have."""

    def __init__(self, expression: str, columns: frozenset[str]) -> None:
        self.expression = expression
        self.columns = columns
        self._ways: tuple[tuple[tuple[type, ...], Callable[[Any], str]], ...] = (
            ((exp.Column, exp.Literal, exp.Neg, exp.Boolean, exp.Null), self._atom),
            ((exp.Paren,), lambda node: self.of(node.this)),
            ((exp.And, exp.Or, exp.Not), self._truths),
            ((exp.DPipe, exp.Substring, exp.Length, exp.Upper, exp.Replace), self._texts),
            ((exp.Is,), self._is),
            ((exp.In,), self._in),
            ((exp.Between,), lambda node: self._alike(node, [node.this, node.args["low"], node.args["high"]])),
            (_COMPARISONS, lambda node: self._alike(node, [node.this, node.expression])),
            ((exp.Case,), self._case),
            ((exp.Anonymous,), self._function),
        )

    def refuse(self, zh: str, en: str) -> NoReturn:
        raise ExpressionError(self.expression, Text(zh, en))

    def of(self, node: exp.Expr | None) -> str:
        """Return the kind of a node."""
        for kinds, way in self._ways:
            if isinstance(node, kinds):
                return way(node)
        said = "" if node is None else node.sql(dialect="duckdb")
        return self.refuse(f"本语言不含 {said}", f"the language has no {said}")

    def _atom(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Column):
            if node.table or node.name not in self.columns:
                self.refuse(f"没有字段 {node.sql()}", f"there is no field {node.sql()}")
            return "text"
        if isinstance(node, exp.Neg) and not (isinstance(node.this, exp.Literal) and node.this.is_number):
            self.refuse("负号只用于数字", "a minus stands before a number only")
        if isinstance(node, exp.Literal) and node.is_string:
            return "text"
        return "truth" if isinstance(node, exp.Boolean) else "null" if isinstance(node, exp.Null) else "number"

    def _all(self, node: exp.Expr, parts: list[exp.Expr | None], wanted: str, kind: str) -> str:
        for part in parts:
            if part is not None and self.of(part) not in {wanted, "null"}:
                self._clash(node)
        return kind

    def _truths(self, node: exp.Expr) -> str:
        return self._all(node, [node.this, node.args.get("expression")], "truth", "truth")

    def _alike(self, node: exp.Expr, parts: list[exp.Expr]) -> str:
        if len({self.of(part) for part in parts} - {"null"}) > 1:
            self._clash(node)
        return "truth"

    def _clash(self, node: exp.Expr) -> NoReturn:
        said = node.sql(dialect="duckdb")
        self.refuse(
            f"{said} 中类型不一致（文本与数字比较请用 number()）",
            f"kinds do not agree in {said} (compare texts with numbers by number())",
        )

    def _is(self, node: exp.Is) -> str:
        if not isinstance(node.expression, exp.Null):
            self.refuse("is 之后只能是 null 或 not null", "only null or not null may follow is")
        self.of(node.this)
        return "truth"

    def _in(self, node: exp.In) -> str:
        if not node.expressions or not all(isinstance(one, exp.Literal | exp.Neg) for one in node.expressions):
            self.refuse("in 之后须为常量列表", "a list of constants follows in")
        return self._alike(node, [node.this, *node.expressions])

    def _case(self, node: exp.Case) -> str:
        if node.this is not None:
            self.refuse("case 之后须为 when", "when follows case")
        self._all(node, [one.this for one in node.args["ifs"]], "truth", "truth")
        results = [*(one.args["true"] for one in node.args["ifs"]), node.args.get("default") or exp.Null()]
        kinds = [self.of(one) for one in results]
        self._alike(node, results)
        return next((kind for kind in kinds if kind != "null"), "null")

    def _texts(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Substring):
            self._positions(node)
            return self._all(node, [node.this], "text", "text")
        self._all(node, [node.this, node.args.get("expression"), node.args.get("replacement")], "text", "text")
        return "number" if isinstance(node, exp.Length) else "text"

    def _positions(self, node: exp.Substring) -> None:
        start, length = node.args.get("start"), node.args.get("length")
        for one, least in ((start, 1), (length, 0)):
            if one is not None and not (isinstance(one, exp.Literal) and one.is_int and int(one.name) >= least):
                self.refuse("substr 的位置从1起，须为整数常量", "positions of substr are constants and count from 1")

    def _function(self, node: exp.Anonymous) -> str:
        name, arguments = node.name, node.expressions
        least, most = _OWN.get(name) or (KERNEL_ARGUMENTS.get(name, -1),) * 2
        if least < 0:
            self.refuse(f"没有函数 {name}()", f"there is no function {name}()")
        if not least <= len(arguments) <= most:
            self.refuse(f"{name}() 的参数个数不对", f"{name}() has the wrong number of arguments")
        self._all(node, arguments, "text", "text")
        if name in {"matches", "format", "code", "in_box"} and not _is_text(arguments[1]):
            self.refuse(f"{name}() 的第二个参数须为常量", f"the second argument of {name}() is a constant")
        if name == "matches":
            portable(self.expression, arguments[1].name)
        return {"today": "text", "number": "number"}.get(name, "truth")


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def portable(expression: str, pattern: str) -> None:
    """Refuse a pattern that engines may read in different ways.

    Allowed are characters, classes written out, groups, `|` and the greedy counts `* + ? {m,n}` up to 255.

    Raises:
        ExpressionError: something else occurs.
    """
    counts = [int(one) for one in re.findall(r"[{,]([0-9]+)(?=[,}])", re.sub(r"\[[^\]]*\]", "", pattern))]
    if _PATTERN.fullmatch(pattern) is None or max(counts, default=0) > _MAX_REPEAT or not _compiles(pattern):
        zh = f"模式 {pattern} 只能用字符、[…]、( )、| 和次数（不用反斜杠、.、^、$，次数不超过255）"
        en = f"pattern {pattern} may have characters, […], ( ), | and counts only (no \\, ., ^, $; counts up to 255)"
        raise ExpressionError(expression, Text(zh, en))


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
