"""Metrics against scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import nn

from loopscope.errors import LoopscopeError
from loopscope.instruments import Moment, make


def read(outputs, targets, task, classes=None):
    """As if a model had put out `outputs`."""
    moment = Moment(nn.Identity(), 1, task=task, train=(outputs, targets), class_count=classes)
    return make(["metrics"])[0].take(moment)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(5)


@pytest.mark.parametrize("columns", [1, 2])
def test_two_classes(columns):
    logits, true = torch.randn(50, columns), torch.randint(2, (50, 1)).float()
    said = (logits[:, 0] > 0).long() if columns == 1 else logits.argmax(1)
    reading = read(logits, true, "binary")
    assert reading.values["train_accuracy"] == metrics.accuracy_score(true.ravel(), said)
    assert np.array_equal(reading.arrays["train_confusion"], metrics.confusion_matrix(true.ravel(), said))


def test_a_logit_of_zero_is_class_0():
    assert read(torch.zeros(2, 1), torch.zeros(2, 1), "binary").values["train_accuracy"] == 1


def test_many_classes_one_of_them_never_seen():
    logits, true = torch.randn(60, 4), torch.randint(3, (60,))
    reading = read(logits, true, "multiclass", classes=4)
    said = logits.argmax(1)
    assert reading.values["train_accuracy"] == pytest.approx(metrics.accuracy_score(true, said))
    assert np.array_equal(reading.arrays["train_confusion"], metrics.confusion_matrix(true, said, labels=range(4)))


def test_rows_marked_to_be_ignored_are():
    logits, true = torch.eye(3), torch.tensor([0, -100, 1])
    reading = read(logits, true, "multiclass")
    assert reading.values["train_accuracy"] == 0.5
    assert reading.arrays["train_confusion"].sum() == 2


@pytest.mark.parametrize("shape", [(40,), (40, 1), (40, 3)])
def test_values(shape):
    said, true = torch.randn(shape), torch.randn(shape)
    values = read(said, true, "regression").values
    assert values["train_r2"] == pytest.approx(metrics.r2_score(true, said), rel=1e-5)
    assert values["train_mae"] == pytest.approx(metrics.mean_absolute_error(true, said), rel=1e-5)
    squared = metrics.mean_squared_error(true, said)
    assert values["train_rmse"] == pytest.approx(squared**0.5, rel=1e-5)


def test_values_said_and_true_are_kept_for_a_figure_up_to_a_bound():
    said, true = torch.randn(2500, 1), torch.randn(2500)
    arrays = read(said, true, "regression").arrays
    assert np.array_equal(arrays["train_said"], said[:2000])
    assert np.array_equal(arrays["train_true"], true[:2000, None])


def test_a_column_and_a_row_of_values_are_not_made_a_table():
    said = torch.randn(40, 1)
    assert read(said, said[:, 0].clone(), "regression").values["train_rmse"] == 0


def test_equal_targets_have_no_r2():
    assert math.isnan(read(torch.randn(4, 1), torch.ones(4, 1), "regression").values["train_r2"])


@pytest.mark.parametrize("order", ["rows, context, characters", "rows, characters, context"])
def test_characters(order):
    logits, true = torch.randn(6, 5, 7), torch.randint(7, (6, 5))
    chances = torch.softmax(logits, -1).double().gather(-1, true[..., None])
    values = read(logits if order.endswith("characters") else logits.movedim(-1, 1), true, "next-character").values
    assert values["train_perplexity"] == pytest.approx(math.exp(-chances.log().mean()), rel=1e-5)
    assert values["train_accuracy"] == pytest.approx(metrics.accuracy_score(true.ravel(), logits.argmax(-1).ravel()))


def test_an_even_guess_is_as_hard_as_there_are_characters():
    values = read(torch.zeros(2, 3, 11), torch.zeros(2, 3, dtype=torch.long), "next-character").values
    assert values["train_perplexity"] == pytest.approx(11)


@pytest.mark.parametrize(
    ("task", "shape", "true"),
    [
        ("binary", (3, 1), torch.zeros(3, 1)),
        ("multiclass", (3, 2), torch.zeros(3)),
        ("regression", (3, 1), torch.zeros(3, 1)),
        ("next-character", (3, 2, 4), torch.zeros(3, 2)),
    ],
)
def test_nan_outputs_give_nan_and_no_count(task, shape, true):
    outputs = torch.zeros(shape)
    outputs[0] = math.nan
    reading = read(outputs, true, task)
    assert all(math.isnan(value) for key, value in reading.values.items() if key.startswith("train"))
    if "train_confusion" in reading.arrays:
        assert reading.arrays["train_confusion"].sum() == 2


@pytest.mark.parametrize(
    ("task", "shape", "true"),
    [
        ("binary", (4, 3), (4, 1)),
        ("binary", (4, 1), (5, 1)),
        ("multiclass", (4, 3, 2), (4,)),
        ("regression", (4, 2), (4, 1)),
        ("next-character", (4, 3), (4, 2)),
    ],
)
def test_shapes_that_do_not_go_together_are_named(task, shape, true):
    with pytest.raises(LoopscopeError, match=r"outputs \(4.* and targets \(.*wanted"):
        read(torch.zeros(shape), torch.zeros(true), task)


def test_both_sides_and_an_empty_one(begin):
    moment = begin("convolutions")
    assert {"train_accuracy", "test_accuracy"} < make(["metrics"])[0].take(moment).values.keys()
    moment.test = tuple(rows[:0] for rows in moment.test)
    assert "test_accuracy" not in make(["metrics"])[0].take(moment).values
