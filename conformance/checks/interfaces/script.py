"""Scripts of changes to a table: what is put, sent again or deleted, batch by batch, and when the feed is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

_ROWS = 5
_VARIANTS = 3
_WORDS = {"put": ("写入", "put"), "same": ("原样重发", "send again"), "delete": ("删除", "delete")}


@dataclass(frozen=True, slots=True)
class Act:
    """What happens to one row in a batch.

    Attributes:
        kind: `put` a new content, send the `same` again, or `delete`.
        row: number of the row.
        variant: which content, where one is put.
    """

    kind: str
    row: int
    variant: int = 0

    @property
    def text(self) -> Text:
        """Such as `put row 3`."""
        zh, en = _WORDS[self.kind]
        return Text(f"{zh}第 {self.row} 行", f"{en} row {self.row}")


@dataclass(frozen=True, slots=True)
class Step:
    """One batch, and whether the feed is read after it.

    Attributes:
        acts: what happens, to each row once at most.
        full: the batch replaces everything by the rows that are put.
        poll: page size with which the feed is read afterwards; 0, and it is not read.
    """

    acts: tuple[Act, ...]
    full: bool = False
    poll: int = 0

    @property
    def text(self) -> Text:
        """Such as `full batch: put row 0, put row 1; feed read by 2`."""
        kind = Text("全量批次", "full batch") if self.full else Text("增量批次", "incremental batch")
        zh, en = "，".join(one.text.zh for one in self.acts), ", ".join(one.text.en for one in self.acts)
        read = Text(f"；读增量，每页 {self.poll}", f"; feed read by {self.poll}") if self.poll else Text("", "")
        return Text(f"{kind.zh}：{zh}{read.zh}", f"{kind.en}: {en}{read.en}")


Script = tuple[Step, ...]


def shown(script: Script) -> Text:
    """Return a script as findings show it."""
    numbered = [(number, step.text) for number, step in enumerate(script, 1)]
    return Text("".join(f"（{n}）{one.zh}" for n, one in numbered), " ".join(f"({n}) {one.en}" for n, one in numbered))


def put(*rows: int, variant: int = 0) -> tuple[Act, ...]:
    """Return acts that put rows."""
    return tuple(Act("put", one, variant) for one in rows)


#: Scripts at which feeds are likely to break; each is run, whatever else is drawn.
CRAFTED: tuple[Script, ...] = (
    (Step(put(0, 1, 2), full=True, poll=500), Step(put(3), poll=500), Step(put(1, variant=1), poll=1)),
    (Step(put(0, 1, 2), full=True, poll=2), Step((Act("delete", 1),), poll=1), Step(put(1, variant=2), poll=1)),
    (Step(put(0, 1), full=True, poll=2), Step((Act("same", 0), Act("put", 1, 1)), poll=500)),
    (
        Step(put(0, 1, 2, 3), full=True, poll=4),
        Step(put(0, 1, 2, 3, variant=1), poll=4),
        Step((*put(0, 1, variant=2), Act("delete", 2), *put(4)), poll=2),
    ),
    (Step(put(0, 1, 2), full=True, poll=1), Step(put(0, variant=1)), Step((Act("delete", 0),)), Step(put(0), poll=2)),
    (Step(put(0, 1, 2, 3), full=True, poll=500), Step((*put(1), *put(2, variant=1), *put(4)), full=True, poll=3)),
)


def scripts() -> SearchStrategy[Script]:
    """Return the scripts that may be drawn: a full batch, then up to four batches of any kind."""
    acts = st.builds(
        Act, st.sampled_from(("put", "put", "same", "delete")), st.integers(0, _ROWS - 1), st.integers(0, _VARIANTS - 1)
    )
    several = st.lists(acts, min_size=1, max_size=_ROWS, unique_by=lambda one: one.row).map(tuple)
    size = st.sampled_from((0, 1, 2, 3, 500))
    step = st.builds(Step, several, st.sampled_from((False, False, False, True)), size)
    first = st.builds(lambda rows, poll: Step(put(*rows), full=True, poll=poll), _numbers(), size)
    return st.builds(lambda one, others: (one, *others), first, st.lists(step, min_size=1, max_size=4))


def _numbers() -> SearchStrategy[list[int]]:
    return st.lists(st.integers(0, _ROWS - 1), min_size=1, max_size=_ROWS, unique=True)


def smaller(script: Script) -> Iterator[Script]:
    """Yield scripts that do a little less than this one, the boldest cuts first."""
    for place in range(len(script) - 1, 0, -1):
        yield script[:place] + script[place + 1 :]
    for place, step in enumerate(script):
        for at in range(len(step.acts) - 1, -1, -1):
            if len(step.acts) > 1:
                yield _with(script, place, replace(step, acts=step.acts[:at] + step.acts[at + 1 :]))
        if step.poll and place < len(script) - 1:
            yield _with(script, place, replace(step, poll=0))


def _with(script: Script, place: int, step: Step) -> Script:
    return (*script[:place], step, *script[place + 1 :])
