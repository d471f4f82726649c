"""A machine as an SVG picture: states, events and who acts, terms with their articles; by day and by night."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from conformance.report import machine_words as words
from conformance.report.machine_graph import BIG, SMALL, START, drawing, wide
from conformance.report.machine_layout import plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.law import Law
    from conformance.law.machines import Machine, Timer
    from conformance.report.machine_graph import Drawing, Label, Shown
    from conformance.report.machine_layout import Box, Plan
    from conformance.text import Lang

_MARGIN = 20.0
_TOP = 60.0
_LEGEND = 34.0
_LEAST = 420.0
_STYLE = """
.bg{fill:#fff}.box{fill:#eef4fb;stroke:#3567a5;stroke-width:1.4}.end{fill:#eceef0;stroke:#59636e;stroke-width:2.4}
.line{fill:none;stroke:#7d8894;stroke-width:1.3}.self{stroke-dasharray:4 3}.tip{fill:#7d8894}.dot{fill:#1f2328}
text{font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif;fill:#1f2328}
.bold{font-weight:600}.mid{text-anchor:middle}.note{fill:#57606a}.mark{fill:#9a3412}.halo{paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){.bg{fill:#0d1117}.box{fill:#13233a;stroke:#6ea8fe}.end{fill:#21262d;stroke:#8b949e}
.line{stroke:#8b949e}.tip{fill:#8b949e}.dot,text{fill:#e6edf3}.note{fill:#9da7b3}.mark{fill:#ffa657}.halo{stroke:#0d1117}}
"""


def svg(law: Law, machine: Machine, lang: Lang) -> str:
    """Return the picture of a machine, a whole SVG document.

    Args:
        law: whose parameters name some terms.
        machine: what is drawn.
        lang: language of the words.
    """
    what = drawing(machine, lang)
    where = plan(what.boxes, what.lines, what.trunks)
    title = machine.title.pick(lang)
    inner = max(where.width, _LEAST)
    legend = list(_legend(law, machine, lang, inner))
    foot = _TOP + where.height + _LEGEND
    width, height = inner + 2 * _MARGIN, foot + 19 * len(legend) + _MARGIN / 2
    shift = _MARGIN + (inner - where.width) / 2
    size = f'width="{width:.0f}" height="{height:.0f}"'
    role = f'role="img" lang="{"zh-CN" if lang == "zh" else "en"}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" {size} {role}>',
        f"<title>{escape(title)}</title><desc>{escape(machine.text.pick(lang))}</desc><style>{_STYLE}</style>",
        f'<rect class="bg" {size} rx="8"/>',
        _text(_MARGIN, 34, title, 18, "bold"),
        _text(_MARGIN + wide(title, 18) + 8, 34, machine.id, BIG, "note"),
        f'<g transform="translate({shift:.1f} {_TOP:.0f})">',
        *_lines(what, where),
        *_boxes(what, where),
        "</g>",
        *(_text(_MARGIN, foot + 19 * row, said, SMALL + 1, kind) for row, (said, kind) in enumerate(legend)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, said: str, size: float, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{style}>{escape(said)}</text>'


def _legend(law: Law, machine: Machine, lang: Lang, width: float) -> Iterator[tuple[str, str]]:
    """Every term with its article, as wide as the picture; a line and its class."""
    for at, timer in enumerate(machine.timers):
        yield from (
            (said, "" if row == 0 else "note")
            for row, said in enumerate(_wrapped(f"{words.number(at)} {_term(law, timer, lang)}", width))
        )
    for one in machine.kept:
        yield from ((said, "note") for said in _wrapped(f"▣ {one.text.pick(lang)} {one.source.cite.pick(lang)}", width))


def _term(law: Law, timer: Timer, lang: Lang) -> str:
    length, cite = words.term(law, timer).pick(lang), timer.source.cite.pick(lang)
    return f"{timer.title.pick(lang)} {length} · {cite} [{timer.source.tier}] {', '.join(timer.requirements)}"


def _wrapped(said: str, width: float) -> Iterator[str]:
    """The text in lines that fit; it breaks at blanks, or between characters where none is."""
    line = ""
    for part in said.replace(" ", " \0").split("\0"):
        if line and wide(line + part, SMALL + 1) > width:
            yield line.rstrip()
            line = "    "
        line += part
    yield line.rstrip()


def _boxes(what: Drawing, where: Plan) -> Iterator[str]:
    dot = where.boxes[START]
    yield f'<circle class="dot" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="7"/>'
    for name, state in what.states.items():
        yield from _state(state, where.boxes[name])
    for name, label in what.labels.items():
        box = where.boxes[name]
        yield _text(box.x, box.y - 2, label.title, BIG - 1, "halo mid")
        yield _text(box.x, box.y + 13, label.note, SMALL, "note halo mid")


def _state(state: Shown, box: Box) -> Iterator[str]:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    kind = "end" if state.terminal else "box"
    yield (
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="7"/>'
    )
    shift = wide(state.marks, BIG) / 2 + 4 if state.marks else 0
    yield _text(box.x - shift, top + 22, state.title, BIG, "bold mid")
    if state.marks:
        end = box.x - shift + wide(state.title, BIG) / 2 + 8
        yield _text(end, top + 22, state.marks, BIG, "mark")
    for row, note in enumerate(state.notes):
        yield _text(box.x, top + 40 + 17 * row, note, SMALL, "note mid")


def _lines(what: Drawing, where: Plan) -> Iterator[str]:
    """Every line between neighbouring ranks; a tip where it meets the state that an event leads to."""
    ports = _ports(where)
    for above, below in where.lines:
        one, other = where.boxes[above], where.boxes[below]
        x1, x2 = ports[above, below]
        y1, y2 = one.y + one.height / 2, other.y - other.height / 2
        down, up = _tip(what, above, below), _tip(what, below, above)
        end, begin = y2 - (7 if down else 0), y1 + (7 if up else 0)
        half = (begin + end) / 2
        label = _label(what, above) or _label(what, below)
        kind = "line self" if label and label.automatic else "line"
        bent = f"{x1:.1f} {half:.1f} {x2:.1f} {half:.1f} {x2:.1f} {end:.1f}"
        yield f'<path class="{kind}" d="M{x1:.1f} {begin:.1f}C{bent}"/>'
        if other.bend:
            yield f'<path class="{kind}" d="M{x2:.1f} {y2:.1f}v{other.height:.1f}"/>'
        if down:
            yield f'<path class="tip" d="M{x2:.1f} {y2:.1f}l-4.5 -8.5h9z"/>'
        if up:
            yield f'<path class="tip" d="M{x1:.1f} {y1:.1f}l-4.5 8.5h9z"/>'


def _label(what: Drawing, name: str) -> Label | None:
    """The label that a box or a bend belongs to."""
    return what.labels.get(name.partition("@")[0])


def _tip(what: Drawing, label: str, state: str) -> bool:
    """Whether the line leads from (a bend of) this label to the state that its event leads to."""
    known = _label(what, label)
    return known is not None and known.to == state


def _ports(where: Plan) -> dict[tuple[str, str], tuple[float, float]]:
    """Where each line leaves the box above and meets the box below: side by side, in the order of the other ends."""
    found: dict[tuple[str, str], list[float]] = {line: [0.0, 0.0] for line in where.lines}
    for side in (0, 1):
        for name, box in where.boxes.items():
            mine = [line for line in where.lines if line[side] == name]
            mine.sort(key=lambda line: where.boxes[line[1 - side]].x)
            step = 0.0 if box.bend or "/" in name else min(26.0, (box.width - 16) / max(len(mine), 1))
            for at, line in enumerate(mine):
                found[line][side] = box.x + (at - (len(mine) - 1) / 2) * step
    return {line: (one, other) for line, (one, other) in found.items()}
