"""The encoding: every event survives it, and nothing that is no event does."""

from __future__ import annotations

import contextlib
import io
import math
from enum import StrEnum
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.events import EVENTS, FILE
from loopscope.errors import LoopscopeError, UserMistake
from loopscope.events import (
    SCHEMA,
    Changed,
    Event,
    Measured,
    RunEnded,
    RunStarted,
    StepEnded,
    decode,
    encode,
    read_stream,
    wire,
)
from strategies.comparison import same
from strategies.events import events

STEP = {"step": 1, "epoch": 0, "samples_seen": 32, "loss": 0.5, "penalty": 0.0, "lr": 0.1}


def message(data: Any, kind: Any = "StepEnded", v: Any = SCHEMA) -> bytes:
    return msgpack.packb({"v": v, "kind": kind, "data": data})


def words_of(data: bytes) -> str:
    with pytest.raises(UserMistake) as caught:
        decode(data)
    return str(caught.value)


# --- the golden file ---------------------------------------------------------------------------------------------


def test_the_golden_file_has_every_kind_of_event():
    assert {type(event).__name__ for event in EVENTS} == set(wire.KINDS)


def test_the_golden_file_is_read_field_by_field():
    with FILE.open("rb") as stream:
        read = list(read_stream(stream))
    assert len(read) == len(EVENTS)
    for event, expected in zip(read, EVENTS, strict=True):
        assert same(event, expected), f"{event} is not {expected}"


def test_encoding_gives_the_bytes_of_the_golden_file():
    assert b"".join(encode(event) for event in EVENTS) == FILE.read_bytes()


# --- there and back ----------------------------------------------------------------------------------------------


@given(events)
def test_every_event_round_trips(event: Event):
    assert same(decode(encode(event)), event)


@given(events)
def test_encoding_a_decoded_event_gives_the_same_bytes(event: Event):
    data = encode(event)
    assert encode(decode(data)) == data


@given(st.lists(events, max_size=5))
def test_a_stream_round_trips(given_events: list[Event]):
    stream = io.BytesIO(b"".join(map(encode, given_events)))
    read = list(read_stream(stream))
    assert len(read) == len(given_events) and all(map(same, read, given_events))


def test_the_comparison_of_these_tests_tells_events_apart():
    step = StepEnded(1, 0, 32, math.nan, 0.0, 0.1)
    assert same(step, StepEnded(1, 0, 32, math.nan, 0.0, 0.1))
    assert not same(step, StepEnded(1, 0, 32, 0.5, 0.0, 0.1))
    assert not same(Measured(1, "a", {}, {"x": np.zeros(2)}), Measured(1, "a", {}, {"x": np.zeros(2, np.float32)}))
    assert not same(Measured(1, "a", {}, {"x": np.zeros(2)}), Measured(1, "a", {}, {"x": np.ones(2)}))
    assert not same({"a": 1}, {"b": 1}) and not same([1], [1, 2]) and not same(np.zeros(1), [0.0])


def test_numpy_scalars_and_subclasses_become_plain():
    class Level(StrEnum):
        HIGH = "high"

    event = Measured(1, "x", {"a": np.float32(0.5), "b": np.float64(0.25), "c": np.int64(3)}, {})
    assert decode(encode(event)) == Measured(1, "x", {"a": 0.5, "b": 0.25, "c": 3.0}, {})
    assert decode(encode(Changed(1, "f", np.bool_(True), Level.HIGH))) == Changed(1, "f", True, "high")


def test_arrays_of_any_layout_come_back_little_endian_and_in_rows():
    array = np.arange(6, dtype=">i4").reshape(2, 3).T[::-1]
    back = decode(encode(Measured(1, "x", {}, {"a": array}))).arrays["a"]
    assert np.array_equal(back, array) and back.dtype.str == "<i4" and back.flags.c_contiguous


def test_whole_numbers_stand_for_floats_as_javascript_writes_them():
    loss = decode(message({**STEP, "loss": 1})).loss
    assert loss == 1.0 and isinstance(loss, float)


def test_fields_with_a_default_may_be_left_out():
    assert decode(message({"step": 3, "status": "finished", "reason": "."}, "RunEnded")) == RunEnded(3, "finished", ".")


def test_text_that_is_no_unicode_is_spelled_out():
    assert decode(encode(RunEnded(1, "failed", "caf\udce9.py"))).reason == "caf\\udce9.py"


