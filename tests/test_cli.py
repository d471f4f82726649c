"""The command line as a person meets it: help in one language at a time, exit codes, the law in words."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conformance import __version__
from conformance.node import load_profile
from conformance.resources import folder

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from conformance.law import Law

    Cli = Callable[..., subprocess.CompletedProcess[str]]

COMMANDS = (
    "demo", "run", "doctor", "list", "explain", "replay", "report", "new-profile", "lint", "coverage", "node",
    "data", "profile-data", "generate",
)  # fmt: skip
STANDARDS = folder("standards")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b|^[A-Z][a-z]+:", re.MULTILINE)
HEAVY = {"pytest", "_pytest", "hypothesis", "httpx2", "jsonschema", "jsonschema_rs", "rdflib", "pyshacl", "jinja2"}


def option_blocks(words: str) -> list[str]:
    """Each option of a help text with its explanation, in one line."""
    lines = words.splitlines()
    starts = [n for n, line in enumerate(lines) if re.match(r"  -", line)]
    return [" ".join([lines[n], *(one for one in lines[n + 1 : n + 3] if one.startswith(" " * 6))]) for n in starts]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_one_language(cli: Cli, command: str) -> None:
    words = [command] if command else []
    chinese = cli(*words, "--help", "--lang", "zh")
    english = cli("--lang", "en", *words, "--help")
    text = "\n".join(line for line in chinese.stdout.splitlines() if not line.startswith("用法："))

    assert (0, 0, "", "") == (chinese.returncode, english.returncode, chinese.stderr, english.stderr)
    assert [] == ENGLISH.findall(text)
    assert [] == CHINESE.findall(english.stdout)
    assert [] == [one for one in option_blocks(chinese.stdout) if not CHINESE.search(one)]
    assert [] == [one for one in option_blocks(english.stdout) if not re.search(r"  [A-Za-z]", one.lstrip())]
    assert "..." not in english.stdout.partition("Commands:")[2]


def test_help_names_every_command_and_exit_code(cli: Cli) -> None:
    done = cli("--help")

    listed = re.findall(r"^  ([a-z][a-z-]+)  ", done.stdout, re.MULTILINE)
    assert list(COMMANDS) == listed
    assert ["0", "1", "2", "3", "4"] == re.findall(r"\b([0-4]) [a-z]", " ".join(done.stdout.split()))


@pytest.mark.parametrize("arguments", [("--lang", "zh", "list"), ("list", "--lang", "zh"), ("list", "--lang=zh")])
def test_language_stands_before_or_after_the_command(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments, "--requirement", "CAT-019")

    assert 0 == done.returncode
    assert "有条件共享的条件" in done.stdout


@pytest.mark.parametrize(
    ("locale", "chinese"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "C"}, False),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
        ({"LC_ALL": "de_DE.UTF-8"}, False),
    ],
)
def test_language_follows_the_locale(cli: Cli, locale: dict[str, str], chinese: bool) -> None:
    done = cli("explain", "CAT-019", env=locale)

    assert 0 == done.returncode
    assert chinese is bool(CHINESE.search(done.stdout))


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_a_terminal_of_another_encoding_breaks_nothing(cli: Callable[..., Any], encoding: str) -> None:
    for words in (["--help"], ["list"], ["explain", "CAT-035"]):
        done = cli("--lang", "zh", *words, env={"PYTHONIOENCODING": encoding}, encoding=None)

        assert (0, b"") == (done.returncode, done.stderr)


def test_version(cli: Cli) -> None:
    assert f"conformance {__version__}\n" == cli("--version").stdout


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("frobnicate",), "没有命令 frobnicate", "No such command frobnicate"),
        (("explian", "CAT-001"), "可用：explain", "There is: explain"),
        (("run", "x", "--mod", "observe"), "没有选项 --mod，是否指 --mode", "No such option '--mod'"),
        (("run", "x", "--mode", "write"), "应为 observe、sandbox 之一", "not one of 'observe', 'sandbox'"),
        (("run", "x", "--mode"), "选项 --mode 的用法不对", "'--mode' requires an argument"),
        (("demo", "--scale", "many"), "--scale 的值不合适，应为整数", "'many' is not a valid integer"),
        (("run",), "缺少 NODE", "Missing argument 'NODE'"),
        (("list", "extra"), "多余的参数 extra", "unexpected extra argument (extra)"),
        (("explain", "CAT-999"), "未知：CAT-999", "Unknown: CAT-999"),
        (("list", "--standard", "catalogue"), "可用：catalog", "There is: catalog"),
        (("list", "--class", "catalog/cor"), "catalog/core", "catalog/core"),
        (("run", "no-such-file.yaml"), "no-such-file.yaml 无法读取", "no-such-file.yaml cannot be read"),
        (("run", "ftp://node.example"), "既不是存在的配置文件", "neither a profile that exists"),
        (("run", "https://me:secret@node.example"), "地址中不得带凭证", "carries no credentials"),
        (("new-profile", "node.example"), "也不是 http(s) 地址", "nor an http(s) URL"),
        (("replay", "nowhere"), "nowhere 不是运行目录", "nowhere is not a run folder"),
        (("report", "nowhere"), "nowhere 不是运行目录", "nowhere is not a run folder"),
        (("demo", "--scale", "3"), "参考节点不接受这些选项", "The reference node refuses these options"),
        (("--lang", "fr", "list"), "--lang", "--lang is zh or en"),
    ],
)  # fmt: skip
def test_wrong_commands_exit_2_in_both_languages(
    cli: Cli, arguments: tuple[str, ...], chinese: str, english: str
) -> None:
    lang = [] if "--lang" in arguments else ["--lang", "zh"]
    in_chinese, in_english = cli(*lang, *arguments), cli(*arguments)

    assert (2, 2) == (in_chinese.returncode, in_english.returncode)
    assert chinese in in_chinese.stderr
    assert english in in_english.stderr
    assert "Traceback" not in in_chinese.stderr + in_english.stderr
    assert "secret" not in in_chinese.stderr + in_english.stderr


def test_an_unknown_requirement_gets_suggestions(cli: Cli) -> None:
    done = cli("explain", "CAT-0119")

    assert 2 == done.returncode
    assert "CAT-019" in done.stderr


def test_nothing_asked_shows_the_help(cli: Cli) -> None:
    done = cli("--lang", "zh")

    assert all(name in done.stdout + done.stderr for name in COMMANDS)


def test_list_has_every_requirement(cli: Cli, law: Law) -> None:
    done = cli("list", "--lang", "zh")

    assert 0 == done.returncode
    assert list(law.requirements) == re.findall(r"\b((?:CAT|STD|ARC|API|PRC|CMP)-\d{3})\b", done.stdout)
    assert all(words in done.stdout for words in ("待建", "检查", "佐证"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--standard", "catalog"), lambda row: row.standard == "catalog"),
        (("--class", "catalog/open"), lambda row: row.class_id == "catalog/open"),
        (("--requirement", "CAT-001", "--requirement", "ARC-001"), lambda row: row.id in {"CAT-001", "ARC-001"}),
        (("--standard", "catalog", "--class", "data/live"), lambda _: False),
    ],
)  # fmt: skip
def test_list_is_narrowed(cli: Cli, law: Law, options: tuple[str, ...], expected: object) -> None:
    done = cli("list", *options)

    assert callable(expected)
    named = re.findall(r"\b([A-Z]{3}-\d{3})\b", done.stdout)
    assert [row.id for row in law.requirements.values() if expected(row)] == named


def test_explain_says_all_that_the_law_says(cli: Cli, law: Law) -> None:
    row = law.requirements["CAT-035"]
    english, chinese = cli("explain", "cat-035").stdout, cli("explain", "CAT-035", "--lang", "zh").stdout

    for words in (row.title, row.text, row.remedy, row.source.cite):
        assert words.en in english
        assert words.zh in chinese
    assert "catalog.binding-rate: 1.0" in english
    assert "B*: 二手依据（仅理念有此依据" in chinese


@pytest.mark.parametrize("name", ["STD-012", "STD-033", "API-007", "ARC-015", "CMP-012", "PRC-038"])
def test_explain_shows_parameters_and_dispositions(cli: Cli, law: Law, name: str) -> None:
    done = cli("explain", name, "--lang", "zh")

    assert 0 == done.returncode
    assert [] == [
        one.id
        for one in law.edition.parameters.values()
        if name in one.requirements and f"{one.id}: " not in done.stdout
    ]
    assert "None" not in done.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_new_profile_can_be_loaded(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    done = cli("new-profile", "https://node.example/base/", "--lang", lang)
    monkeypatch.setenv("NODE_READER_SECRET", "from the environment")
    profile = load_profile(tmp_path / "node.yaml")

    assert 0 == done.returncode
    assert "node.yaml" in done.stderr
    assert "https://node.example/base" == profile.url
    assert "observe" == profile.access.mode
    assert {"reader": "from the environment"} == {name: one.secret for name, one in profile.access.identities.items()}
    assert profile.claims is None
    comments = re.findall(r"# (.*)", (tmp_path / "node.yaml").read_text("utf-8"))
    assert (lang == "zh") is any(CHINESE.search(one) for one in comments)


ROLES = ("reader", "editor", "head", "reviewer", "auditor", "operator")


def test_what_new_profile_comments_out_can_be_loaded_too(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("new-profile", "https://node.example", "--lang", "zh")
    path = tmp_path / "node.yaml"
    lines = path.read_text("utf-8").splitlines()
    shown = [re.sub(r"^(\s*)# (?= *[a-z_]+: )", r"\1", line) for line in lines if "claims: descriptor" not in line]
    path.write_text("\n".join(shown).replace("ca_file: ca.pem", "ca_file: node.yaml"), encoding="utf-8")
    for name in re.findall(r"env: (NODE_\w+)", path.read_text("utf-8")):
        monkeypatch.setenv(name, f"{name}-secret")
    area = {"type": "Polygon", "coordinates": [[[106, 29], [107, 29], [107, 30], [106, 29]]]}
    (tmp_path / "control-points.csv").write_text("id,longitude,latitude\nP,106.5,29.5\n", encoding="utf-8")
    (tmp_path / "boundary.geojson").write_text(json.dumps(area), encoding="utf-8")
    (tmp_path / "legal-person.parquet").write_bytes(b"")
    for name in re.findall(r"file: (\w+\.secret)", path.read_text("utf-8")):
        (tmp_path / name).write_text("kept in a file\n", encoding="utf-8")
    profile = load_profile(path)

    assert {*ROLES, "expired", "rotation"} == set(profile.access.identities)
    assert profile.access.sandbox is not None
    assert "307500999" == profile.access.sandbox.prefix
    assert profile.claims
    assert "500103" == profile.code
    assert {"catalog.binding-sample": 500} == profile.parameters
    assert profile.references is not None
    assert {"legal-person"} == set(profile.references.municipal)


def test_new_profile_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    refused = cli("new-profile", "https://node.example", "--to", "mine.yaml")
    kept = (tmp_path / "mine.yaml").read_text("utf-8")
    forced = cli("new-profile", "https://node.example", "--to", "mine.yaml", "--force")
    nowhere = cli("new-profile", "https://node.example", "--to", "no/such/folder.yaml")

    assert (2, 0, 2) == (refused.returncode, forced.returncode, nowhere.returncode)
    assert "mine" == kept
    assert "--force" in refused.stderr
    assert "profile: 1" in (tmp_path / "mine.yaml").read_text("utf-8")
    assert "cannot be written" in nowhere.stderr


@pytest.mark.parametrize("words", [("--help",), ("list",), ("explain", "CAT-001"), ("run", "--help"), ("--version",)])
def test_light_commands_import_nothing_heavy(program: Cli, words: tuple[str, ...]) -> None:
    done = program(sys.executable, "-X", "importtime", "-m", "conformance", *words)
    found = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}

    assert 0 == done.returncode
    assert set() == HEAVY & found
    assert {"conformance", "click"} <= found


def test_doctor_alone_leaves_nothing_behind(cli: Cli, node: str, tmp_path: Path) -> None:
    chinese, english = cli("doctor", node, "--lang", "zh"), cli("doctor", node)

    assert (0, 0) == (chinese.returncode, english.returncode)
    assert "一切就绪" in chinese.stdout
    assert "All is ready" in english.stdout
    assert [] == CHINESE.findall(english.stdout)
    assert [] == list(tmp_path.iterdir())
