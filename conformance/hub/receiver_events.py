"""Events as they were delivered: CloudEvents 1.0 over HTTP, in structured or binary mode."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.node.answer import Answer

STRUCTURED = "application/cloudevents+json"
_BINARY = "ce-"


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery of an event.

    Attributes:
        heard: the exchange that brought it.
        attributes: its attributes, and `data`; empty where the delivery is no CloudEvent.
        structured: in structured mode; else in binary mode, or no event at all.
    """

    heard: Answer
    attributes: dict[str, Any]
    structured: bool

    @property
    def n(self) -> int:
        """Number of the exchange."""
        return self.heard.n

    @property
    def arrived(self) -> datetime:
        """When it came."""
        return self.heard.exchange.started

    @property
    def id(self) -> tuple[str, str]:
        """Id and source, by which a receiver tells events apart; as JSON where they are no texts."""
        return _text(self.attributes.get("id")), _text(self.attributes.get("source"))

    @property
    def about(self) -> str:
        """The code that it is about: its subject, or `code` of its data."""
        data = self.attributes.get("data")
        code = data.get("code") if isinstance(data, dict) else None
        return _text(self.attributes.get("subject") or code or "")


def read_event(heard: Answer) -> Event:
    """Read a delivery, whatever it is."""
    exchange = heard.exchange
    headers = {name.lower(): value for name, value in exchange.request_headers}
    media = _media(headers.get("content-type", ""))
    body = _json(exchange.request_body)
    if media == STRUCTURED:
        return Event(heard, body if isinstance(body, dict) else {}, structured=True)
    attributes: dict[str, Any] = {
        name.removeprefix(_BINARY): unquote(value.strip('"')) for name, value in headers.items() if name[:3] == _BINARY
    }
    if attributes:
        attributes |= {"datacontenttype": media, "data": body}
    return Event(heard, attributes, structured=False)


def _media(stated: str) -> str:
    message = Message()
    message["content-type"] = stated or "application/octet-stream"
    return message.get_content_type()


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
