"""The hub's server: what it keeps, in which order, and what it does not let a node do to it."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

from conformance.hub.server import Asked, Limits, Said, Server

ANY = ("127.0.0.1", 0)
SMALL = Limits(body=64, requests=2, seconds=2.0)


def echo(asked: Asked) -> Said:
    return Said(200, {"path": asked.path, "length": len(asked.body)})


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, object]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.request(method, path, body or None, headers)
    response = line.getresponse()
    data = response.read()
    line.close()
    return response.status, json.loads(data) if data else None


def raw(server: Server, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(text)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(4096):
            answer += piece
    return answer


def test_requests_are_answered_and_kept_in_the_order_of_arrival() -> None:
    with Server(echo, ANY) as server:
        answers = [
            ask(server, "PUT", "/cascade/catalog/307500999/1", b"{}"),
            ask(server, "DELETE", "/x%20y?a=1"),
            ask(server, "HEAD", "/health"),
        ]
        heard = [server.take(5.0) for _ in answers]
        none = server.take()

    assert answers == [
        (200, {"path": "/cascade/catalog/307500999/1", "length": 2}),
        (200, {"path": "/x y", "length": 0}),
        (200, None),
    ]
    assert [one.asked.method for one in heard if one] == ["PUT", "DELETE", "HEAD"]
    assert [one.asked.target for one in heard if one][1] == "/x%20y?a=1"
    assert none is None


def test_chunked_bodies_are_put_together() -> None:
    head = b"POST /events HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    with Server(echo, ANY) as server:
        answer = raw(server, head + b"4\r\nab12\r\n3;x=y\r\ncd3\r\n0\r\n\r\n")
        heard = server.take(5.0)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert heard is not None
    assert heard.asked.body == b"ab12cd3"


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (b"Content-Length: 65", b"x" * 65, 413),
        (b"Content-Length: 9999999999999", b"", 413),
        (b"Content-Length: -1", b"", 400),
        (b"Content-Length: 20", b"short", 400),
        (b"Transfer-Encoding: chunked", b"28\r\n" + b"x" * 40 + b"\r\n28\r\n", 413),
        (b"Transfer-Encoding: chunked", b"what\r\n", 400),
        (b"Transfer-Encoding: gzip", b"", 501),
    ],
)
def test_bodies_that_are_too_long_or_wrong_are_refused_and_not_kept(head: bytes, body: bytes, status: int) -> None:
    with Server(echo, ANY, SMALL) as server:
        answer = raw(server, b"POST / HTTP/1.1\r\nHost: hub\r\n" + head + b"\r\n\r\n" + body)
        heard = server.take()

    assert answer.split(b" ", 2)[1] == str(status).encode()
    assert heard is None


def test_a_node_that_never_stops_is_refused_when_enough_was_heard() -> None:
    with Server(echo, ANY, SMALL) as server:
        statuses = [ask(server, "GET", f"/{number}")[0] for number in range(4)]
        kept = [server.take(), server.take(), server.take()]

    assert statuses == [200, 200, 503, 503]
    assert [one.asked.path if one else None for one in kept] == ["/0", "/1", None]


def test_a_handler_that_fails_is_the_suites_own_fault() -> None:
    def fails(_: Asked) -> Said:
        raise ValueError("no answer")

    with Server(fails, ANY) as server:
        status, _ = ask(server, "GET", "/")

        with pytest.raises(RuntimeError, match="the hub failed: ValueError"):
            server.take(5.0)

    assert status == 500