# --- what has no place on the wire -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1: 2},
        {"__array__": 1},
        np.array([object()]),
        np.array(["a"]),
        np.array([1j]),
        np.array([1], np.longdouble),
        {1, 2},
        b"raw",
        2**70,
    ],
    ids=["object", "number-key", "marker", "objects", "text", "complex", "longdouble", "set", "bytes", "too-large"],
)
def test_a_value_without_encoding_is_our_own_fault(value: Any):
    with pytest.raises(LoopscopeError, match="an event of kind Changed cannot be encoded") as caught:
        encode(Changed(1, "field", value, None))
    assert caught.value.exit_code == 3


def test_a_value_that_holds_itself_is_refused():
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(LoopscopeError):
        encode(Changed(1, "field", endless, None))


def test_events_too_large_are_neither_written_nor_read(monkeypatch: pytest.MonkeyPatch):
    data = encode(Changed(1, "x", "a" * 2000, None))
    monkeypatch.setattr(wire, "MAX_EVENT_BYTES", 1000)
    with pytest.raises(LoopscopeError, match="at most 1,000 are sent"):
        encode(Changed(1, "x", "a" * 2000, None))
    assert words_of(data) == f"event is '{len(data):,} bytes'; allowed at most 1,000 bytes. It is no event."
    monkeypatch.setattr(wire, "CHUNK_BYTES", 500)
    with pytest.raises(UserMistake):
        list(read_stream(io.BytesIO(data)))


# --- what is no event --------------------------------------------------------------------------------------------


def spelled(dtype: Any, shape: Any, data: Any) -> bytes:
    array = {"__array__": [dtype, shape, data]}
    return message({"step": 1, "instrument": "x", "values": {}, "arrays": {"a": array}}, "Measured")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (msgpack.packb([1, 2]), "event is 'a list'; allowed a map with v, kind and data."),
        (msgpack.packb({"v": 1}), "event is 'a dict'; allowed a map with v, kind and data."),
        (msgpack.packb(7), "event is 7; allowed a map with v, kind and data."),
        (message(STEP, v=2), "event.v is 2; allowed 1. It was written by another version of loopscope."),
        (message(STEP, v=True), "event.v is True; allowed 1."),
        (message(STEP, kind="Step"), "event.kind is 'Step'; allowed RunStarted, PhaseEnded"),
        (message(STEP, kind=["StepEnded"]), "event.kind is ['StepEnded']; allowed RunStarted"),
        (message([1]), "StepEnded is 'a list'; allowed a map with text keys."),
        (message({**STEP, "loss": "low"}), "StepEnded.loss is 'low'; allowed a number."),
        (message({**STEP, "loss": True}), "StepEnded.loss is True; allowed a number."),
        (message({**STEP, "step": 1.5}), "StepEnded.step is 1.5; allowed a whole number."),
        (message({**STEP, "step": None}), "StepEnded.step is None; allowed a whole number."),
        (message({**STEP, "extra": 1}), "StepEnded.extra is 1; allowed no such field; step, epoch"),
        (message({"step": 1}), "StepEnded is 'without epoch'; allowed a map with step, epoch"),
        (
            message({"step": 1, "status": "done", "reason": ""}, "RunEnded"),
            "RunEnded.status is 'done'; allowed finished,",
        ),
        (
            message({"step": 1, "status": [], "reason": ""}, "RunEnded"),
            "RunEnded.status is 'a list'; allowed finished,",
        ),
        (
            message({"step": 1, "instrument": "x", "values": {"a": "b"}}, "Measured"),
            "Measured.values.a is 'b'; allowed a number.",
        ),
        (
            message({"step": 1, "instrument": "x", "arrays": {"a": [1.0]}}, "Measured"),
            "Measured.arrays.a is 'a list'; allowed an array.",
        ),
        (
            message({"step": 1, "field": "x", "old": b"raw", "new": None}, "Changed"),
            "Changed.old is 'a bytes'; allowed plain data.",
        ),
        (
            message({"step": 1, "field": "x", "old": msgpack.Timestamp(1), "new": None}, "Changed"),
            "Changed.old is 'a Timestamp'; allowed plain data.",
        ),
        (
            message({"step": 1, "finding": {"cause": "x", "severity": "bad", "step": 1}}, "Found"),
            "Found.finding.severity is 'bad'; allowed error, warning, info.",
        ),
        (
            message(
                {"step": 1, "finding": {"cause": "x", "severity": "info", "step": 1, "where": {"file": 1}}}, "Found"
            ),
            "Found.finding.where is 'without line'; allowed a map with file, line.",
        ),
        (spelled("<f4", [2], b"\0" * 7), "an array of shape [2] does not fill its bytes"),
        (spelled("<f4", [-1], b"\0" * 8), "[-1] is no shape of an array"),
        (spelled("<f4", [1.0], b"\0" * 4), "[1.0] is no shape of an array"),
        (spelled("<f4", 2, b"\0" * 8), "2 is no shape of an array"),
        (spelled("<f4", [1] * 20, b"\0" * 4), "is no shape of an array"),
        (spelled("|O", [1], b"\0" * 8), "'|O' is no dtype of an array"),
        (spelled(">f4", [1], b"\0" * 4), "'>f4' is no dtype of an array"),
        (spelled("<f4", [1], "text"), "does not fill its bytes"),
        (
            message({"step": 1, "arrays": {"a": {"__array__": 3}}}, "Measured"),
            "an array is not spelled as dtype, shape and",
        ),
        (b"", "event is b''; allowed one msgpack-encoded event. It is damaged:"),
        (message(STEP)[:-1], "allowed one msgpack-encoded event. It is damaged:"),
        (message(STEP) + b"\0", "allowed one msgpack-encoded event. It is damaged:"),
        (b"\x91" * 5000, "allowed one msgpack-encoded event. It is damaged:"),
        (b"\xc1", "It is damaged: it is no msgpack."),
    ],
)
def test_what_is_no_event_is_refused_in_one_sentence(data: bytes, expected: str):
    words = words_of(data)
    assert expected in words and "\n" not in words


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_a_mistake(data: bytes):
    for read in (decode, lambda raw: list(read_stream(io.BytesIO(raw)))):
        try:
            read(data)
        except UserMistake as error:
            assert "\n" not in str(error)


