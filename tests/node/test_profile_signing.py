"""The section access.signing of a profile: what it refers to, what evidence shows of it, what it keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.node import ProfileError, load_profile
from conformance.node.identity import offered
from conformance.node.signing import Key, Signing

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC = "ab" * 64
SIGNING: dict[str, Any] = {
    "rid": "CQ-1",
    "key": {"env": "NODE_KEY"},
    "keys": [
        {"id": "k1", "algorithm": "hmac-sm3", "secret": {"env": "NODE_KEY"}},
        {"id": "k2", "algorithm": "sm2-sm3", "secret": {"file": "sm2.key"}, "public": PUBLIC},
    ],
    "expired": {"client_id": "old", "secret": {"env": "OLD_SECRET"}, "rid": "CQ-2", "key": {"env": "OLD_SECRET"}},
    "rotation": {"client_id": "turning", "secret": {"file": "turning.secret"}},
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NODE_KEY", "OLD_SECRET", "READER"):
        monkeypatch.setenv(name, f"very-secret-{name}")
    (tmp_path / "sm2.key").write_text("cd" * 32, encoding="ascii")
    (tmp_path / "turning.secret").write_text("very-secret-turning\n", encoding="ascii")
    return tmp_path


def written(home: Path, signing: dict[str, Any]) -> Path:
    reader = {"client_id": "reader-1", "secret": {"env": "READER"}}
    access = {"identities": {"reader": reader}, "signing": signing}
    path = home / "node.yaml"
    path.write_text(json.dumps({"profile": 1, "node": {"url": "http://127.0.0.1:1"}, "access": access}))
    return path


def test_identities_sign_with_what_the_profile_refers_to(home: Path) -> None:
    known = load_profile(written(home, SIGNING)).access.identities
    keys = Key("k1", "hmac-sm3", "very-secret-NODE_KEY"), Key("k2", "sm2-sm3", "cd" * 32, PUBLIC)

    assert {"reader", "expired", "rotation"} == set(known)
    assert Signing("CQ-1", "very-secret-NODE_KEY", keys) == known["reader"].signing
    assert Signing("CQ-2", "very-secret-OLD_SECRET") == known["expired"].signing
    assert ["turning", "very-secret-turning", True] == [
        known["rotation"].client_id,
        known["rotation"].secret,
        known["rotation"].renewable,
    ]
    assert not known["reader"].renewable


def test_secrets_are_known_to_redaction_and_shown_nowhere(home: Path) -> None:
    profile = load_profile(written(home, SIGNING))
    told = {"very-secret-NODE_KEY", "very-secret-OLD_SECRET", "very-secret-READER", "very-secret-turning", "cd" * 32}

    assert told <= set(profile.secrets)
    assert not [one for one in told if one in json.dumps(profile.public()) + repr(profile)]


def test_a_renewed_secret_is_kept_for_the_next_run(home: Path) -> None:
    path = written(
        home, {**SIGNING, "rotation": {**SIGNING["rotation"], "rid": "t", "key": {"file": "turning.secret"}}}
    )
    renewed = load_profile(path).access.identities["rotation"].renewed("another-secret")

    assert "another-secret" == load_profile(path).access.identities["rotation"].secret
    assert Signing("t", "another-secret") == renewed.signing


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({"key": {"env": "NOT_THERE"}}, r"line 1: the secret of role reader at \$NOT_THERE is missing or empty"),
        ({"key": "in clear"}, r"access\.signing\.key: a value that is not shown here"),
        ({"keys": [{"id": "k", "algorithm": "md5", "secret": {"env": "NODE_KEY"}}]}, r"access\.signing\.keys\.0"),
        ({"salt": "x"}, r"unknown member salt"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_member(home: Path, change: dict[str, Any], due: str) -> None:
    with pytest.raises(ProfileError, match=due) as caught:
        load_profile(written(home, {**SIGNING, **change}))

    assert "in clear" not in str(caught.value)


@pytest.mark.parametrize(
    "given", [None, [], {"role": "reader"}, {"role": "reader", "clientId": 1, "clientSecret": "x"}]
)
def test_an_offer_that_is_none_is_left_alone(given: Any) -> None:
    assert offered(given) is None


def test_an_offer_with_odd_keys_brings_what_can_be_used() -> None:
    keys = [7, {"keyId": "k"}, {"keyId": "k", "algorithm": "hmac-sm3", "secret": "s"}]
    one = {"role": "reader", "clientId": "c", "clientSecret": "s", "purpose": "expired", "signing": {"keys": keys}}
    found = offered(one)

    assert found is not None
    assert ("expired", Signing("", "", (Key("k", "hmac-sm3", "s"),))) == (found[0], found[1].signing)
