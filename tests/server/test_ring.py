"""The latest messages: numbered, bounded, found again."""

from __future__ import annotations

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopscope.server import frames
from loopscope.server.ring import Ring


def message(size: int = 0, **more: object) -> bytes:
    return frames.packed({"kind": "events", **more, "payload": b"x" * size})


def test_messages_are_numbered_from_one() -> None:
    ring = Ring(10, 10**6)
    for _ in range(3):
        ring.put(message())
    found = [msgpack.unpackb(ring.get(seq) or b"") for seq in (1, 2, 3)]
    assert [each["seq"] for each in found] == [1, 2, 3]
    assert ring.get(0) is None and ring.get(4) is None


@given(st.lists(st.integers(0, 500), max_size=60), st.integers(1, 20), st.integers(1, 3000))
def test_it_never_grows_beyond_its_bounds_and_keeps_the_newest(sizes: list[int], most: int, most_bytes: int) -> None:
    ring = Ring(most, most_bytes)
    for size in sizes:
        ring.put(message(size))
        kept = [ring.get(seq) for seq in range(1, ring.last + 1)]
        held = [each for each in kept if each is not None]
        assert len(held) <= most and kept[-1] is not None
        assert sum(map(len, held)) == ring.bytes
        assert ring.bytes <= most_bytes or len(held) == 1
        for seq in range(ring.last + 2):
            whole = seq <= ring.last and all(ring.get(each) is not None for each in range(seq + 1, ring.last + 1))
            assert ring.holds_after(seq) == whole


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.binary(max_size=9), max_size=40).filter(len))
def test_a_number_is_put_before_whatever_the_message_holds(more: dict[str, object]) -> None:
    more = {key: value for key, value in more.items() if not isinstance(value, int) or abs(value) < 2**63}
    more.pop("seq", None)
    whole = {"kind": "events", **{key: value for key, value in more.items() if key != "kind"}}
    data = frames.packed(whole)
    assert frames.kind_of(data) == "events"
    assert msgpack.unpackb(frames.numbered(data, 70_000)) == {"seq": 70_000, **whole}


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x80", b"\x81\xa4kind", b"\x81\xa4kin", b"\xde\x00", b"\x93\x01\x02\x03"]
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(frames.Broken):
        frames.kind_of(data)
