"""A profile or a command that is wrong: exit code 2, file, line and member named, nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

HEAD = "profile: 1\nnode:\n  url: http://127.0.0.1:9\n"
IDENTITY = "access:\n  identities:\n    reader:\n      client_id: a\n      secret: {%s}\n"

WRONG = {
    "unknown key": (HEAD + "acess: {}\n", 4, "acess", "acess"),
    "unknown key inside": (HEAD + "access:\n  mode: observe\n  rates: 5\n", 6, "rates", "rates"),
    "wrong type": (HEAD + "access:\n  budget: many\n", 5, "整数", "integer"),
    "wrong value": (HEAD + "access:\n  mode: destroy\n", 5, "observe", "observe"),
    "no url": ("profile: 1\nnode: {}\n", 2, "url", "url"),
    "secret not in the environment": (
        HEAD + IDENTITY % "env: NO_SUCH_VARIABLE_HERE",
        6,
        "NO_SUCH_VARIABLE_HERE",
        "missing",
    ),
    "secret not in a file": (HEAD + IDENTITY % "file: no-such-file", 6, "no-such-file", "missing or empty"),
    "secret in plain words": (HEAD + IDENTITY % "plain: 123456", 8, "plain", "plain"),
    "not YAML": (HEAD + "access: [\n", 5, "不是 YAML", "not YAML"),
    "no mapping": ("- a\n- b\n", 1, "键值", "mapping"),
    "port that cannot be": (HEAD.replace(":9", ":99999"), 3, "node.url", "node.url"),
    "proxy without host": (HEAD + "access:\n  proxy: 'http://'\n", 5, "access.proxy", "access.proxy"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_profile_is_named_with_file_and_line(cli: Cli, tmp_path: Path, name: str) -> None:
    content, line, chinese, english = WRONG[name]
    (tmp_path / "node.yaml").write_text(content, encoding="utf-8")

    run = cli("--lang", "zh", "run", "node.yaml", "--out", "out")
    doctor = cli("--lang", "en", "doctor", "node.yaml")

    assert (2, 2) == (run.returncode, doctor.returncode)
    assert f"node.yaml 第 {line} 行" in run.stderr
    assert chinese in run.stderr
    assert f"node.yaml, line {line}" in doctor.stderr
    assert english in doctor.stderr
    assert not (tmp_path / "out").exists()


MORE = {
    "no such file": ("run", "no-such.yaml"),
    "a file that is not text": ("run", "binary.yaml"),
    "unknown class": ("run", "claims.yaml"),
    "parameter of the bureau": ("run", "parameter.yaml"),
    "CA file that is none": ("run", "ca.yaml"),
    "credentials in the URL": ("run", "http://name:secret-word@127.0.0.1:9/"),
    "a port that cannot be": ("run", "http://127.0.0.1:99999/"),
    "a broken address": ("run", "http://[::1"),
    "another protocol": ("run", "ftp://127.0.0.1/"),
    "unknown requirement": ("run", "http://127.0.0.1:9", "--requirement", "CAT-999"),
    "unknown mode": ("run", "http://127.0.0.1:9", "--mode", "destroy"),
    "seed that is no number": ("run", "http://127.0.0.1:9", "--seed", "x"),
    "seed beyond 64 bits": ("run", "http://127.0.0.1:9", "--seed", "99999999999999999999"),
    "sandbox that nobody allowed": ("run", "observe.yaml", "--mode", "sandbox"),
    "out is a file": ("run", "http://127.0.0.1:9", "--out", "binary.yaml"),
    "replay of nothing": ("replay", "."),
    "report on nothing": ("report", "no-such-folder"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_command_at_all_shows_the_help(cli: Cli, lang: str) -> None:
    done = [cli(env={"LC_ALL": {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}[lang]}), cli("--lang", lang)]
    words = {"zh": "用法：", "en": "Usage: "}

    assert [2, 2] == [one.returncode for one in done]
    assert [] == [one for one in done if words[lang] not in one.stdout + one.stderr]
    assert [] == [one for one in done if "Traceback" in one.stderr]


@pytest.mark.parametrize("name", MORE)
def test_wrong_command_ends_with_exit_code_2(cli: Cli, tmp_path: Path, node: str, name: str) -> None:
    files = {
        "claims.yaml": HEAD + "statement:\n  claims: [catalog/no-such]\n",
        "parameter.yaml": HEAD + "parameters:\n  catalog.highest-level: '9'\n",
        "ca.yaml": HEAD + "access:\n  ca_file: claims.yaml\n",
        "observe.yaml": HEAD.replace("http://127.0.0.1:9", node),
    }
    for file, content in files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")

    done = [cli("--lang", lang, *MORE[name]) for lang in ("zh", "en")]

    assert [2, 2] == [one.returncode for one in done]
    assert ["", ""] == [one.stdout for one in done] or name == "sandbox that nobody allowed"
    assert any("\u4e00" <= char <= "\u9fff" for char in done[0].stderr)
    assert not any("\u4e00" <= char <= "\u9fff" for char in done[1].stderr)
    assert not [one for one in done if "Traceback" in one.stderr or "secret-word" in one.stderr]
