"""A resource of the run's own between two departments: the one that provides it, and the one that asks to share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from conformance.checks.data.shipment import send
from conformance.checks.interfaces.doors import Doors
from conformance.checks.shared import at, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session

#: The provider acts as editor and head; the consumer as these.
CONSUMER: Final = "editor-b"
CONSENTING: Final = "head-b"
REQUESTS: Final = "/share/requests"
#: The first is approved; the others share its beginning, or its district, or its city.
DIVISIONS: Final = ("500110", "500111", "500112", "500103", "500119")
#: What is approved of the five items.
APPROVED: Final = ("bh", "mc", "qhdm")
HIDDEN: Final = ("dz", "sm")
FIELDS: Final = (*APPROVED, *HIDDEN)
_ROWS: Final = 15
_ITEMS: Final = (
    ("bh", "编号", "DE-X01", "C", 40, None),
    ("mc", "名称", "DE-X02", "C", 200, None),
    ("qhdm", "行政区划代码", "DE-G07", "C", 6, "cq-divisions-gbt2260"),
    ("dz", "地址", "DE-X05", "C", 300, None),
    ("sm", "说明", "DE-X04", "C", 2000, None),
)


@dataclass(frozen=True)
class Market:
    """One resource with five items and fifteen rows in five divisions, and who may ask for it.

    Attributes:
        run: the run.
        code: of the resource.
        rows: as its provider reads them.
        number: the exchange that brought them.
    """

    run: Session
    code: str
    rows: tuple[dict[str, Any], ...]
    number: int

    def apply(self, **changes: Any) -> str:
        """File a request's draft for the consumer and return its id.

        Raises:
            Failed: the node does not take it.
            Untested: both departments are one.
        """
        today = self.run.today
        period = {"start": today.isoformat(), "end": (today + timedelta(days=30)).isoformat()}
        application = {
            "resource": self.code,
            "basis": "一致性测试",
            "scenario": "一致性测试",
            "scope": {"text": "一致性测试"},
            "way": "service-interface",
            "period": period,
        }
        answer = self.run.node.post(REQUESTS, application | changes, role=CONSUMER).expect(201)
        name: str = answer.member("id", str)
        self.run.ledger.share(name, answer)
        if at(answer.object, "requester", "uscc") == at(answer.object, "provider", "uscc"):
            raise Untested(
                Text("editor 与 editor-b 属于同一部门", "editor and editor-b are of one department: nothing to approve")
            )
        return name

    def step(self, name: str, event: str, role: str, body: dict[str, Any] | None = None) -> Answer:
        """Take one step with a request.

        Raises:
            Failed: the node refuses it.
        """
        return self.run.node.post(f"{REQUESTS}/{name}/{event}", body or {}, role=role).expect(200)

    def submit(self, name: str) -> None:
        """Have the consumer's head consent, and submit."""
        self.step(name, "consent", CONSENTING, {"comment": "同意"})
        self.step(name, "submit", CONSUMER)

    def accept(self, name: str) -> None:
        """Have the provider take the request into review."""
        self.step(name, "accept", "editor")

    def approve(self, name: str, grant: dict[str, Any]) -> None:
        """Have the provider's head approve what is granted, and the operator provide it."""
        self.step(name, "approve", "head", {"grant": grant, "comment": "同意共享"})
        self.step(name, "provision", "operator")
        self.step(name, "activate", "operator")

    def agree(self, *, items: tuple[str, ...] = FIELDS, scope: tuple[str, ...] = (), **more: Any) -> str:
        """Take a request all the way to where the data are provided, and return its id.

        Args:
            items: fields that are asked for and approved.
            scope: divisions that are asked for and approved; none means all.
            more: `quota` or `period` of the grant.

        Raises:
            Failed: a step of the lawful way is refused.
        """
        divisions = {"divisions": list(scope)} if scope else {}
        asked: dict[str, Any] = {"items": list(items), "scope": {"text": "一致性测试", **divisions}}
        asked |= {"frequency": more["quota"]} if "quota" in more else {}
        asked |= {"period": more["period"]} if "period" in more else {}
        name = self.apply(**asked)
        self.submit(name)
        self.accept(name)
        today = self.run.today
        period = {"start": today.isoformat(), "end": (today + timedelta(days=30)).isoformat()}
        grant = {"items": list(items), "way": "service-interface", "period": period, **divisions, **more}
        self.approve(name, grant)
        return name

    def doors(self, name: str | None = None, role: str = CONSUMER) -> Doors:
        """Every way to read the resource as somebody, under a request."""
        return Doors(self.run, self.code, role, name, self.rows)


