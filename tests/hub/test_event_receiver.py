"""The receiver of events that a run starts: what it says of signatures, and how it answers as it is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx2
import pytest

from conformance.evidence import Exchange
from conformance.hub.receiver import VERDICT, Receiver
from conformance.hub.receiver_events import read_event
from conformance.hub.server import Server
from conformance.node.answer import Answer
from conformance.node.signing import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "a-secret-of-the-test"
BODY = b'{"id":"evt-1","source":"urn:x","specversion":"1.0","type":"t","data":{"code":"1/2"}}'
ALL = ("@method", "@target-uri", "content-digest")


class Sink:
    def __init__(self, port: int, receiver: Receiver) -> None:
        self.url = f"http://127.0.0.1:{port}/events"
        self.receiver = receiver
        self.http = httpx2.Client(timeout=30)

    def post(self, headers: dict[str, str], body: bytes = BODY) -> httpx2.Response:
        return self.http.post(self.url, content=body, headers=headers)

    def signed(self, components: tuple[str, ...] = ALL, secret: str = SECRET, **changed: str | None) -> dict[str, str]:
        """Headers of a signature, made by the letter of RFC 9421 and not by the suite's own code."""
        digest = digest_of(BODY)
        values = {"@method": "POST", "@target-uri": self.url, "content-digest": digest, "@path": "/events"}
        given = {"created": "1", "nonce": "n-1", "keyid": "SUB-1", "alg": "hmac-sha256", **changed}
        shown = [
            f";{name}={text if name == 'created' else chr(34) + text + chr(34)}" for name, text in given.items() if text
        ]
        parameters = f"({' '.join(f'{chr(34)}{one}{chr(34)}' for one in components)}){''.join(shown)}"
        base = "".join(f'"{one}": {values[one]}\n' for one in components) + f'"@signature-params": {parameters}'
        name = "sm3" if given["alg"] == "hmac-sm3" else "sha256"
        value = base64.b64encode(hmac.digest(secret.encode(), base.encode(), name)).decode()
        return {"content-digest": digest, "signature-input": f"s={parameters}", "signature": f"s=:{value}:"}


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


@pytest.fixture
def sink() -> Iterator[Sink]:
    receiver = Receiver()
    with Server(receiver, ("127.0.0.1", 0)) as server:
        found = Sink(server.port, receiver)
        receiver.at(found.url, Key("SUB-1", "hmac-sha256", SECRET))
        with found.http:
            yield found


def test_good_signature_verifies_and_altered_bytes_do_not(sink: Sink) -> None:
    headers, other = sink.signed(), BODY.replace(b"evt-1", b"evt-2")

    assert "verified" == sink.post(headers).headers[VERDICT]
    assert "digest-differs" == sink.post(headers, other).headers[VERDICT]
    assert "does-not-verify" == sink.post({**headers, "content-digest": digest_of(other)}, other).headers[VERDICT]
    assert "nonce-repeated" == sink.post(headers).headers[VERDICT]
    assert "verified" == sink.post(sink.signed(nonce="n-2")).headers[VERDICT]


@pytest.mark.parametrize(
    ("due", "how"),
    [
        ("does-not-verify", {"secret": "another-secret"}),
        ("uncovered", {"components": ("@method", "@target-uri")}),
        ("uncovered", {"components": ("content-digest",)}),
        ("verified", {"components": (*ALL, "@path")}),
        ("verified", {"alg": None}),
        ("unknown-algorithm", {"alg": "hmac-sm3"}),
        ("unknown-algorithm", {"alg": "hmac-md5"}),
        ("incomplete", {"nonce": None}),
        ("incomplete", {"created": None}),
        ("incomplete", {"keyid": None}),
    ],
)
def test_other_signatures_are_told_apart(sink: Sink, due: str, how: dict[str, str | None]) -> None:
    assert due == sink.post(sink.signed(**how)).headers[VERDICT]


@pytest.mark.parametrize("garbage", ["", "x", 's=("@method"', "s=();nonce", "s=:::", '((((("@method"' * 400])
def test_garbage_is_no_signature(sink: Sink, garbage: str) -> None:
    headers = {**sink.signed(), "signature-input": garbage or "-"}

    assert "unreadable" == sink.post(headers).headers[VERDICT]
    assert "absent" == sink.post({}).headers[VERDICT]


def test_subscription_by_sm3_is_verified_by_sm3_and_without_a_secret_nothing_is(sink: Sink) -> None:
    sink.receiver.at(sink.url, Key("SUB-1", "hmac-sm3", SECRET))

    assert "verified" == sink.post(sink.signed(alg="hmac-sm3")).headers[VERDICT]

    sink.receiver.at(sink.url, None)

    assert "unknown-key" == sink.post(sink.signed()).headers[VERDICT]


def test_answers_follow_the_script_and_later_ones_are_good(sink: Sink) -> None:
    sink.receiver.answer(503, 503, 410)

    assert [503, 503, 410, 204, 204] == [sink.post({}).status_code for _ in range(5)]
    assert 404 == sink.http.post(sink.url + "/elsewhere").status_code


def test_answer_that_is_kept_back_comes_when_it_is_released(sink: Sink) -> None:
    sink.receiver.answer(503, seconds=60)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(sink.post, {})
        sink.receiver.release()

        assert 503 == waiting.result().status_code


def test_sender_is_welcome_by_name(sink: Sink) -> None:
    said = sink.http.options(sink.url, headers={"WebHook-Request-Origin": "node.example"})

    assert (200, "node.example") == (said.status_code, said.headers["webhook-allowed-origin"])


def heard(headers: tuple[tuple[str, str], ...], body: bytes) -> Answer:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    return Answer(Exchange(1, "o", "hub:receiver", "POST", "http://x/events", headers, body, now, 0.0, 204, (), b""))


def test_events_are_read_in_structured_and_in_binary_mode() -> None:
    structured = read_event(heard((("content-type", "application/cloudevents+json; charset=utf-8"),), BODY))
    binary = read_event(
        heard(
            (
                ("content-type", "application/json"),
                ("ce-id", "evt-1"),
                ("ce-source", "urn:x"),
                ("ce-subject", "%E7%9B%AE"),
            ),
            b'{"code":"1/2"}',
        )
    )
    other = read_event(heard((("content-type", "application/json"),), BODY))

    assert (True, "1/2", ("evt-1", "urn:x")) == (structured.structured, structured.about, structured.id)
    assert (False, "目", ("evt-1", "urn:x")) == (binary.structured, binary.about, binary.id)
    assert {"code": "1/2"} == binary.attributes["data"]
    assert {} == other.attributes
