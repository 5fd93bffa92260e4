"""Combinations: each rule refuses what would be ignored or could not run, and says it at the right field."""

# ruff: noqa: E501 - sentences stand here on one line, as they are read

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from loopscope.errors import UserMistake
from loopscope.experiment import Experiment, Model, validate
from loopscope.experiment.rules import RULES, RULES_OF_TASK, check
from loopscope.experiment.vocabulary import DATASETS, SETTINGS_OF_OPTIMIZER, SETTINGS_OF_SCHEDULE

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("data_fields_belong", {"data": {"formula": "x"}}, "data.formula is 'x'; allowed nothing for moons, only for formula. Try --set data.formula=none"),
    ("data_fields_belong", {"data": {"path": "a.csv"}}, "data.path is 'a.csv'; allowed nothing for moons, only for table and text."),
    ("data_fields_belong", {"data": {"target": "y"}}, "data.target is 'y'; allowed nothing for moons, only for table."),
    ("data_fields_belong", {"data": {"context": 8}}, "data.context is 8; allowed nothing for moons, only for text. Try --set data.context=32"),
    ("data_fields_belong", {"data": {"name": "formula"}}, "data.formula is None; allowed a value: formula needs it. Try --set 'data.formula=sin(3*x)'"),
    ("data_fields_belong", {"data": {"name": "table", "path": "a"}}, "data.target is None; allowed a value: table needs it. Try --set data.target=COLUMN"),
    ("data_fields_belong", {"data": {"points": [[0, 0, 1], [1, 1, 0]]}}, "data.points is [[0.0, 0.0, 1], [1.0, 1.0, 0]]; allowed nothing for moons, only for points. Try --set 'data.points=[]'"),
    ("points_are_alike", {"data": {"name": "points"}}, "data.points is []; allowed at least 2 rows for points, each [x1, x2, class], or each [x, y]. Try --set 'data.points=[[-0.5, 0, 0], [0.5, 0, 1]]'"),
    ("points_are_alike", {"data": {"name": "points", "points": [[0, 0, 1], [1, 1]]}}, "data.points[1] is [1.0, 1.0]; allowed 3 numbers as in the rows before: all rows are [x1, x2, class], or all are [x, y]."),
    ("loss_fits_task", {"data": {"name": "points", "points": [[0, 0, 1], [1, 1, 2]]}, "training": {"loss": "bce"}}, "allowed auto, cross-entropy for points (multiclass). Try --set training.loss=auto"),
    ("target_fits_task", {"data": {"name": "points", "points": [[0, 0, 0], [1, 1, 0]], "scale_target": True}}, "data.scale_target is True; allowed false for points"),
    ("data_can_be_prepared", {"data": {"name": "points", "points": [[0, 0], [1, 1]], "noise": 0.1}}, "data.noise is 0.1; allowed nothing for points, which is set by hand, not generated."),
    ("data_can_be_prepared", {"data": {"name": "points", "points": [[0, 0], [1, 1]], "samples": 5}}, "data.samples is 5; allowed none: 2 are given. Try --set data.samples=none"),
    ("data_can_be_prepared", {"data": {"name": "points", "points": [[0, n] for n in range(6)], "samples": 7}}, "allowed 4 to 6 for points, which has no more rows. Try --set data.samples=none"),
    ("data_can_be_prepared", {"data": {"name": "iris", "noise": 0.1}}, "data.noise is 0.1; allowed nothing for iris, which is measured, not generated. Try --set data.noise=none"),
    ("data_can_be_prepared", {"data": {"name": "iris", "samples": 151}}, "data.samples is 151; allowed 4 to 150 for iris, which has no more rows. Try --set data.samples=none"),
    ("target_fits_task", {"data": {"scale_target": True}}, "data.scale_target is True; allowed false for moons: only a regression's target can be scaled."),
    ("data_can_be_prepared", {"data": {"name": "text", "features": ["x1"]}}, "data.features is ['x1']; allowed nothing for text: characters are neither combined nor scaled. Try --set 'data.features=[]'"),
    ("data_can_be_prepared", {"data": {"name": "text", "scale": "standard"}}, "data.scale is 'standard'; allowed nothing for text"),
    ("features_differ", {"data": {"features": ["x1", "x1 * x2", "x1*x2"]}}, "data.features is ['x1', 'x1 * x2', 'x1*x2']; allowed each once; x1*x2 stands twice. Try --set 'data.features=x1,x1*x2'"),
    ("loss_fits_task", {"training": {"loss": "mse"}}, "training.loss is 'mse'; allowed auto, bce for moons (binary). Try --set training.loss=auto"),
    ("loss_fits_task", {"training": {"label_smoothing": 0.1}}, "training.label_smoothing is 0.1; allowed 0 for moons (binary): only cross-entropy"),
    ("activation_per_layer", {"model": {"activation": ["relu", "tanh"]}}, "model.activation is ['relu', 'tanh']; allowed one name, or a list of 1, one for each layer of model.hidden."),
    ("linear_has_no_layers", {"model": {"kind": "linear", "dropout": 0.5}}, "model.dropout is 0.5; allowed nothing for a linear model, which has no hidden layer. Try --set model.dropout=0"),
    ("linear_has_no_layers", {"model": {"kind": "linear", "hidden": [4]}}, "model.hidden is [4]; allowed nothing for a linear model"),
    ("batch_norm_needs_rows", {"model": {"norm": "batch"}, "training": {"batch_size": 1}}, "model.norm is 'batch'; allowed none or layer where training.batch_size is 1: one row has no deviation. Try --set model.norm=layer"),
    ("optimizer_reads", {"training": {"momentum": 0.9}}, "training.momentum is 0.9; allowed nothing for adam, only for sgd, rmsprop. Try --set training.momentum=0"),
    ("optimizer_reads", {"training": {"optimizer": "sgd", "nesterov": True}}, "training.nesterov is True; allowed false where momentum is 0. Try --set training.momentum=0.9"),
    ("optimizer_reads", {"training": {"optimizer": "lbfgs", "clip_norm": 1.0}}, "training.clip_norm is 1.0; allowed nothing for lbfgs"),
    ("schedule_reads", {"training": {"schedule": {"every": 5}}}, "training.schedule.every is 5; allowed nothing for the schedule constant, only for step, exponential. Try --set training.schedule.every=100"),
    ("schedule_fits_length", {"training": {"steps": 50, "schedule": {"warmup": 50}}}, "training.schedule.warmup is 50; allowed less than training.steps, 50: the learning rate would never be reached. Try --set training.schedule.warmup=5"),
    ("length_given_once", {"training": {"steps": 5, "epochs": 5}}, "training.steps is 5; allowed none where training.epochs is 5: one of the two decides. Try --set training.steps=none"),
    ("stopping_needs_test", {"data": {"test_fraction": 0}, "training": {"early_stopping": 3}}, "training.early_stopping is 3; allowed none where data.test_fraction is 0: there is no test loss to watch. Try --set data.test_fraction=0.3"),
    ("edits_differ", {"start": {"edits": [{"tensor": "a", "index": [1], "value": 1}, {"tensor": "a", "index": [1], "value": 2}]}}, "start.edits[1].index is [1]; allowed each weight once; a[1] is set twice."),
    ("faults_fit", {"faults": {"inject": ["no-step", "no-step"]}}, "faults.inject is ['no-step', 'no-step']; allowed each fault once; no-step stands twice. Try --set faults.inject=no-step"),
    ("faults_fit_task", {"faults": {"inject": ["frozen", "double-softmax"]}}, "allowed double-softmax only where the task is multiclass or next-character; moons is binary. Try --set faults.inject=frozen"),
    ("faults_fit", {"faults": {"inject": ["no-step", "step-before-backward"]}}, "allowed no-step or step-before-backward, not both: one never steps, the other steps too early."),
    ("faults_leave_something", {"faults": {"inject": ["frozen"]}, "training": {"optimizer": "lbfgs"}}, "faults.inject is ['frozen']; allowed nothing for lbfgs, whose closure has a loop of its own. Try --set training.optimizer=sgd"),
    ("faults_leave_something", {"faults": {"inject": ["frozen"]}, "model": {"kind": "linear", "bias": False}}, "allowed frozen only where something is left to train; this model is a single weight matrix."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "plain", "expected"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_combination_is_refused_in_one_sentence(rule: str, plain: dict[str, Any], expected: str):
    with pytest.raises(UserMistake) as caught:
        validate(plain)
    assert expected in str(caught.value) and "\n" not in str(caught.value)


def test_every_rule_has_a_case():
    asked = {rule.__name__ for rule in (*RULES, *RULES_OF_TASK)} - {"known_task_fits"}  # which asks those of the task
    assert {rule for rule, _, _ in CASES} == asked


def test_all_broken_rules_are_told():
    with pytest.raises(UserMistake) as caught:
        validate({"data": {"name": "digits", "noise": 0.2}, "training": {"momentum": 0.5, "loss": "mse"}})
    assert [problem.field for problem in caught.value.problems] == ["data.noise", "training.loss", "training.momentum"]


def test_the_constructor_says_the_same_words():
    with pytest.raises(ValidationError, match="nothing for a linear model"):
        Experiment(model=Model(kind="linear", residual=True))


def test_the_default_breaks_no_rule():
    check(Experiment())


def test_the_vocabulary_speaks_of_fields_and_names_that_there_are():
    from typing import get_args

    from loopscope.experiment import Schedule, Training
    from loopscope.experiment import vocabulary as v

    assert get_args(v.DataName) == tuple(DATASETS)
    assert set(SETTINGS_OF_OPTIMIZER) == set(get_args(v.Optimizer))
    assert set(SETTINGS_OF_SCHEDULE) == set(get_args(v.ScheduleName))
    assert set().union(*SETTINGS_OF_OPTIMIZER.values()) <= set(Training.model_fields)
    assert set().union(*SETTINGS_OF_SCHEDULE.values()) == set(Schedule.model_fields) - {"name"}
    assert {loss for losses in v.LOSSES_OF_TASK.values() for loss in losses} | {"auto"} == set(get_args(v.Loss))
