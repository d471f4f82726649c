"""One recorded request and response, as a value and as an entry of an HTTP Archive (HAR 1.2)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an exchange has no response: kind (timeout, connect, tls, too-large, protocol, …) and detail."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A body that went into a file and is no part of the evidence: what can be said of it without it.

    Attributes:
        bytes: length of this body, as far as it came.
        file_bytes: length of the file after it; more than `bytes` where a download went on after a cut.
        file_sha256: digest of the whole file after it, in hex.
    """

    bytes: int
    file_bytes: int
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and the response or the reason why there is none.

    Attributes:
        n: its number in the run, from 1.
        owner: the check or shared fixture that asked.
        role: the identity it was asked as, empty for none.
        started: when the request left, with zone.
        seconds: until the last byte came.
        status: 0 where no response came.
        aside: length and digest of a body that was downloaded into a file; `body` is empty then.
    """

    n: int
    owner: str
    role: str
    method: str
    url: str
    request_headers: Headers
    request_body: bytes
    started: datetime
    seconds: float
    status: int
    headers: Headers
    body: bytes
    refused: Refused | None = None
    aside: Aside | None = None

    @property
    def ended(self) -> datetime:
        """When the last byte came."""
        return self.started + timedelta(seconds=self.seconds)

    @property
    def target(self) -> str:
        """Path and query, as a person reads them."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"

    def to_har(self) -> dict[str, Any]:
        """Return the entry of an HTTP Archive; members with an underscore are ours, as HAR allows."""
        request: dict[str, Any] = {
            "method": self.method,
            "url": self.url,
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(self.request_headers),
            "queryString": _pairs(tuple(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))),
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(self.request_body),
        }
        if self.request_body:
            request["postData"] = {
                "mimeType": _header(self.request_headers, "content-type"),
                **_text(self.request_body),
            }
        entry = {
            "_n": self.n,
            "_owner": self.owner,
            "_role": self.role,
            "startedDateTime": self.started.isoformat(),
            "time": round(self.seconds * 1000, 3),
            "request": request,
            "response": self._response(),
            "cache": {},
            "timings": {"send": 0, "wait": round(self.seconds * 1000, 3), "receive": 0},
        }
        return entry | ({"_refused": [self.refused.kind, self.refused.detail]} if self.refused else {})

    def _response(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "size": len(self.body),
            "mimeType": _header(self.headers, "content-type"),
            **_text(self.body),
        }
        if self.aside is not None:
            content |= {"size": self.aside.bytes, "comment": _LEFT_OUT, "_aside": _aside(self.aside)}
        return {
            "status": self.status,
            "statusText": HTTPStatus(self.status).phrase if self.status in _KNOWN else "",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(self.headers),
            "cookies": [],
            "content": content,
            "redirectURL": _header(self.headers, "location"),
            "headersSize": -1,
            "bodySize": content["size"],
        }


_LEFT_OUT = "the body went into a file and is left out; _aside has the length and SHA-256 of that file"
_KNOWN = frozenset(int(one) for one in HTTPStatus)


def from_har(entry: dict[str, Any]) -> Exchange:
    """Read an exchange back from its HAR entry."""
    request, response = entry["request"], entry["response"]
    refused = Refused(*entry["_refused"]) if "_refused" in entry else None
    return Exchange(
        n=entry["_n"],
        owner=entry["_owner"],
        role=entry["_role"],
        method=request["method"],
        url=request["url"],
        request_headers=_unpair(request["headers"]),
        request_body=_bytes(request.get("postData", {})),
        started=datetime.fromisoformat(entry["startedDateTime"]),
        seconds=entry["time"] / 1000,
        status=response["status"],
        headers=_unpair(response["headers"]),
        body=_bytes(response["content"]),
        refused=refused,
        aside=Aside(*response["content"]["_aside"]) if "_aside" in response["content"] else None,
    )


def _aside(aside: Aside) -> list[int | str]:
    return [aside.bytes, aside.file_bytes, aside.file_sha256]


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _unpair(pairs: list[dict[str, str]]) -> Headers:
    return tuple((one["name"], one["value"]) for one in pairs)


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def _bytes(content: dict[str, Any]) -> bytes:
    words = content.get("text", "")
    return base64.b64decode(words) if content.get("encoding") == "base64" else words.encode()
