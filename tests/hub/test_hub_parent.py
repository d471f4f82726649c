"""The municipal platform that the suite plays: whom it lets in, what it says, and what it can be told to say."""

from __future__ import annotations

import orjson

from conformance.hub.parent import Parent
from conformance.hub.server import Asked, Said, problem

ENTRY = {"code": "307500999/1", "version": 2, "digest": "sha-256:" + "a" * 64}
CATALOG = "/cascade/catalog/307500999/1"


def let_in(parent: Parent) -> tuple[tuple[str, str], ...]:
    given = parent(Asked("POST", "/oauth/token", (), b"grant_type=client_credentials")).body
    return (("authorization", f"Bearer {given['access_token']}"),)


def test_only_callers_with_a_token_or_a_signature_are_let_in() -> None:
    parent = Parent()
    known = let_in(parent)
    headers = [(), (("authorization", "Bearer made-up"),), known, (("gjgxjhpt_sign", "c2lnbmVk"),)]
    answers = [parent(Asked("GET", CATALOG, one)) for one in headers]

    assert [one.status for one in answers] == [401, 401, 404, 404]
    assert parent(Asked("POST", "/oauth/token", (), b"grant_type=password")).status == 400


def test_an_entry_is_registered_changed_shown_and_revoked() -> None:
    parent = Parent()
    known = let_in(parent)
    sent = orjson.dumps({"entry": ENTRY, "node": "500103"})
    steps = [("PUT", sent), ("PUT", sent), ("GET", b""), ("DELETE", b""), ("GET", b"")]
    answers = [parent(Asked(method, CATALOG, known, body)) for method, body in steps]

    assert [one.status for one in answers] == [201, 200, 200, 200, 200]
    assert [one.body["state"] for one in answers] == ["received", "received", "received", "revoked", "revoked"]
    assert {one.body["version"] for one in answers} == {2}
    assert {one.body["object"]["id"] for one in answers} == {"307500999/1"}


def test_a_case_gets_a_number_under_which_it_can_be_read_and_moved() -> None:
    parent = Parent()
    known = let_in(parent)
    made = parent(Asked("POST", "/disputes", known, orjson.dumps({"description": "x"})))
    place = f"/disputes/{made.body['id']}"

    assert made.status == 201
    assert made.headers == {"location": place}
    assert parent(Asked("GET", place, known)).body == made.body
    assert parent(Asked("POST", f"{place}/evaluate", known, b"{}")).status == 200
    assert parent(Asked("GET", "/disputes/UP-DIS-0", known)).status == 404


def test_it_says_what_it_was_told_to_say_last() -> None:
    parent = Parent()
    known = let_in(parent)
    parent.when(lambda asked: asked.method == "PUT", problem(422, "validation", "no"))
    parent.when(lambda asked: asked.path == CATALOG, Said(503))
    other = "/cascade/catalog/307500999/2"
    answers = [parent(Asked("PUT", path, known, b"{}")).status for path in (CATALOG, other)]

    assert answers == [503, 422]
