"""Histories of a table: scripts run once for all checks of the feed, and the shortest script that shows a breach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks.finding import failure
from conformance.checks.holding import holds
from conformance.checks.interfaces.script import CRAFTED, Script, scripts, shown
from conformance.checks.interfaces.script import smaller as cuts
from conformance.checks.interfaces.stage import Stage
from conformance.checks.interfaces.telling import Teller
from conformance.judge import Decision, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.feed_rules import Breach, Rule
    from conformance.checks.interfaces.telling import Tale
    from conformance.checks.resources import Resources
    from conformance.node import Session

_DRAWN = {"smoke": 2, "standard": 6, "thorough": 25}
_CUTS = 40


@dataclass(frozen=True)
class Histories:
    """What came of the scripts.

    Attributes:
        teller: runs further ones on the same table; None where it came to none.
        told: what was told.
        trouble: why there is nothing to be told, None where there is.
    """

    teller: Teller | None
    told: tuple[Tale, ...]
    trouble: Decision | None

    def hold(self, run: Session, rule: Rule, least: str) -> None:
        """Hold every history to a rule.

        Args:
            run: the run.
            rule: returns the first breach of a tale.
            least: the operation (`I`, `U`, `D`) without which nothing was judged.

        Raises:
            Failed: a history breaks it; the shortest script that was found to do so is told.
            Untested: no change of that operation was made.
            Decision: the histories could not be made, in the words of what stopped them.
        """
        if self.trouble is not None:
            raise self.trouble
        for tale in self.told:
            if (breach := rule(tale)) is not None:
                raise self._shortest(tale.script, rule, breach)
        made = [change for tale in self.told for one in tale.readings for change in one.changes]
        if not any(change.op == least for change in made):
            raise Untested(Text(f"没有 {least} 类变更", f"no change of operation {least} was made"))
        run.note(f"{len(self.told)} 段历史、{len(made)} 项变更", f"{len(self.told)} histories with {len(made)} changes")

    def _shortest(self, script: Script, rule: Rule, breach: Breach) -> Decision:
        """Cut a script as long as it still shows a breach."""
        left = _CUTS
        cut = True
        while cut and left > 0 and self.teller is not None:
            cut = False
            for less in cuts(script):
                left -= 1
                found = rule(self.teller.tell(less))
                if found is not None:
                    script, breach, cut = less, found, True
                if cut or left <= 0:
                    break
        way = shown(script)
        return failure(
            Text(
                f"{breach.came.zh}。最短脚本（起初表中仅有第 0 行）：{way.zh}",
                f"{breach.came.en}. Shortest script, on a table with row 0 alone: {way.en}",
            ),
            breach.due,
            breach.exchanges,
        )


def read_histories(run: Session, desk: Desk, resources: Resources) -> Histories:
    """Run the crafted scripts and those drawn from the run's seed; whatever stops this is kept for the checks."""
    drawn: list[Script] = []
    holds(run, "histories", scripts(), drawn.append, most=_DRAWN[run.depth])
    told: list[Tale] = []
    teller: Teller | None = None
    try:
        teller = Teller(Stage(desk, resources, "histories"))
        told += [teller.tell(one) for one in (*CRAFTED, *dict.fromkeys(drawn))]
    except Decision as decision:
        return Histories(teller, tuple(told), decision)
    return Histories(teller, tuple(told), None)
