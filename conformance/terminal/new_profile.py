"""Writes a commented profile for a person to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.law.model import Disposition
from conformance.node.discover import bare_profile
from conformance.node.profile import ProfileError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.law import Law
    from conformance.text import Lang

_ROLES = {
    "reader": Text("部门读者", "reader of a department"),
    "editor": Text("目录编制人", "author of catalog entries"),
    "head": Text("部门负责人", "head of the department"),
    "reviewer": Text("主管部门审核人", "reviewer of the authority"),
    "auditor": Text("审计员", "auditor"),
    "operator": Text("操作员（沙箱复位）", "operator (resets the sandbox)"),
}


def write_profile(law: Law, url: str, path: Path, lang: Lang, *, force: bool) -> Text:
    """Write a profile and return what to do next.

    Raises:
        ProfileError: the URL is none, the file exists, or it cannot be written.
    """
    bare_profile(url)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write("\n".join(_lines(law, url, lang)) + "\n")
    except FileExistsError as error:
        raise ProfileError(Text(f"{path} 已存在，用 --force 覆盖", f"{path} exists; --force overwrites it")) from error
    except OSError as error:
        raise ProfileError(
            Text(f"{path} 无法写入：{error.strerror}", f"{path} cannot be written: {error.strerror}")
        ) from error
    return Text(
        f"已写入 {path}。设置其中引用的环境变量后：conformance doctor {path}，再 conformance run {path}",
        f"{path} is written. Set the environment variables it names, then `conformance doctor {path}` "
        f"and `conformance run {path}`",
    )


def _lines(law: Law, url: str, lang: Lang) -> Iterator[str]:
    for line, words in (*_HEAD, *_identities(), *_TAIL):
        known = {"url": url.rstrip("/"), "edition": law.edition.id, "classes": _classes(law)}
        filled = (
            line.format_map(known) if "{" in line and "{{" not in line else line.replace("{{", "{").replace("}}", "}")
        )
        comment = f"# {words.pick(lang)}" if words else ""
        yield f"{filled}   {comment}".rstrip() if line.strip() else f"{line}{comment}"


def _classes(law: Law) -> str:
    """Return the classes that the suite can decide today."""
    decided = {row.class_id for row in law.requirements.values() if row.disposition is Disposition.CHECK}
    return ", ".join(one for one in law.classes() if one in decided)


def _identities() -> Iterator[tuple[str, Text | None]]:
    for role, words in _ROLES.items():
        mark = "" if role == "reader" else "# "
        yield f"    {mark}{role}:", words
        yield f"    {mark}  client_id: conformance-{role}", None
        yield f"    {mark}  secret: {{{{env: NODE_{role.upper()}_SECRET}}}}", None


_HEAD: tuple[tuple[str, Text | None], ...] = (
    (
        "",
        Text(
            "节点配置：声明（它承诺什么）与接入（如何访问）。密钥只写引用，不写明文。",
            "Profile of a node: its statement (what it claims) and its access. Secrets by reference only.",
        ),
    ),
    ("profile: 1", None),
    ("node:", None),
    ("  url: {url}", None),
    ('  # code: "500103"', Text("节点代码，用作报告目录名", "node code, names the folder of its reports")),
    ("statement:", None),
    ('  edition: "{edition}"', None),
    (
        "  claims: descriptor",
        Text(
            "以节点自述的 conformsTo 为准；也可逐类列出：", "takes conformsTo of the node itself; or list the classes:"
        ),
    ),
    ("  # claims: [{classes}]", None),
    ("access:", None),
    (
        "  mode: observe",
        Text(
            "只发送 GET、HEAD、OPTIONS（取令牌除外）；sandbox 还在下面声明的前缀内写入",
            "sends GET, HEAD, OPTIONS only (but for tokens); sandbox also writes below the prefix",
        ),
    ),
    ("  token: /oauth/token", None),
    (
        "  identities:",
        Text(
            "每个角色一个测试身份；密钥来自环境变量 env 或文件 file",
            "one test identity a role; secrets from env or file",
        ),
    ),
)
_TAIL: tuple[tuple[str, Text | None], ...] = (
    (
        '  # sandbox: {{prefix: "307500999", reset: true}}',
        Text("可写的资源代码前段", "front segment of writable codes"),
    ),
    ("  rate: 20", Text("每秒请求数，0 不限", "requests per second, 0 for no limit")),
    ("  budget: 50000", Text("一次运行的请求总数上限", "requests of a whole run")),
    ("  concurrency: 4", Text("同时进行的请求数上限", "requests under way at once")),
    ("  timeout: {{connect: 5, read: 15, total: 60}}", Text("秒", "seconds")),
    ("  # proxy: http://proxy.example:3128", None),
    ("  # ca_file: ca.pem", Text("私有 CA 证书（PEM）", "PEM file of a private CA")),
    (
        "  # signing:",
        Text(
            "身份 reader 的请求签名；不提供时签名类要求不检验",
            "what the identity reader signs requests with; without it signatures stay untested",
        ),
    ),
    ("  #   rid: CQ-TEST", Text("国家平台请求头签名的 rid 与密钥", "rid and key of the national platform's headers")),
    ("  #   key: {{env: NODE_SIGNING_KEY}}", None),
    (
        "  #   keys: [{{id: k1, algorithm: hmac-sm3, secret: {{env: NODE_SM3_KEY}}}}]",
        Text("国密消息签名的密钥，另有 sm2-sm3", "keys of message signatures by SM3; sm2-sm3 too"),
    ),
    (
        "  #   expired: {{client_id: expired, secret: {{env: NODE_EXPIRED_SECRET}}}}",
        Text("密钥已过期的身份", "an identity whose secret has expired"),
    ),
    (
        "  #   rotation: {{client_id: rotation, secret: {{file: rotation.secret}}}}",
        Text("可更换密钥的身份；新密钥写回该文件", "its secret is replaced; the new one goes into the file"),
    ),
    (
        "# references:",
        Text(
            "外部参考数据，路径相对本文件；不提供时控制点、边界和市级一致性要求不检验",
            "what the data are compared with, files relative to this one; without it control points, boundary and "
            "agreement with the municipal level stay untested",
        ),
    ),
    (
        "#   control_points: control-points.csv",
        Text("列 id,longitude,latitude，CGCS2000 度", "columns id,longitude,latitude in degrees of CGCS2000"),
    ),
    ("#   boundary: boundary.geojson", Text("本区县边界", "boundary of the district")),
    (
        "#   municipal: {{legal-person: legal-person.parquet}}",
        Text("按数据集给出市级数据抽取文件", "extract of the municipal level by dataset"),
    ),
    ("# parameters: {{catalog.binding-sample: 500}}", Text("区县可调的参数", "parameters that a district may change")),
)
