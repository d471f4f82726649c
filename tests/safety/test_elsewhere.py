"""Nothing that a node says makes the suite talk to another host; proxies and certificates are those of the profile."""

from __future__ import annotations

import json
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import events, outcomes, reasons, the_run, write_profile
from bad_input.relay import Asked, Told, relay, trap

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

DCAT = "/catalog/dcat"


def hrefs(there: str) -> list[str]:
    host = there.removeprefix("http://")
    return [
        f"{there}/inner",
        f"//{host}/inner",
        f"http://user@{host}/inner",
        f"HTTP://{host}/",
        f"{there}\\@127.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://127.0.0.1:9/_x",
        f"\t{there}/inner",
        f"http://[::ffff:127.0.0.1]:{host.partition(':')[2]}/",
    ]


def test_bindings_that_lead_elsewhere_are_not_followed(cli: Cli, tmp_path: Path, node: str) -> None:
    with trap() as elsewhere:
        ways = hrefs(elsewhere.url)

        def lead_away(asked: Asked, told: Told) -> Told:
            if not asked.path.startswith("/catalog/resources") or told.status != 200:
                return told
            page = json.loads(told.body)
            for n, entry in enumerate(page.get("items", [])):
                for binding in entry.get("bindings", []):
                    binding["href"] = ways[n % len(ways)]
            return told.with_body(json.dumps(page).encode())

        with relay(node, lead_away) as seen:
            done = cli("--lang", "en", "run", seen.url, "--class", "catalog/linkage", "--out", "out")
    folder = the_run(tmp_path / "out")

    assert [] == elsewhere.caught
    assert 1 == done.returncode
    assert 0 == outcomes(folder)["error"]
    assert {"CAT-035"} <= {one["requirement"] for one in events(folder, "result") if one["outcome"] == "failed"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_and_not_followed(cli: Cli, tmp_path: Path, node: str, status: int) -> None:
    with trap() as elsewhere:

        def send_away(asked: Asked, told: Told) -> Told:
            if asked.path.startswith("/.well-known") or asked.n % 2:
                return told
            return Told(status, (("Location", f"{elsewhere.url}/inner"),), b"")

        with relay(node, send_away) as seen:
            done = cli("--lang", "en", "run", seen.url, "--class", "catalog/lists", "--out", "out")

    assert [] == elsewhere.caught
    assert done.returncode in {1, 3}
    assert 0 == outcomes(the_run(tmp_path / "out"))["error"]


CONTEXTS = {
    "context by its address": lambda url: url,
    "context in a list": lambda url: [[url], {}],
    "import": lambda url: {"@import": url},
    "context of a term": lambda url: {"name": {"@id": "http://purl.org/dc/terms/title", "@context": url}},
    "import in the context of a term": lambda url: {"name": {"@id": "urn:x", "@context": [{"@import": url}]}},
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_linked_data_is_read_without_asking_another_host(cli: Cli, tmp_path: Path, node: str, name: str) -> None:
    with trap() as elsewhere:

        def refer(asked: Asked, told: Told) -> Told:
            if not asked.path.startswith(DCAT) or told.status != 200:
                return told
            document = json.loads(told.body)
            own, more = document["@context"], CONTEXTS[name](f"{elsewhere.url}/context.jsonld")
            document["@context"] = {**own, **more} if isinstance(more, dict) else [own, more]
            return told.with_body(json.dumps(document).encode())

        with relay(node, refer) as seen:
            done = cli("--lang", "en", "run", seen.url, "--requirement", "CAT-047", "--out", "out")

    assert [] == elsewhere.caught
    assert 1 == done.returncode
    assert f"refers to the context {elsewhere.url}" in reasons(the_run(tmp_path / "out"))


def test_proxy_of_the_profile_is_used_even_for_names_that_only_it_knows(cli: Cli, tmp_path: Path, node: str) -> None:
    with relay(node) as proxy:
        profile = write_profile(tmp_path / "node.yaml", "http://node.district.invalid", proxy=proxy.url)
        done = cli("--lang", "en", "run", profile, "--requirement", "CAT-001", "--out", "out")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert {"http://node.district.invalid"} == {one.target[:28] for one in proxy.seen}


def test_proxies_of_the_environment_are_ignored(cli: Cli, node: str) -> None:
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    with trap() as elsewhere:
        env = dict.fromkeys(names, elsewhere.url) | {"no_proxy": "", "NO_PROXY": ""}
        done = cli("--lang", "en", "run", node, "--requirement", "CAT-001", "--out", "out", env=env)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert [] == elsewhere.caught


def test_proxy_that_is_not_there_is_named(cli: Cli, tmp_path: Path) -> None:
    with trap() as gone:
        proxy = gone.url
    profile = write_profile(tmp_path / "node.yaml", "http://node.district.invalid", proxy=proxy)
    done = {lang: cli("--lang", lang, "doctor", profile) for lang in ("zh", "en")}

    assert [3, 3] == [one.returncode for one in done.values()]
    assert "代理失败" in done["zh"].stderr
    assert "proxy failed" in done["en"].stderr


@pytest.fixture
def authority(tmp_path: Path) -> ssl.SSLContext:
    """A server certificate by a private authority, whose own lies in ca.pem."""
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="ascii")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    for words in (
        ("req", "-x509", *key, "-subj", "/CN=private authority", "-keyout", "ca.key", "-out", "ca.pem"),
        ("req", *key[:-2], "-subj", "/CN=node", "-keyout", "node.key", "-out", "node.csr"),
        ("x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "names", "-out", "node.pem"),
    ):  # fmt: skip
        subprocess.run(["openssl", *words], cwd=tmp_path, check=True, capture_output=True)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "node.pem", tmp_path / "node.key")
    return made


def test_private_authority_of_the_profile_is_trusted_and_no_other(
    cli: Cli, tmp_path: Path, node: str, authority: ssl.SSLContext
) -> None:
    with relay(node, tls=authority) as seen:
        profile = write_profile(tmp_path / "node.yaml", seen.url, ca_file="ca.pem")
        trusted = cli("--lang", "en", "run", profile, "--requirement", "CAT-001", "--out", "out")
        unknown = cli("--lang", "en", "run", seen.url, "--requirement", "CAT-001", "--out", "out")

    assert 0 == trusted.returncode, trusted.stdout + trusted.stderr
    assert 3 == unknown.returncode
    assert "TLS failed" in unknown.stderr
