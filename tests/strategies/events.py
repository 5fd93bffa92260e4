"""Hypothesis strategies for events of every kind. `from strategies.events import events`."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loopscope.events import Changed, Finding, Found, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded, Where

DTYPES = [np.dtype(kind).newbyteorder("<") for kind in "?bhiqBHIQefd"]

whole = st.integers(0, 2**53)
numbers = st.floats()
words = st.text(max_size=12)
arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0, max_side=3))
)
keys = words.filter(lambda key: key != "__array__")
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | numbers | words | arrays,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
facts = st.dictionaries(keys, plain, max_size=3)
values = st.dictionaries(keys, numbers, max_size=3)
named_arrays = st.dictionaries(keys, arrays, max_size=2)
places = st.builds(Where, file=words, line=whole, code=words)
findings = st.builds(
    Finding,
    cause=words,
    severity=st.sampled_from(["error", "warning", "info"]),
    step=whole,
    evidence=values,
    explanation=words,
    fix=words,
    post=words,
    where=st.none() | places,
    proof=st.none() | facts,
)

events = st.one_of(
    st.builds(
        RunStarted,
        run=words,
        name=words,
        started=numbers,
        source=words,
        experiment=st.none() | facts,
        versions=st.dictionaries(keys, words, max_size=2),
        machine=facts,
        facts=facts,
    ),
    st.builds(PhaseEnded, step=whole, phase=words, values=values, arrays=named_arrays),
    st.builds(StepEnded, step=whole, epoch=whole, samples_seen=whole, loss=numbers, penalty=numbers, lr=numbers),
    st.builds(Measured, step=whole, instrument=words, values=values, arrays=named_arrays),
    st.builds(Changed, step=whole, field=words, old=plain, new=plain),
    st.builds(Found, step=whole, finding=findings),
    st.builds(
        RunEnded,
        step=whole,
        status=st.sampled_from(["finished", "stopped", "diverged", "failed"]),
        reason=words,
        ended=numbers,
        facts=facts,
    ),
)
