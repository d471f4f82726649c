"""A profile is right or is refused with its file, its line and its member, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.node import Profile, ProfileError, load_profile

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Cli = Callable[..., subprocess.CompletedProcess[str]]

GOOD = """\
profile: 1
node:
  url: https://node.example/base
  code: "500103"
  name: {zh: 渝中区, en: Yuzhong}
statement:
  edition: "2026.1"
  claims: [catalog/core, catalog/changes]
access:
  mode: sandbox
  token: /oauth/token
  identities:
    reader: {client_id: reader, secret: {env: A_READER_SECRET}}
    editor:
      client_id: editor
      secret: {file: editor.secret}
    auditor: {token: {env: AN_AUDITOR_TOKEN}}
  sandbox: {prefix: "307500999", reset: true}
  rate: 20
  budget: 50000
  timeout: {connect: 5, read: 15, total: 60}
parameters: {catalog.binding-sample: 500}
"""
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=2),
    max_leaves=4,
)
FRAGMENTS = st.text(max_size=4) | st.sampled_from(
    [
        "\t",
        ": ",
        "- ",
        "&a ",
        "*a",
        "{",
        "[",
        "]",
        "}",
        "'",
        '"',
        "!!set ",
        "<<: ",
        "? ",
        "| ",
        "\x00",
        "---\n",
        "%",
        "#",
    ]
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with every secret that the good profile refers to."""
    where = tmp_path_factory.mktemp("profile")
    (where / "editor.secret").write_text("file-secret\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_READER_SECRET", "reader-secret")
        patch.setenv("AN_AUDITOR_TOKEN", "auditor-token")
        yield where


def read(home: Path, content: str) -> Profile:
    path = home / "node.yaml"
    path.write_text(content, encoding="utf-8", newline="")
    return load_profile(path)


def refusal(home: Path, content: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        read(home, content)
    return caught.value


def line_of(error: ProfileError) -> int:
    """The line that a refusal names, the same in both languages."""
    chinese, english = (
        re.search(r"node\.yaml 第 (\d+) 行", error.text.zh),
        re.search(r"node\.yaml, line (\d+)", error.text.en),
    )
    assert chinese
    assert english
    assert chinese[1] == english[1]
    return int(english[1])


def test_good_profile_is_read(home: Path) -> None:
    profile = read(home, GOOD)

    assert "https://node.example/base" == profile.url
    assert ("catalog/core", "catalog/changes") == profile.claims
    assert ["reader-secret", "file-secret", ""] == [one.secret for one in profile.access.identities.values()]
    assert "auditor-token" == profile.access.identities["auditor"].token
    assert (20, 50_000, 60) == (profile.access.rate, profile.access.budget, profile.access.timeout.total)
    assert {"catalog.binding-sample": 500} == profile.parameters


def test_secrets_are_never_shown(home: Path) -> None:
    profile = read(home, GOOD)

    shown = f"{profile!r} {profile.public()}"
    assert [] == [one for one in ("reader-secret", "file-secret", "auditor-token") if one in shown]


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("  mode: sandbox", "  mode: sandbox\n  colour: red", 11, "colour"),
        ('  code: "500103"', '  cdoe: "500103"', 4, "cdoe"),
        ("  rate: 20", "  rate: fast", 19, "access.rate"),
        ("  budget: 50000", "  budget: 0", 20, "access.budget"),
        ("  mode: sandbox", "  mode: destroy", 10, "access.mode"),
        ("url: https://node.example/base", "url: node.example", 3, "node.url"),
        ("url: https://node.example/base", "url: https://me:pw@node.example", 3, "node.url"),
        ("  url: https://node.example/base\n", "", 2, "url"),
        ("profile: 1", "profile: 2", 1, "profile"),
        ("[catalog/core, catalog/changes]", "[catalog/core, Catalog]", 8, "statement.claims"),
        ('prefix: "307500999"', 'prefix: "3075"', 18, "access.sandbox.prefix"),
        ("timeout: {connect: 5,", "timeout: {connect: 0,", 21, "access.timeout.connect"),
        ("    auditor: {", "    janitor: {", 17, "janitor"),
        ("secret: {env: A_READER_SECRET}", "secret: hunter2hunter2", 13, "access.identities.reader"),
        ("secret: {env: A_READER_SECRET}", "secret: {env: NOT_SET_ANYWHERE}", 13, "$NOT_SET_ANYWHERE"),
        ("secret: {file: editor.secret}", "secret: {file: gone.secret}", 14, "gone.secret"),
        ("client_id: reader, ", "", 13, "access.identities.reader"),
        ("profile: 1", "profile: [1", 2, "not YAML"),
        ("  rate: 20", "\trate: 20", 19, "not YAML"),
        ("  rate: 20", "  rate: .nan", 19, "finite"),
        ("  rate: 20", "  rate: &a 20\n  budget: *a", 20, "aliases"),
        ('  code: "500103"', "  code: 500103", 4, "node.code"),
        ("client_id: reader, secret: {env: A_READER_SECRET}", "secret: hunter2hunter2", 13, "access.identities.reader"),
        ("  rate: 20", "  rate: 20\n  rates: 1\n  ratio: 2", 20, "unknown member rates, ratio"),
    ],
)
def test_refusal_names_line_and_member(home: Path, before: str, after: str, line: int, said: str) -> None:
    assert before in GOOD
    error = refusal(home, GOOD.replace(before, after, 1))

    assert line == line_of(error)
    assert said in error.text.en
    assert "hunter2hunter2" not in error.text.en + error.text.zh


