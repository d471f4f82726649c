"""The municipal platform as the node's parent: takes what the node sends up and answers as it is told.

Without being told anything it accepts: it gives a token to whoever asks as the contract has it (OAuth 2.0 client
credentials), takes entries, bindings, cases and state reports of callers with a token or a signature, and gives each
object a number of its own. A check tells it to say something else with `when`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.hub.server import Asked, Said, problem

if TYPE_CHECKING:
    from collections.abc import Callable

#: The municipal platform's code in the register of nodes.
CODE = "500000"
_CASES = {"/share/requests": "SR", "/disputes": "DIS", "/demands": "DEM"}
_SIGNATURES = frozenset({"gjgxjhpt_sign", "signature"})


@dataclass
class Parent:
    """A handler for `conformance.hub.hearing`; its methods are called one at a time."""

    code: str = CODE
    _told: list[tuple[Callable[[Asked], bool], Said]] = field(default_factory=list)
    _tokens: set[str] = field(default_factory=set)
    _states: dict[str, dict[str, Any]] = field(default_factory=dict)
    _cases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def when(self, matches: Callable[[Asked], bool], said: Said) -> None:
        """From now on say this to requests that match, before anything else; what was told last comes first."""
        self._told.insert(0, (matches, said))

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        if asked.path == "/oauth/token":
            return self._token(asked)
        if not self._known(asked):
            return problem(401, "auth.required", "A token or a signature is needed")
        told = next((said for matches, said in self._told if matches(asked)), None)
        return told or self._usual(asked)

    def _token(self, asked: Asked) -> Said:
        if asked.method != "POST" or b"grant_type=client_credentials" not in asked.body:
            return Said(400, {"error": "invalid_request"})
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return Said(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _known(self, asked: Asked) -> bool:
        scheme, _, token = (asked.header("authorization") or "").partition(" ")
        signed = any(name in _SIGNATURES for name, _ in asked.headers)
        return signed or (scheme.lower() == "bearer" and token in self._tokens)

    def _usual(self, asked: Asked) -> Said:
        body = asked.json()
        if asked.path.startswith(("/cascade/catalog/", "/cascade/bindings/")):
            return self._object(asked, body if isinstance(body, dict) else {})
        if (asked.method, asked.path) == ("POST", "/cascade/status"):
            items = body.get("items") if isinstance(body, dict) else None
            return Said(200, {"accepted": len(items) if isinstance(items, list) else 0, "ignored": 0})
        if asked.path in _CASES and asked.method == "POST":
            return self._filed(asked.path, body if isinstance(body, dict) else {})
        case = self._cases.get("/".join(asked.path.split("/")[:-1])) or self._cases.get(asked.path)
        return Said(200, case) if case else problem(404, "not-found", "Nothing is known here")

    def _object(self, asked: Asked, body: dict[str, Any]) -> Said:
        _, _, kind, *code = asked.path.split("/")
        before = self._states.get(asked.path)
        if asked.method == "GET" or (asked.method == "DELETE" and before is None):
            return Said(200, before) if before else problem(404, "not-found", "Nothing was registered")
        state = {
            "node": str(body.get("node") or (before or {}).get("node") or self.code),
            "object": {"type": "catalog" if kind == "catalog" else "binding", "id": "/".join(code)},
            **self._content(asked, body, before or {}),
            "time": _now(),
            "reason": None,
            "receipt": f"UP-{kind[:3].upper()}-{'-'.join(code)}",
        }
        self._states[asked.path] = state
        new = asked.method == "PUT" and before is None and kind == "catalog"
        return Said(201, state, {"location": asked.path}) if new else Said(200, state)

    def _content(self, asked: Asked, body: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        """State, version and digest as they are after a request."""
        if asked.method == "DELETE":
            return {"state": "revoked", "version": before.get("version"), "digest": before.get("digest")}
        found = body.get("entry")
        entry: dict[str, Any] = found if isinstance(found, dict) else {}
        return {"state": "received", "version": entry.get("version"), "digest": entry.get("digest")}

    def _filed(self, path: str, body: dict[str, Any]) -> Said:
        number, now = f"UP-{_CASES[path]}-{secrets.token_hex(6)}", _now()
        case = {
            **body,
            "id": number,
            "state": "open" if path == "/demands" else "submitted",
            "created": now,
            "updated": now,
            "due": None,
            "remainingWorkingDays": None,
            "overdue": False,
            "escalated": False,
            "history": [],
            "traceId": (body.get("origin") or {}).get("traceId") or secrets.token_hex(16),
        }
        self._cases[f"{path}/{number}"] = case
        return Said(201, case, {"location": f"{path}/{number}"})


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat()
