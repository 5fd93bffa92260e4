"""The catalogue of `experiment` and the sources here name the same datasets, and a wrong name finds the nearest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from loopscope.datasets import catalogue, describe
from loopscope.datasets.registry import SOURCES, add, find, source_text
from loopscope.errors import UserMistake
from loopscope.experiment.vocabulary import DATASETS


def test_every_name_of_the_catalogue_has_a_source_and_no_other() -> None:
    assert [each.name for each in catalogue()] == list(DATASETS)
    assert set(SOURCES) == set(DATASETS)


def test_only_generated_sets_have_a_noise() -> None:
    for each in catalogue():
        assert (each.noise is not None) == DATASETS[each.name].generated, each.name
        assert each.summary and (each.rows is None or each.rows > 100)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserMistake, match=r"^data\.name is 'mons'; allowed .* Did you mean \"moons\""):
        find("mons")
    with pytest.raises(UserMistake):
        describe("")


def test_a_name_that_the_catalogue_lacks_cannot_be_registered() -> None:
    with pytest.raises(UserMistake, match=r"^dataset is 'sprial'; .* Did you mean \"spiral\"\? Add it to DATASETS"):
        add("sprial", find("moons"))


def test_a_name_is_registered_once() -> None:
    with pytest.raises(AssertionError, match="two sources"):
        add("moons", find("circles"))


def test_the_source_text_of_a_recipe_starts_at_its_def() -> None:
    from loopscope.datasets.classes import moons

    text = source_text(moons)
    assert text.startswith("def moons(samples: int, noise: float, seed: int)")
    assert "@" not in text


def test_importing_loads_neither_scikit_learn_nor_pandas() -> None:
    names = "('sklearn', 'pandas', 'pyarrow', 'matplotlib')"
    script = f"import sys, loopscope.datasets as d; d.catalogue(); print([n for n in {names} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