def open_market(desk: Desk, catalog: Catalog, name: str) -> Market:
    """Publish a resource of the editor's department and deliver its rows.

    Raises:
        Failed: a step of the lawful way is refused.
        Untested: identities are missing.
    """
    run = desk.run
    for role in ("editor", "head", "reviewer", "operator", CONSUMER, CONSENTING):
        if not run.node.has(role):
            raise Untested(
                Text(
                    f"配置中没有 {role} 的身份；授权访问须以提供和使用两个部门检验",
                    f"The profile has no identity {role}: approved access takes two departments to try",
                )
            )
    like = _model(catalog)
    entry = desk.entry(name, like)
    entry.pop("bindings", None)
    ways = {"type": "conditional", "ways": ["service-interface", "bulk-exchange"], "scope": "本区各部门"}
    entry |= {"items": [_item(*one) for one in _ITEMS], "share": {"purpose": "一致性测试", **ways}}
    made = _by_its_provider(desk, entry)
    desk.carry(made, like)
    code = str(entry["code"])
    send(desk, code, _rows(run, name))
    page = run.node.get(f"/data/{code}", params={"limit": 100}, role="editor").expect(200)
    rows = tuple(one for one in page.member("items", list) if isinstance(one, dict))
    if len(rows) != _ROWS:
        raise Untested(
            Text(f"提供部门读到 {len(rows)} 行，应为 {_ROWS} 行", f"The provider reads {len(rows)} rows of {_ROWS}")
        )
    return Market(run, code, rows, page.n)


def _model(catalog: Catalog) -> dict[str, Any]:
    """Return an entry over a table without personal information, to copy.

    Raises:
        Untested: there is none.
    """
    for one in catalog.shared:
        plain = words(one, "format", "class") == "database" and at(one, "assessments", "pia") is None
        if plain and not one.get("basicDatabase") and one.get("items"):
            return one
    raise Untested(
        Text("没有可作样板的非个人信息数据库目录", "no entry over a table without personal data can serve as a model")
    )


def _by_its_provider(desk: Desk, entry: dict[str, Any]) -> str:
    """Register an entry, name the editor's department as its provider, and return the draft."""
    node = desk.run.node
    made = desk.register(entry).expect(201)
    draft: str = made.member("id", str)
    org = at(made.object, "author", "org")
    if org == at(entry, "provider", "uscc"):
        return draft
    known = {words(one, "uscc"): words(one, "name") for one in _register(desk.run)}
    changed = {"entry": {**entry, "provider": {"name": known.get(org, org), "uscc": org}}, "reason": "conformance test"}
    headers = {"if-match": made.header("etag") or "*"}
    path = f"/catalog/drafts/{draft}"
    node.put(path, orjson.dumps(changed), "application/json", role="editor", headers=headers).expect(200)
    return draft


def _register(run: Session) -> list[Any]:
    found: list[Any] = run.node.get("/organizations", params={"limit": 500}).expect(200).member("items", list)
    return found


def _item(name: str, title: str, element: str, kind: str, length: int, codes: str | None) -> dict[str, Any]:
    key = name == "bh"
    shape = {"name": title, "field": name, "dataType": kind, "length": length, "element": element, "codeList": codes}
    return {**shape, "nullable": not key, "primaryKey": key, "updateKey": key, "sensitivity": "none"}


def _rows(run: Session, name: str) -> list[dict[str, Any]]:
    stem = run.digits(f"{name}-rows", 6)
    return [
        {
            "bh": f"K{stem}{place:02d}",
            "mc": f"测试事项{stem}甲{place:02d}",
            "qhdm": DIVISIONS[place % len(DIVISIONS)],
            "dz": f"测试路{stem}弄{place:02d}号",
            "sm": f"测试说明{stem}乙{place:02d}",
        }
        for place in range(_ROWS)
    ]
