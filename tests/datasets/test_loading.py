"""What every dataset promises: shapes, names, seeds, split, scaling by training rows only, no global state."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from loopscope.datasets import Dataset, load
from loopscope.datasets import scaling as scaling_module
from loopscope.errors import UserMistake
from loopscope.experiment import Data
from loopscope.experiment.vocabulary import DATASETS

TWO_CLASSES = ("moons", "circles", "xor", "gaussians", "spiral")
GENERATED = [name for name, known in DATASETS.items() if known.generated]


def settings(name: str, people_csv: str) -> dict[str, Any]:
    more = {
        "formula": {"formula": "sin(3*x1)*x2"},
        "points": {"points": [[at % 7, -at, at % 3] for at in range(30)]},
        "table": {"path": people_csv, "target": "grade"},
    }
    return {"name": name, **more.get(name, {})}


@pytest.fixture(params=list(DATASETS))
def data(request: pytest.FixtureRequest, people_csv: str) -> Data:
    return Data.model_validate(settings(request.param, people_csv))


def same(one: Dataset, other: Dataset) -> bool:
    pairs = ((one.train, other.train), (one.test, other.test))
    return all(torch.equal(a.inputs, b.inputs) and torch.equal(a.targets, b.targets) for a, b in pairs)


def states() -> tuple[Any, ...]:
    name, keys, *rest = np.random.get_state()
    return random.getstate(), name, keys.tolist(), rest, torch.get_rng_state().tolist()


def test_shapes_types_and_names(data: Data) -> None:
    dataset = load(data, 0)
    known = DATASETS[data.name]
    assert known.task in (None, dataset.task)
    assert known.inputs in (None, len(dataset.raw_names))
    assert known.rows in (None, len(dataset.train) + len(dataset.test))
    for side in (dataset.train, dataset.test):
        rows = len(side)
        assert side.raw.shape == (rows, len(dataset.raw_names)) and side.raw.dtype == np.float64
        assert side.inputs.shape == (rows, len(dataset.input_names))
        assert side.inputs.dtype == (torch.int64 if dataset.task == "next-character" else torch.float32)
        shape = {"multiclass": (rows,), "next-character": (rows, data.context)}.get(dataset.task, (rows, 1))
        assert side.targets.shape == shape
        assert side.targets.dtype == (torch.float32 if shape == (rows, 1) else torch.int64)
        assert torch.isfinite(side.inputs).all() and torch.isfinite(side.targets).all()
    assert dataset.target_name and len(set(dataset.raw_names)) == len(dataset.raw_names)
    assert dataset.report[-1].endswith("held back for testing.")
    assert dataset.bounds.shape == (len(dataset.raw_names), 2)


def test_outputs_fit_the_task(data: Data) -> None:
    dataset = load(data, 0)
    largest = int(max(dataset.train.targets.max(), dataset.test.targets.max()))
    match dataset.task:
        case "binary":
            assert dataset.outputs == 1 and len(dataset.class_names) == 2
        case "regression":
            assert dataset.outputs == 1 and dataset.class_names == ()
        case "multiclass":
            assert dataset.outputs == len(dataset.class_names) == largest + 1
        case "next-character":
            assert dataset.outputs == len(dataset.vocabulary) > largest


def test_the_same_seed_gives_the_same_data_and_another_seed_another(data: Data) -> None:
    dataset = load(data, 7)
    assert same(dataset, load(data, 7))
    if data.name != "text":  # its windows and their order are the text's own
        assert not same(dataset, load(data, 8))


def test_nothing_global_is_touched(data: Data) -> None:
    before = states()
    load(data, 7)
    assert states() == before
    np.random.random()
    assert states() != before, "the comparison would not notice"


def test_global_seeds_do_not_matter(data: Data) -> None:
    first = load(data, 7)
    np.random.seed(99)
    torch.manual_seed(99)
    assert same(first, load(data, 7))


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.3, 0.9])
def test_split_is_disjoint_and_complete(data: Data, fraction: float) -> None:
    dataset = load(data.model_copy(update={"test_fraction": fraction}), 7)
    train, test = dataset.train.rows, dataset.test.rows
    rows = len(train) + len(test)
    assert sorted([*train, *test]) == list(range(rows))
    assert len(train) >= 1
    assert len(test) == (max(1, round(rows * fraction)) if fraction else 0)


def test_no_test_rows_keep_their_shapes(data: Data) -> None:
    dataset = load(data.model_copy(update={"test_fraction": 0.0}), 7)
    assert dataset.test.inputs.shape == (0, *dataset.train.inputs.shape[1:])
    assert dataset.test.targets.shape == (0, *dataset.train.targets.shape[1:])
    assert dataset.test.inputs.dtype == dataset.train.inputs.dtype


def test_encode_prepares_rows_as_the_dataset_did(data: Data) -> None:
    if data.name != "text":
        wanted = ("x1^2", "sin(x1)/3", "exp(tanh(x1))") if data.name != "digits" else ("cos(x22)", "x30^3")
        data = data.model_copy(update={"features": wanted, "scale": "standard"})
    dataset = load(data, 7)
    for side in (dataset.train, dataset.test):
        assert torch.equal(dataset.encode(side.raw), side.inputs)
        assert torch.equal(torch.cat([dataset.encode(row[None]) for row in side.raw[:9]]), side.inputs[:9])
        assert torch.equal(dataset.encode(np.asfortranarray(side.raw)), side.inputs)


def test_encode_computes_in_64_bits_whatever_it_is_given() -> None:
    dataset = load(Data(name="moons", features=("exp(x1)/3", "sin(x2)^3"), scale="standard"), 0)
    short = dataset.train.raw.astype(np.float32)
    assert torch.equal(dataset.encode(short), dataset.encode(short.astype(np.float64)))


@pytest.mark.parametrize("name", TWO_CLASSES)
@pytest.mark.parametrize("samples", [4, 7, 200])
def test_classes_are_balanced(name: str, samples: int) -> None:
    dataset = load(Data.model_validate({"name": name, "samples": samples}), 3)
    labels = torch.cat([dataset.train.targets, dataset.test.targets])
    assert len(labels) == samples
    assert abs(samples - 2 * labels.sum()) <= 1


@pytest.mark.parametrize("name", GENERATED)
def test_noise_moves_rows_and_only_by_its_size(name: str) -> None:
    more = {"formula": "x1 - x2"} if name == "formula" else {}
    clean, noisy = (load(Data.model_validate({"name": name, "noise": noise, **more}), 3) for noise in (0.0, 0.05))
    assert not same(clean, noisy)
    moved = (
        np.abs(noisy.train.raw - clean.train.raw).max(),
        np.abs(noisy.train.raw_targets - clean.train.raw_targets).max(),
    )
    assert max(moved) < 0.3  # six deviations


@pytest.mark.parametrize("name", ["moons", "circles", "xor", "spiral"])
def test_without_noise_the_classes_are_where_they_should_be(name: str) -> None:
    side = load(Data.model_validate({"name": name, "noise": 0.0, "samples": 500, "test_fraction": 0.0}), 3).train
    points, labels = side.raw, side.raw_targets
    radius = np.hypot(points[:, 0], points[:, 1])
    expected = {
        "moons": lambda: np.abs(np.hypot(points[:, 0] - 1, points[:, 1] - 0.5) - 1) < 1e-9,
        "circles": lambda: radius < 0.75,
        "xor": lambda: points[:, 0] * points[:, 1] < 0,
        "spiral": lambda: np.cos(np.arctan2(points[:, 0], points[:, 1]) - 3 * np.pi * radius) < 0,
    }[name]()
    assert np.array_equal(expected, labels == 1)


@pytest.mark.parametrize("scale", ["standard", "minmax"])
def test_scaling_looks_at_training_rows_only(scale: Any) -> None:
    data = Data(name="diabetes", scale=scale, scale_target=True)
    dataset = load(data, 3)
    inputs, targets = dataset.train.inputs.double(), dataset.train.targets.double()
    if scale == "standard":
        assert torch.allclose(inputs.mean(0), torch.zeros(10).double(), atol=1e-6)
        assert torch.allclose(inputs.std(0, correction=0), torch.ones(10).double(), atol=1e-6)
    else:
        assert inputs.min(0).values.tolist() == [0] * 10
        assert inputs.max(0).values.tolist() == [1] * 10
    assert abs(float(targets.mean())) < 1e-6 and abs(float(targets.std(correction=0)) - 1) < 1e-6
    assert abs(float(dataset.test.targets.mean())) > 1e-3, "the test rows have a mean of their own"
    back = dataset.scaling.target_in_its_unit(targets.numpy()[:, 0])
    assert np.allclose(back, dataset.train.raw_targets, rtol=1e-6)


def test_scaling_agrees_with_scikit_learn() -> None:
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    raw = load(Data(name="wine"), 0).train.raw
    for how, scaler in (("standard", StandardScaler()), ("minmax", MinMaxScaler())):
        center, scale = scaling_module.fit(raw, how)  # type: ignore[arg-type]
        assert np.allclose((raw - center) / scale, scaler.fit_transform(raw))


def test_a_constant_input_is_not_divided_by_its_rounding_error() -> None:
    train = np.full((200, 2), 0.1)
    assert train.std(axis=0).min() > 0, "rounding makes a deviation of it"
    center, scale = scaling_module.fit(train, "standard")
    assert scale.tolist() == [1.0, 1.0] and np.allclose(center, 0.1)
    assert scaling_module.fit_target(np.full(3, 5.0)) == (5.0, 1.0)


def test_a_missing_number_becomes_the_median_of_training_rows(people_csv: str) -> None:
    dataset = load(Data(name="table", path=people_csv, target="income"), 3)
    ages = dataset.raw_names.index("age")
    both = {int(row): side.raw[at, ages] for side in (dataset.train, dataset.test) for at, row in enumerate(side.rows)}
    known = [both[int(row)] for row in dataset.train.rows if row not in (3, 17)]
    assert both[3] == both[17] == np.median(known)
    assert (
        f"age is missing on 2 rows; the median of the training rows, {np.median(known):g}, stands in." in dataset.report
    )


def test_digits_are_pictures_unless_features_are_asked_for() -> None:
    dataset = load(Data(name="digits"), 0)
    assert dataset.image == (1, 8, 8)
    assert dataset.train.raw.min() == 0 and dataset.train.raw.max() == 1
    assert load(Data(name="digits", features=("x1",)), 0).image is None


def test_names_of_real_sets() -> None:
    assert load(Data(name="iris"), 0).class_names == ("setosa", "versicolor", "virginica")
    cancer = load(Data(name="breast-cancer"), 0)
    assert cancer.class_names == ("malignant", "benign") and cancer.raw_names[0] == "mean radius"
    assert load(Data(name="diabetes"), 0).raw_names[:3] == ("age", "sex", "bmi")


def test_features_by_every_name_of_a_column() -> None:
    names = ("x1", "sepal_length_cm", "sepal length (cm)", "x3*2")
    dataset = load(Data(name="iris", features=names), 0)
    assert dataset.input_names == names
    raw = torch.tensor(dataset.train.raw[:, [0, 0, 0, 2]] * [1, 1, 1, 2], dtype=torch.float32)
    assert torch.equal(dataset.train.inputs, raw)
    assert load(Data(name="line", features=("x", "x1")), 0).train.inputs.shape[1] == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "iris", "samples": 151}, "data.samples is 151; allowed 4 to 150"),
        ({"name": "formula"}, "data.formula is None; allowed a value"),
        ({"name": "formula", "formula": "x + x2"}, "Write x1 for x."),
        ({"name": "formula", "formula": "log(x)"}, r"^data.formula is 'log\(x\)'; .* It is not on \d+ of 200 rows"),
        ({"name": "formula", "formula": "__import__('os').system('true')"}, "there is no function __import__"),
        ({"name": "iris", "features": ("sepal_lenght_cm",)}, 'data.features .* Did you mean "sepal_length_cm"?'),
        ({"name": "moons", "features": ("x1", " ")}, "data.features is ' '; .* Take the empty one out"),
        ({"name": "moons", "features": ("log(x1)",)}, r"data.features is 'log\(x1\)'; .* It is not on"),
        ({"name": "moons", "features": ("exp(99*x1+99)",)}, "data.features .* inputs that fit in 32-bit floats"),
        ({"name": "points"}, r"data.points is \[\]; allowed rows: the dataset points needs some."),
        ({"name": "table", "target": "y"}, "data.path is None"),
        ({"name": "table", "path": "x.csv"}, "data.target is None"),
        ({"name": "text", "samples": 10_000}, "data.samples is 10000; allowed 4 to 6,249 windows"),
    ],
)
def test_what_cannot_be_loaded(data: dict[str, Any], words: str) -> None:
    with pytest.raises(UserMistake, match=words) as raised:
        load(Data.model_validate(data), 0)
    assert "\n" not in str(raised.value)


def test_text_windows_follow_each_other(write: Callable[..., str]) -> None:
    text = "abcdefghij" * 10
    dataset = load(Data(name="text", path=write(text, "a.txt"), context=7), 0)
    assert "".join(dataset.vocabulary) == "abcdefghij"

    def spelt(codes: torch.Tensor) -> str:
        return "".join(dataset.vocabulary[code] for code in codes.flatten().tolist())

    inputs, targets = (
        torch.cat([getattr(side, kind) for side in (dataset.train, dataset.test)]) for kind in ("inputs", "targets")
    )
    assert spelt(inputs) == text[:98]
    assert spelt(targets) == text[1:99]
    assert len(dataset.train) == 10 and len(dataset.test) == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", r"This one is empty \(0 bytes\)"),
        ("short", "data.context is 32; allowed 1 to 1. The text has 5 characters, not 129"),
        ("a" * 999, "at least two different characters"),
        ("ab\0" * 999, r"A NUL byte at offset 2 \(line 1\)"),
        ("Größe".encode("latin-1") * 99, r"Byte 0xf6 at offset 2 \(line 1\) is not"),
        ("hello".encode("utf-16"), "This is UTF-16. Save it again as UTF-8"),
    ],
)
def test_texts_that_are_none(content: str | bytes, words: str, write: Callable[..., str]) -> None:
    with pytest.raises(UserMistake, match=words):
        load(Data(name="text", path=write(content, "a.txt")), 0)


def test_a_class_without_training_rows_is_reported(write: Callable[..., str]) -> None:
    path = write("a,y\n" + "1.5,cat\n2.5,dog\n3.5,eel\n4.5,fox\n")
    report = load(Data(name="table", path=path, target="y", test_fraction=0.5), 0).report
    assert sum(sentence.startswith("No training row is of the class") for sentence in report) == 2
