"""A sentence in the two languages of the project, and the choice between them."""

from __future__ import annotations

import locale
import os
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One user-visible text in Simplified Chinese and in English."""

    zh: str
    en: str

    def pick(self, lang: Lang) -> str:
        """Return the text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """Return the text with its `{placeholders}` filled in, in both languages."""
        return Text(
            self.zh.format(**{key: side(value, "zh") for key, value in values.items()}),
            self.en.format(**{key: side(value, "en") for key, value in values.items()}),
        )


def side(value: object, lang: Lang) -> object:
    """Return `value`, or its side in `lang` where it is a Text."""
    return value.pick(lang) if isinstance(value, Text) else value


def text(value: object) -> Text:
    """Read a Text from its data form.

    Args:
        value: a mapping with the members `zh` and `en`, or a list or tuple of the two.

    Raises:
        ValueError: the value has neither form.
    """
    match value:
        case {"zh": str(zh), "en": str(en)}:
            return Text(zh, en)
        case [str(zh), str(en)] | (str(zh), str(en)):
            return Text(zh, en)
    message = f"a text needs zh and en, not {value!r}"
    raise ValueError(message)


def language() -> Lang:
    """Return the language of the user's locale: zh for any Chinese locale, else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
