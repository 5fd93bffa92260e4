"""Presets: all there, each valid under its own name, and each short enough to watch."""

from __future__ import annotations

import pytest

from loopscope.errors import UserMistake
from loopscope.experiment import from_link, preset, presets, to_link
from loopscope.experiment.vocabulary import DATASETS

WANTED = {
    "line",
    "moons-linear",
    "moons-mlp",
    "circles",
    "xor",
    "spiral",
    "sine",
    "digits",
    "breast-cancer",
    "diabetes",
}
LONGEST = 2000  # steps; with the small models here that is a second or two on one core


def test_the_presets_that_were_asked_for_are_there():
    assert set(presets()) >= WANTED


@pytest.mark.parametrize("name", presets())
def test_a_preset_has_a_name_a_line_and_an_experiment(name: str):
    one = presets()[name]
    assert one.name == name == one.experiment.name and preset(name) == one.experiment
    assert 20 < len(one.summary) < 100 and one.summary.endswith(".") and "\n" not in one.summary
    assert from_link(to_link(one.experiment)) == one.experiment


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_short(name: str):
    experiment = preset(name)
    training, known = experiment.training, DATASETS[experiment.data.name]
    rows = (experiment.data.samples or known.rows or 200) * (1 - experiment.data.test_fraction)
    batch = rows if training.batch_size == "all" else training.batch_size
    assert (training.steps or (training.epochs or 100) * rows / batch) <= LONGEST


def test_an_unknown_preset_is_answered_with_the_nearest():
    with pytest.raises(
        UserMistake, match="^preset is 'moons-mpl'; allowed breast-cancer, .*Did you mean \"moons-mlp\""
    ):
        preset("moons-mpl")


def test_presets_cannot_be_changed_from_outside():
    presets().clear()
    assert presets()
