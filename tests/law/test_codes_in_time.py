"""Codes are valid in time: re-used codes, the change of 2025, codes that an incomplete list may lack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from conformance.bulk.bind import plan
from conformance.law.codes import dated
from conformance.law.data import Validity

if TYPE_CHECKING:
    from conformance.law import Law

DIVISIONS = "cq-divisions-gbt2260"


def test_a_code_that_was_used_twice_keeps_both_meanings(law: Law) -> None:
    codes = law.data.code_lists[DIVISIONS]

    assert ("万盛区", "綦江区") == codes.names["500110"]
    assert (date(2010, 12, 31), None) == tuple(one.end for one in codes.codes["500110"])


def test_a_change_without_its_day_holds_for_the_whole_year(law: Law) -> None:
    codes = dated(law.data.code_lists[DIVISIONS], lambda _: None)

    assert (Validity(date(1997, 1, 1), date(2025, 12, 31)),) == codes.codes["500112"]
    assert (Validity(date(2025, 1, 1), None),) == codes.codes["500157"]


def test_the_day_of_a_change_is_a_parameter(law: Law) -> None:
    day = {"data.division-change": "2025-11-05"}
    codes = dated(law.data.code_lists[DIVISIONS], day.__getitem__)

    assert (Validity(date(1997, 1, 1), date(2025, 11, 4)),) == codes.codes["500105"]
    assert (Validity(date(1997, 1, 1), date(2025, 11, 4)),) == codes.codes["500112"]
    assert (Validity(date(2025, 11, 5), None),) == codes.codes["500157"]
    assert law.data.code_lists[DIVISIONS].codes["500103"] == codes.codes["500103"]


def test_a_plan_takes_the_day_of_the_run(law: Law) -> None:
    values = {name: one.default for name, one in law.edition.parameters.items()} | {
        "data.division-change": "2025-11-05"
    }
    bound = plan(law, law.data.datasets["population"], today="2026-11-22", params=values.__getitem__)

    assert date(2025, 11, 4) == bound.context.code_lists[DIVISIONS].codes["500105"][-1].end


def test_every_list_says_what_it_may_lack(law: Law) -> None:
    lists = law.data.code_lists

    assert ("[0-9]{4}", 3) == (lists["gbt4754-2017-industry"].open_pattern, lists["gbt4754-2017-industry"].open_prefix)
    assert "51[0-9]{4}" == lists["cq-divisions-pre1997-sichuan"].open_pattern
    assert "[02-46-8A-Z][0-9A-Z]" == lists["gb32100-dept-and-type"].open_pattern
    assert {True} == {(one.open_pattern is None) == one.complete for one in lists.values()}
