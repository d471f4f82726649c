"""Which requirements a run is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.text import Text

if TYPE_CHECKING:
    from conformance.law import Law


class ScopeError(Exception):
    """A selection names something that the law does not have."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class Scope:
    """A selection by standard, class and requirement; an empty selection is everything."""

    standards: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    def select(self, law: Law) -> tuple[str, ...]:
        """Return the ids of the selected requirements in the order of the law.

        Raises:
            ScopeError: a name is unknown; the text says which and what exists.
        """
        for given, known in (
            (self.standards, law.names()),
            (self.classes, tuple(law.classes())),
            (self.requirements, tuple(law.requirements)),
        ):
            for name in given:
                if name not in known:
                    raise ScopeError(_unknown(name, known))
        return tuple(
            row.id
            for row in law.requirements.values()
            if (not self.standards or row.standard in self.standards)
            and (not self.classes or row.class_id in self.classes)
            and (not self.requirements or row.id in self.requirements)
        )

    def judged(self, law: Law) -> tuple[str, ...]:
        """Return the ids that a run over this selection judges: those of classes on request only where they are named.

        Raises:
            ScopeError: as `select`.
        """
        classes = law.classes()
        return tuple(
            name
            for name in self.select(law)
            if not classes[law.requirements[name].class_id].on_request
            or law.requirements[name].class_id in self.classes
            or name in self.requirements
        )


def _unknown(name: str, known: tuple[str, ...]) -> Text:
    import difflib  # noqa: PLC0415 - only for the error

    near = difflib.get_close_matches(name, known, 3, 0.4) or list(known[:6])
    return Text(f"未知：{name}。可用：{'、'.join(near)} …", f"Unknown: {name}. There is: {', '.join(near)} …")
