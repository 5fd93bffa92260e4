"""What goes into a chunk comes out of it, to the last bit, and damage is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loopscope.errors import StoreError
from loopscope.store import chunks

any_bits = hnp.arrays(np.uint64, st.integers(1, 300)).map(lambda bits: bits.view(np.float64))  # every NaN, too
plain_floats = hnp.arrays(np.float64, st.integers(1, 300), elements=st.floats(width=64))
singles = hnp.arrays(np.float32, st.integers(1, 300), elements=st.floats(width=32)).map(lambda a: a.astype(np.float64))
any_steps = hnp.arrays(np.int64, st.integers(1, 300))
near_steps = hnp.arrays(np.int16, st.integers(1, 300)).map(lambda a: np.cumsum(a, dtype=np.int64))


lines = st.integers(1, 300).map(lambda count: np.arange(count, dtype=float) / 4)


@given(any_bits | plain_floats | singles | lines, st.booleans())
def test_values_come_back_bit_for_bit(values: np.ndarray, full: bool) -> None:
    packed = chunks.pack_values(values, full)
    back = chunks.unpack_values(packed, len(values))
    assert chunks.same_bits(back, values)
    last = chunks.last_value(packed, len(values))
    assert chunks.same_bits(np.array([last]), values[-1:]) or (np.isnan(last) and np.isnan(values[-1]))


@given(any_steps | near_steps, st.booleans())
def test_steps_come_back(steps: np.ndarray, full: bool) -> None:
    back = chunks.unpack_steps(chunks.pack_steps(steps, full), len(steps))
    assert back.dtype == np.int64
    assert np.array_equal(back, steps)


numbers = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.complex_number_dtypes()


@given(hnp.arrays(numbers, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)))
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    back = chunks.unpack_array(*chunks.pack_array(array))
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("<")
    assert back.tobytes() == array.astype(back.dtype).tobytes()


def test_same_bits_tells_apart_what_equality_does_not() -> None:
    zero, minus_zero, nan = np.array([0.0]), np.array([-0.0]), np.array([np.nan])
    assert chunks.same_bits(nan, nan)
    assert not chunks.same_bits(zero, minus_zero)


def test_constants_and_counters_take_seventeen_bytes() -> None:
    assert len(chunks.pack_values(np.full(1024, 0.1))) == 17
    assert len(chunks.pack_values(np.arange(1024) * 32.0 + 32)) == 17
    assert len(chunks.pack_steps(np.arange(5, 50_000, 10))) == 17


def test_what_was_float32_takes_half() -> None:
    values = np.random.default_rng(0).random(1024).astype(np.float32).astype(np.float64)
    assert len(chunks.pack_values(values, full=False)) == 1 + 4 * 1024
    assert len(chunks.pack_values(values)) < 1 + 4 * 1024


def test_an_array_of_objects_is_refused_by_name() -> None:
    with pytest.raises(StoreError, match="array words is of type object; allowed are numbers"):
        chunks.recordable("words", np.array([{}, "a"], dtype=object))


@pytest.mark.parametrize("data", [b"", b"?", b"L12", b"D1234567", b"d1234", b"s" + b"\x00" * 20])
def test_damaged_values_are_noticed(data: bytes) -> None:
    with pytest.raises(StoreError, match="damaged"):
        chunks.unpack_values(data, 4)


@pytest.mark.parametrize("data", [b"", b"?", b"L12", b"A1", b"a123456789"])
def test_damaged_steps_are_noticed(data: bytes) -> None:
    with pytest.raises(StoreError, match="damaged"):
        chunks.unpack_steps(data, 4)


@pytest.mark.parametrize(("dtype", "shape"), [("|O", "2"), ("<f4", "3"), ("<f4", "x"), ("nonsense", "2")])
def test_damaged_arrays_are_noticed(dtype: str, shape: str) -> None:
    with pytest.raises(StoreError, match="damaged"):
        chunks.unpack_array(dtype, shape, b"R" + b"\x00" * 8)
