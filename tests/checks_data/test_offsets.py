"""Why a coordinate is off: the offsets of map services are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.data.offsets import Place, bd09, cause, gcj02, metres

PLACES = st.tuples(st.floats(105.28, 110.2), st.floats(28.15, 32.21))


def test_gcj02_is_the_one_that_is_published() -> None:
    """The pair that public implementations print in their documentation."""
    lon, lat = gcj02((116.404, 39.915))

    assert (116.410244, 39.916404) == (round(lon, 6), round(lat, 6))


@given(PLACES)
def test_each_offset_has_its_cause(place: Place) -> None:
    named = [cause(gcj02(place), place), cause(bd09(place), place), cause((place[1], place[0]), place)]

    assert ["it is the offset of GCJ-02", "it is the offset of BD-09", "the axes are swapped"] == [
        one.en for one in named
    ]
    assert 300 < metres(gcj02(place), place) < 800
    assert 600 < metres(bd09(place), place) < 1600


@pytest.mark.parametrize("came", [(500_000.0, 3_270_000.0), (float("nan"), 29.5), (36_500_000.0, 3_270_000.0)])
def test_projected_metres_are_named(came: Place) -> None:
    assert "projected metres" in cause(came, (106.5, 29.5)).en


def test_another_offset_is_of_no_known_cause() -> None:
    assert "of no known cause" == cause((106.51, 29.5), (106.5, 29.5)).en
    assert 968 == round(metres((106.51, 29.5), (106.5, 29.5)))
