"""The one exception of this room: a file that cannot be read, in words."""

from __future__ import annotations

from conformance.text import Text


class LintError(Exception):
    """A file that cannot be linted; `text` names the file, the place in it and what to do.

    Attributes:
        text: the message in both languages.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def about(path: object, zh: str, en: str) -> LintError:
    """Return the error with the name of the file before the sentence."""
    return LintError(f"{path}：{zh}", f"{path}: {en}")
