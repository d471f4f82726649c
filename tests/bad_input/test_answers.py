"""A node that answers with something that is no proper answer: the run ends, says what came, and can be replayed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import BRIEF, events, manifest, outcomes, readable, reasons, the_run, write_profile
from fixtures.stranger import started as stranger

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

MEGABYTES = 400  # of memory, at most, whatever a node sends
SAID = {
    "html": ("不是 JSON", "not JSON"),
    "redirect": ("状态 302", "status 302"),
    "endless": ("超时|响应过大", "timed out|response too large"),
    "flood": ("响应过大", "response too large .more than 200000 bytes."),
    "zip-bomb": ("响应过大", "response too large .more than 200000 bytes."),
    "header-flood": ("不符合 HTTP", "not proper HTTP"),
    "wrong-length": ("不符合 HTTP", "not proper HTTP"),
    "garbage": ("不是 JSON", "not JSON"),
    "loop-paging": ("游标重复或无尽", "the cursor repeats or never ends"),
}


@pytest.mark.parametrize("name", SAID)
def test_improper_answer_is_named(cli: Cli, tmp_path: Path, name: str) -> None:
    more = {"max_body": 200_000} if name != "endless" else {}
    with stranger(name) as node:
        profile = write_profile(tmp_path / "node.yaml", node.line["url"], timeout=BRIEF, **more)
        done = cli("--lang", "zh", "run", profile, "--requirement", "CAT-001", "--out", "out")
    folder = the_run(tmp_path / "out")
    again = readable(cli, folder)

    assert done.returncode in {1, 3}
    assert not {"passed", "error"} & set(outcomes(folder))
    assert re.search(SAID[name][0], reasons(folder, "zh"))
    assert re.search(SAID[name][1], reasons(folder, "en"))
    assert manifest(folder)["complete"] is True
    assert (0, done.returncode) == again[:2]
    assert "The replay reaches the same verdicts" in again[2]
    assert done.memory < MEGABYTES


def test_silence_that_begins_with_the_examination_is_replayed(cli: Cli, tmp_path: Path) -> None:
    with stranger("endless") as node:
        profile = write_profile(tmp_path / "node.yaml", node.line["url"], timeout=BRIEF | {"total": 0.2})
        done = cli("--lang", "en", "run", profile, "--requirement", "CAT-001", "--out", "out")

    assert 3 == done.returncode
    assert "The replay reaches the same verdicts" in readable(cli, the_run(tmp_path / "out"))[2]


def test_catalog_that_changes_between_two_reads(cli: Cli, tmp_path: Path) -> None:
    with stranger("flicker") as node:
        done = cli("--lang", "en", "run", node.line["url"], "--requirement", "CAT-001", "--out", "out")
    folder = the_run(tmp_path / "out")

    assert done.returncode in {1, 3}
    assert {"CAT-001"} == {one["requirement"] for one in events(folder, "result")}
    assert not [one for one in events(folder, "result") if one["outcome"] == "passed"]
    assert (0, done.returncode) == readable(cli, folder)[:2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_redirect_of_the_descriptor_is_said_and_not_followed(cli: Cli, lang: str) -> None:
    with stranger("redirect", "--door", "none") as node:
        done = cli("--lang", lang, "doctor", node.line["url"])
    words = {
        "zh": "302，指向 http://127.0.0.1:9/；不跟随重定向",
        "en": "302 to http://127.0.0.1:9/: redirects are not followed",
    }

    assert 3 == done.returncode
    assert words[lang] in done.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_web_page_in_place_of_the_descriptor_is_said(cli: Cli, lang: str) -> None:
    with stranger("html", "--door", "none") as node:
        done = cli("--lang", lang, "doctor", node.line["url"])
    words = {"zh": "返回 200 text/html，不是 JSON 对象", "en": "gave 200 text/html, not a JSON object"}

    assert 3 == done.returncode
    assert words[lang] in done.stdout
