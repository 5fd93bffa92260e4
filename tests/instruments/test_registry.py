"""The registry over all its members: named, described, exampled, and none forgotten."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import loopscope.instruments as package
from loopscope.errors import UserMistake
from loopscope.instruments import DEFAULT, DEFAULT_WATCH, Cadence, Every, Instrument, OnDemand, instruments, make


def test_no_instrument_of_this_folder_is_missing():
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    kinds = {k for m in modules for k in vars(m).values() if inspect.isclass(k) and issubclass(k, Instrument)}
    assert kinds - {Instrument} == set(instruments().values())


def test_an_instrument_says_what_it_is(instrument_name):
    kind = instruments()[instrument_name]
    assert len(inspect.getdoc(kind) or "") > 60
    assert kind.__module__.endswith(f".{instrument_name}")
    assert isinstance(kind.usual, Cadence)
    assert not kind.__subclasses__()
    assert kind.describes
    for key, meaning in kind.describes.items():
        assert re.search(r"\[.+\]", meaning), f"{key} has no unit"


def test_its_example_runs(instrument_name):
    kind = instruments()[instrument_name]
    names = {kind.__name__: kind, "time": importlib.import_module("time")}
    assert isinstance(eval(kind.example, names), kind)


NO_HIDDEN_PLANE = {("neuron_maps", "lstm"), ("neuron_maps", "draws and counts")}
"""One puts out sequences, the other has no hidden layer."""


def test_every_key_it_reads_is_described(instrument_name, kind, begin, step):
    moment, (instrument,) = begin(kind), make([instrument_name])
    if instrument.why_not(moment):
        return
    step(moment, before=lambda: instrument.ready(moment))
    reading = instrument.take(moment)
    assert not reading.empty or (instrument_name, kind) in NO_HIDDEN_PLANE
    known = list(patterns(instrument, moment))
    for key in (reading.values.keys() | reading.arrays.keys()) - {"cost_s"}:
        assert any(re.fullmatch(pattern, key) for pattern in known), key


def patterns(instrument, moment):
    """Regular expressions of what `describes` allows for this model."""
    layers = "|".join(re.escape(name or "model") for name, _ in moment.model.named_modules())
    stands_for = {
        "parameter": "|".join(re.escape(name) for name, _ in moment.model.named_parameters()),
        "layer": f"({layers})(#[0-9]+)?",
        "side": "train|test",
        "group": "group[0-9]+",
        "buffer": "[a-z_]+",
    }
    for key in instrument.describes:
        yield re.sub(r"\\{(\w+)\\}", lambda found: f"({stands_for[found[1]]})", re.escape(key))


def test_what_does_not_apply_says_why(instrument_name):
    """A moment of which nothing is known but a model without parameters."""
    from torch import nn

    from loopscope.instruments import Moment

    (instrument,) = make([instrument_name])
    bare = Moment(nn.Identity(), 3)
    reason = instrument.why_not(bare)
    assert instrument.applies(bare) is (reason == "")
    if not reason:  # nothing is missing, then nothing is made up either
        assert instrument.take(bare).empty


def test_names_become_instruments():
    assert [i.name for i in make(DEFAULT)] == list(DEFAULT)
    assert [i.name for i in make("speed")] == ["speed"]
    ready_made = make(["loss"])[0]
    assert make(["speed", ready_made])[1] is ready_made
    fast, never = make({"loss": "5", "weights": OnDemand()})
    assert (fast.cadence, never.cadence) == (Every(5), OnDemand())
    assert set(DEFAULT_WATCH) <= set(DEFAULT) <= set(instruments())


def test_two_of_a_kind_share_nothing():
    one, other = make(["speed", "speed"])
    assert one is not other


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(UserMistake, match="instrument is 'gradientnorm'.*Did you mean \"gradient_norm\""):
        make(["gradientnorm"])
    with pytest.raises(UserMistake, match="cadence is 'sometimes'"):
        make({"loss": "sometimes"})
