"""Results go into a run folder as JSON and come back equal."""

from __future__ import annotations

import json
import string

from hypothesis import given
from hypothesis import strategies as st

from conformance.judge import CheckResult, Finding, Outcome, Sample
from conformance.judge.values import as_data, result
from conformance.text import Text

WORDS = st.text(string.printable + "婚姻登记，。（）", max_size=20)
TEXTS = st.builds(Text, WORDS, WORDS)
NUMBERS = st.lists(st.integers(1, 99), max_size=3).map(tuple)
SAMPLES = st.builds(Sample, WORDS, WORDS, TEXTS, TEXTS, st.integers(0, 99))
FINDINGS = st.builds(
    Finding,
    WORDS,
    TEXTS,
    TEXTS,
    st.none() | TEXTS,
    NUMBERS,
    st.integers(1, 10**6),
    st.lists(SAMPLES, max_size=2).map(tuple),
)
RESULTS = st.builds(
    CheckResult,
    WORDS,
    WORDS,
    st.sampled_from(list(Outcome)),
    st.none() | TEXTS,
    st.lists(FINDINGS, max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
    NUMBERS,
    st.floats(0, 1e6),
)


@given(RESULTS)
def test_a_result_comes_back_equal(one: CheckResult) -> None:
    assert one == result(json.loads(json.dumps(as_data(one))))


@given(RESULTS, st.floats(0, 1e6))
def test_time_makes_no_difference(one: CheckResult, seconds: float) -> None:
    assert one == result(json.loads(json.dumps(as_data(one))) | {"seconds": seconds})