MSGPACK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.just("__array__") | st.binary(max_size=3), inner, max_size=4)
        | st.fixed_dictionaries({"v": st.just(SCHEMA), "kind": st.sampled_from(sorted(wire.KINDS)), "data": inner})
    ),
    max_leaves=12,
)


@given(MSGPACK)
def test_any_msgpack_raises_nothing_but_a_mistake(value: Any):
    with contextlib.suppress(UserMistake):
        decode(msgpack.packb(value))


@settings(max_examples=300)
@given(st.sampled_from(EVENTS), st.data())
def test_an_event_with_one_byte_changed_is_read_or_refused(event: Event, data: st.DataObject):
    raw = bytearray(encode(event))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(raw))
    except UserMistake as error:
        assert "\n" not in str(error)


# --- a stream that ends too early --------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 7, 2**18])
def test_a_cut_stream_is_told_at_every_byte(chunk: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wire, "CHUNK_BYTES", chunk)
    parts = [encode(event) for event in (EVENTS[1], EVENTS[3], EVENTS[6], EVENTS[-2])]
    raw = b"".join(parts)
    borders = {sum(map(len, parts[:n])): n for n in range(len(parts) + 1)}
    for end in range(len(raw) + 1):
        read: list[Event] = []
        if end in borders:
            read.extend(read_stream(io.BytesIO(raw[:end])))
            assert len(read) == borders[end]
        else:
            with pytest.raises(UserMistake, match="whole events and"):
                for event in read_stream(io.BytesIO(raw[:end])):
                    read.append(event)  # noqa: PERF402 - those before the cut are to be kept
            assert len(read) == max(n for border, n in borders.items() if border < end)


def test_damage_inside_a_stream_names_the_event():
    raw = encode(EVENTS[3]) + message({**STEP, "loss": "low"})
    with pytest.raises(UserMistake, match=r"^replay: event 2: StepEnded.loss is 'low'; allowed a number\.$"):
        list(read_stream(io.BytesIO(raw)))
    with pytest.raises(UserMistake, match="damaged after event 1'"):
        list(read_stream(io.BytesIO(encode(EVENTS[3]) + b"\xc1")))


def test_a_stream_need_not_know_where_it_is():
    class Pipe(io.RawIOBase):
        def __init__(self, raw: bytes) -> None:
            self.inner = io.BytesIO(raw)

        def read(self, size: int = -1) -> bytes:
            return self.inner.read(size)

        def tell(self) -> int:
            raise OSError("a pipe")

    assert len(list(read_stream(Pipe(FILE.read_bytes())))) == len(EVENTS)


def test_a_decoded_event_can_be_read_all_the_way_down():
    started = decode(encode(EVENTS[0]))
    assert isinstance(started, RunStarted) and started.experiment is not None
    assert started.experiment["model"]["hidden"] == [8, 4]
    assert started.facts["center"].tolist() == [0.5, -0.5]
