"""Signatures: the vectors of the standards, and what libraries that are not ours say to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import sys
from datetime import UTC, datetime
from typing import Any

import gmalg
import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SM3, Hash
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureAlgorithm, InvalidSignature, MappingKeyResolver

from conformance.judge import Untested
from conformance.node.signing import (
    COVERED,
    HMAC_SM3,
    SM2_SM3,
    Key,
    content_digest,
    gateway_md5,
    message_headers,
    national_headers,
)
from conformance.node.signing.algorithms import SIGNER_ID, sm2_sign

NOW = int(datetime.now(UTC).timestamp())
SHARED = Key("client-1", HMAC_SM3, "test-secret")
# GB/T 32918.5-2017, annex A.2: recommended curve, message "message digest"
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
PUBLIC = (
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
R = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
S = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
PAIR = Key("client-1:sm2", SM2_SM3, PRIVATE, PUBLIC)


def sm2_verifies(message: bytes, r: bytes, s: bytes) -> bool:
    return bool(gmalg.SM2(uid=SIGNER_ID, pk=b"\x04" + bytes.fromhex(PUBLIC)).verify(message, r, s))


def test_sm3_of_the_standard() -> None:
    own = hashlib.new("sm3", b"abc").hexdigest()
    other = Hash(SM3())
    other.update(b"abc")

    assert "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" == own
    assert own == other.finalize().hex()


def test_national_header_signature() -> None:
    made = national_headers("test-secret", "s_sys_service001", "CQ-TEST-RID", 1754006400000)

    assert {
        "gjgxjhpt_sid": "s_sys_service001",
        "gjgxjhpt_rid": "CQ-TEST-RID",
        "gjgxjhpt_rtime": "1754006400000",
        "gjgxjhpt_sign": "efLyoko0kxriL5+aNfLefHakQQAMpVE0pofZ6GjG/5s=",
    } == made


def test_gateway_signature_that_has_to_be_refused() -> None:
    made = gateway_md5("secret", "app", 1)

    assert {"appkey": "app", "requesttime": "1", "sign": hashlib.md5(b"appsecret1").hexdigest()} == made  # noqa: S324


def test_hmac_sm3_vector() -> None:
    text = b"s_sys_service001CQ-TEST-RID1754006400000"

    assert (
        "95385b1c152524141fab4c318713dd537c4e1a2481569c58c9f12ba3efb61880"
        == hmac.digest(b"test-secret", text, "sm3").hex()
    )


def test_sm2_vector_of_the_standard_is_right_to_the_oracle() -> None:
    assert sm2_verifies(b"message digest", bytes.fromhex(R), bytes.fromhex(S))
    assert not sm2_verifies(b"message digesT", bytes.fromhex(R), bytes.fromhex(S))


def test_another_library_verifies_our_sm2() -> None:
    r, s = decode_dss_signature(sm2_sign(PAIR, b"message digest"))

    assert sm2_verifies(b"message digest", r.to_bytes(32, "big"), s.to_bytes(32, "big"))


def test_our_library_verifies_another_ones_sm2() -> None:
    import gmssl_pyx  # noqa: PLC0415 - only here
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415

    pair = bytes.fromhex(PRIVATE), SIGNER_ID, b"\x04" + bytes.fromhex(PUBLIC)
    r, s = gmalg.SM2(*pair).sign(b"message digest")
    made = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    vector = encode_dss_signature(int(R, 16), int(S, 16))

    assert gmssl_pyx.sm2_verify(bytes.fromhex(PUBLIC), b"message digest", made, SIGNER_ID)
    assert gmssl_pyx.sm2_verify(bytes.fromhex(PUBLIC), b"message digest", vector, SIGNER_ID)


def test_sm2_without_its_library_is_untested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)

    with pytest.raises(Untested, match=r"SM2 is not installed \(district-conformance\[sm\]\)") as caught:
        sm2_sign(PAIR, b"")

    assert "未安装 SM2 支持（district-conformance[sm]）" == caught.value.reason.zh


def test_sm2_with_a_key_that_is_none_is_untested() -> None:
    with pytest.raises(Untested, match=r"Key k is no SM2 key"):
        sm2_sign(Key("k", SM2_SM3, "00", PUBLIC), b"")


class HmacSm3(HTTPSignatureAlgorithm):  # type: ignore[misc]
    algorithm_id = HMAC_SM3

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        del private_key
        self.key = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        if not hmac.compare_digest(signature, hmac.digest(self.key, message, "sm3")):
            raise InvalidSignature("wrong")


def read_by_another(request: httpx2.Request) -> list[Any]:
    keys = MappingKeyResolver(public_keys={SHARED.id: SHARED.secret.encode()}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=HmacSm3, key_resolver=keys)
    return list(verifier.verify(request, require_components=COVERED, body=request.content))


def test_another_library_reads_our_message_signature() -> None:
    url, body = "http://127.0.0.1:8080/exchange/batches?x=1&y=%E4%B8%AD", b'{"a": 1}'
    headers = message_headers(SHARED, ("POST", url, body), NOW, "nonce-1")
    [read] = read_by_another(httpx2.Request("POST", url, headers=headers, content=body))

    assert "nonce-1" == read.nonce
    assert {"created", "nonce", "keyid", "alg"} == set(read.parameters)
    assert sorted(f'"{one}"' for one in COVERED) == sorted(
        one for one in read.covered_components if "params" not in one
    )


def test_another_library_refuses_it_for_another_target() -> None:
    headers = message_headers(SHARED, ("GET", "http://127.0.0.1:8080/a", b""), NOW, "nonce-1")

    with pytest.raises(InvalidSignature):
        read_by_another(httpx2.Request("GET", "http://127.0.0.1:8080/b", headers=headers))


def test_content_digest_of_the_rfc() -> None:
    """RFC 9530, appendix B.1: the body of the example."""
    body = b'{"hello": "world"}\n'
    due = base64.b64encode(hashlib.sha256(body).digest()).decode()

    assert "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:" == content_digest(body)
    assert f"sha-256=:{due}:" == content_digest(body)


def test_a_replay_signs_nothing() -> None:
    headers = message_headers(Key("k", SM2_SM3, ""), ("GET", "http://127.0.0.1/", b""), NOW, "n")

    assert "sig1=::" == headers["signature"]