@pytest.mark.parametrize("content", ["", "42", "- a\n- b", "null", "just words"])
def test_what_is_no_mapping_is_refused(home: Path, content: str) -> None:
    assert 1 == line_of(refusal(home, content))


@pytest.mark.parametrize(
    "content",
    [
        "node: &a {url: *a}",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
        "[" * 1500,
        "a: " + "9" * 5000,
        "a: 0b_",
        "? [a, b]\n: c",
        "1: 2",
        "a: !!python/object:os.system x",
        "a: !!binary aGk=",
        "a: 2026-13-45",
        "a: \x00",
    ],
    ids=lambda content: content[:12].replace("\n", " "),
)
def test_what_yaml_can_do_beyond_json_is_refused(home: Path, content: str) -> None:
    assert 1 <= line_of(refusal(home, content))


def test_a_file_that_is_no_text_is_refused(home: Path) -> None:
    (home / "node.yaml").write_bytes(b"\xff\xfe\x00profile")
    with pytest.raises(ProfileError, match=r"node\.yaml, line 1"):
        load_profile(home / "node.yaml")


def test_the_command_names_file_and_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "node.yaml").write_text(GOOD.replace("budget:", "bugdet:"), encoding="utf-8")
    chinese, english = cli("run", "node.yaml", "--lang", "zh"), cli("doctor", "node.yaml")

    assert (2, 2) == (chinese.returncode, english.returncode)
    assert "node.yaml 第 20 行 access" in chinese.stderr
    assert "node.yaml, line 20, access" in english.stderr
    assert "bugdet" in chinese.stderr


def test_the_command_names_the_missing_secret(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "node.yaml").write_text(GOOD, encoding="utf-8")
    done = cli("run", "node.yaml", env={"A_READER_SECRET": ""})

    assert 2 == done.returncode
    assert "$A_READER_SECRET" in done.stderr
    assert "line 13" in done.stderr


def loads_or_names_a_line(home: Path, content: str) -> None:
    try:
        line = 1 if read(home, content).url else 0
    except ProfileError as error:
        line = line_of(error)

    assert 1 <= line <= content.count("\n") + 2


@settings(deadline=None, max_examples=150)
@given(at=st.integers(0, len(GOOD) - 1), gone=st.integers(0, 12), put=FRAGMENTS)
def test_any_slip_of_the_pen_loads_or_names_a_line(home: Path, at: int, gone: int, put: str) -> None:
    loads_or_names_a_line(home, GOOD[:at] + put.encode("utf-8", "ignore").decode() + GOOD[at + gone :])


def places(value: Any, key: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inner for found in ((*key, name), *places(one, (*key, name)))]


@settings(deadline=None, max_examples=150)
@given(place=st.sampled_from(places(yaml.safe_load(GOOD))), value=STRANGE, renamed=st.booleans())
def test_any_wrong_value_loads_or_names_a_line(home: Path, place: tuple[Any, ...], value: Any, renamed: bool) -> None:
    data = parent = yaml.safe_load(GOOD)
    for name in place[:-1]:
        parent = parent[name]
    if renamed and isinstance(parent, dict):
        parent[f"{value}"[:8]] = parent.pop(place[-1])
    else:
        parent[place[-1]] = value

    loads_or_names_a_line(home, yaml.safe_dump(data, allow_unicode=True))
