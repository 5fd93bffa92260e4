"""Every figure, light and dark: labelled, nothing overlapping or cut off, Matplotlib's own settings untouched."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from loopscope import plots
from loopscope.plots.chained import Column, Lines
from loopscope.plots.layer_columns import Drawn
from loopscope.plots.palette import palette
from loopscope.plots.panels import Layers
from loopscope.plots.points import Rows
from loopscope.plots.slope_panels import Curve
from plots.drawn import axes_of, cut_off, overlapping
from plots.test_palette import contrast

STEPS = np.arange(0, 300, 10)
FALLING = np.exp(-STEPS / 60)
GRID_X, GRID_Y = np.linspace(-3, 4, 20), np.linspace(-3, 3, 15)
PLANE = GRID_X[None, :] + GRID_Y[:, None]
PROBABILITY = 1 / (1 + np.exp(-PLANE))
THREE = np.stack([PROBABILITY / 2, (1 - PROBABILITY) / 2, np.full_like(PLANE, 0.5)], axis=-1)


def rows(count: int, columns: int, classes: int) -> Rows:
    generator = np.random.default_rng(count)
    targets = generator.integers(0, classes, count) if classes else generator.normal(size=count)
    return Rows.of(generator.normal(size=(count, columns)), targets)


def layers(count: int) -> Layers:
    names = [f"layer{number}.relu" for number in range(count)]
    curves = {name: (STEPS, FALLING * (1 + index)) for index, name in enumerate(names)}
    shares = dict.fromkeys(names, (STEPS, FALLING / 2))
    return Layers(curves, curves, shares, shares)


def columns() -> list[Column]:
    """Two inputs, three units, one output, each weight another number."""
    hidden = [Lines("z₁", [0.1, -0.2, 0.3], [0.4, 0.5, -0.6]), Lines("a₁", [0.1, 0, 0.3], [0.4, 0.5, -0.6])]
    return [
        Column("inputs", [Lines("x", [0.5, -1], [0.1, 0.2])]),
        Column("0 Linear · ReLU", hidden, [[0.1, 0.2], [-0.3, 0.4], [0.5, -0.6]]),
        Column("2 Linear", [Lines("z₂", [0.7], [-3.36])], [[0.1, -0.2, 0.3]]),
    ]


def slopes() -> list[Curve]:
    regions = [("dead", -3.0, 0.0), ("saturated", 2.0, 4.0)]
    return [Curve(f"Function{k}", np.sin(GRID_X + k), np.cos(GRID_X + k), regions) for k in range(6)]


EPSILONS = 10.0 ** -np.arange(1, 13)
DIAGRAMS = {"chain", "architecture"}
"""These have no axes to name: every number in them stands beside what it is."""

FIGURES: dict[str, Callable[[bool], Figure]] = {
    "loss": lambda dark: plots.loss({"train": (STEPS, FALLING), "test": (STEPS, FALLING + 0.1)}, dark=dark),
    "loss of batches": lambda dark: plots.loss({"batch": (STEPS, FALLING), "train": (STEPS, FALLING)}, dark=dark),
    "loss that diverged": lambda dark: plots.loss({"train": (STEPS, np.where(STEPS > 250, np.inf, 2.0))}, dark=dark),
    "loss of one step": lambda dark: plots.loss({"train": ([1], [0.5])}, dark=dark),
    "loss over decades": lambda dark: plots.loss({"train": (STEPS, FALLING**3)}, dark=dark),
    "comparison": lambda dark: plots.comparison(
        {f"run {k}": (STEPS[: 20 + 2 * k], FALLING[: 20 + 2 * k]) for k in range(5)}, dark=dark
    ),
    "gradients": lambda dark: plots.gradients(layers(4).mean, dark=dark),
    "gradients of many": lambda dark: plots.gradients(layers(20).mean, dark=dark),
    "activations": lambda dark: plots.activations(layers(3), dark=dark),
    "activations of six": lambda dark: plots.activations(layers(6), dark=dark),
    "activations of many": lambda dark: plots.activations(layers(20), dark=dark),
    "data": lambda dark: plots.data(rows(40, 2, 2), rows(20, 2, 2), classes=2, dark=dark),
    "data of ten classes": lambda dark: plots.data(rows(200, 8, 10), classes=10, dark=dark),
    "data of one column": lambda dark: plots.data(rows(40, 1, 0), rows(9, 1, 0), dark=dark),
    "data of a quantity": lambda dark: plots.data(rows(40, 5, 0), rows(9, 5, 0), dark=dark),
    "surface": lambda dark: plots.surface(
        GRID_X, GRID_Y, PROBABILITY, train=rows(40, 2, 2), test=rows(20, 2, 2), dark=dark
    ),
    "surface of three": lambda dark: plots.surface(GRID_X, GRID_Y, THREE, train=rows(40, 2, 3), classes=3, dark=dark),
    "surface of a value": lambda dark: plots.surface(GRID_X, GRID_Y, PLANE, train=rows(9, 2, 0), classes=0, dark=dark),
    "terrain": lambda dark: plots.terrain(GRID_X, GRID_Y, PLANE**2 + 0.1, here=(0, 0), dark=dark),
    "terrain of a path": lambda dark: plots.terrain(
        GRID_X,
        GRID_Y,
        PLANE,
        path=np.stack([FALLING, FALLING**2], axis=1),
        names=("principal component 1 (94.2%)", "principal component 2 (3.1%)"),
        dark=dark,
    ),
    "terrain with holes": lambda dark: plots.terrain(GRID_X, GRID_Y, np.where(PLANE > 2, np.nan, PLANE), dark=dark),
    "terrain that is flat": lambda dark: plots.terrain(GRID_X, GRID_Y, np.zeros_like(PLANE), dark=dark),
    "terrain nowhere finite": lambda dark: plots.terrain(GRID_X, GRID_Y, np.full_like(PLANE, np.inf), dark=dark),
    "passage": lambda dark: plots.passage(np.linspace(0, 1, 21), np.sin(np.linspace(0, 3, 21)), (0.5, 0.9), dark=dark),
    "passage without a barrier": lambda dark: plots.passage([0, 0.5, 1], [1, 0.1, 0.001], (0.0, 0.0), dark=dark),
    "passage over an infinite one": lambda dark: plots.passage([0, 0.5, 1], [1, np.inf, 2], (0.5, np.inf), dark=dark),
    "fit": lambda dark: plots.fit(GRID_X, np.sin(GRID_X), rows(30, 1, 0), rows(9, 1, 0), dark=dark),
    "fit that ends high": lambda dark: plots.fit(GRID_X, GRID_X**2, rows(30, 1, 0), dark=dark),
    "agreement": lambda dark: plots.agreement(([1, 2, 3], [1, 2, 2.5]), ([1.5], [1.6]), dark=dark),
    "weights": lambda dark: plots.weights({"fc1": rows(8, 2, 0).inputs, "fc2": rows(1, 8, 0).inputs}, dark=dark),
    "weights of many": lambda dark: plots.weights({f"{k}": np.ones((3, 3)) for k in range(12)}, step=5, dark=dark),
    "confusion": lambda dark: plots.confusion([[9, 1], [2, 8]], class_names=["malignant", "benign"], dark=dark),
    "chain": lambda dark: plots.chain(columns(), loss=("MSELoss", 0.25), dark=dark),
    "step_errors": lambda dark: plots.step_errors(
        {"float32": (EPSILONS, 1e-7 / EPSILONS + EPSILONS), "float64": (EPSILONS, 1e-15 / EPSILONS + EPSILONS**2)},
        dark=dark,
    ),
    "slopes": lambda dark: plots.slopes(GRID_X, slopes(), dark=dark),
    "slopes of one": lambda dark: plots.slopes(GRID_X, slopes()[:1], dark=dark),
    "architecture": lambda dark: plots.architecture(
        [Drawn("inputs", 2, "", ""), Drawn("fc1 · ReLU", 64, "[64, 2]", "192", True), Drawn("fc2", 1, "[1, 64]", "65")],
        total="257 parameters",
        dark=dark,
    ),
    "confusion of ten": lambda dark: plots.confusion(np.eye(10) * 12 + 1, dark=dark),
}
both = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
each = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())


@both
@each
def test_nothing_overlaps_and_nothing_is_cut_off(draw: Callable[[bool], Figure], dark: bool):
    figure = draw(dark)
    assert overlapping(figure) == []
    assert cut_off(figure) == []


def test_the_check_of_overlaps_sees_one():
    figure = Figure()
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "two")
    figure.text(0.99, 0.5, "beyond the paper")
    assert overlapping(figure) == [("one", "two")]
    assert cut_off(figure) == ["beyond the paper"]


@pytest.mark.parametrize("name", FIGURES)
def test_axes_are_labelled_and_paper_is_ours(name: str):
    figure = FIGURES[name](True)
    labels = [axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes if axes.get_visible()]
    assert any(labels) != (name in DIAGRAMS)
    assert mpl.colors.to_hex(figure.get_facecolor()).upper() == palette(dark=True).paper
    assert figure.get_size_inches()[0] <= 6.4


@each
def test_drawing_leaves_matplotlib_as_it_was(draw: Callable[[bool], Figure]):
    before = dict(mpl.rcParams)
    draw(False)
    assert dict(mpl.rcParams) == before


def test_a_figure_shows_itself_in_a_notebook():
    figure = plots.loss({"train": (STEPS, FALLING)})
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_drawing_loads_no_pyplot_and_no_torch():
    code = (
        "import sys; from loopscope import plots; plots.loss({'train': ([1, 2], [1, 2])}).png(); "
        "assert not {'matplotlib.pyplot', 'torch'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_figure_of_the_package_is_drawn_here():
    drawn = {name.split()[0] for name in FIGURES}
    assert drawn == set(plots.__all__) - {"Picture", "loss_plot"}


def test_train_is_solid_and_test_is_dashed():
    figure = plots.loss({"train": (STEPS, FALLING), "test": (STEPS, FALLING + 0.1)})
    train, test = axes_of(figure).lines[:2]
    assert train.get_linestyle() == "-"
    assert test.get_linestyle() == "--"
    np.testing.assert_allclose(train.get_ydata(), FALLING)
    texts = [text.get_text() for text in axes_of(figure).texts]
    assert "train 0.00796" in texts
    assert "test 0.108" in texts


def test_the_lowest_test_loss_is_marked_only_where_the_loss_rises_after_it():
    rising = FALLING + STEPS / 400
    texts = [text.get_text() for text in axes_of(plots.loss({"test": (STEPS, rising)})).texts]
    assert "lowest 0.435 at step 110" in texts
    texts = [text.get_text() for text in axes_of(plots.loss({"test": (STEPS, FALLING)})).texts]
    assert not any(text.startswith("lowest") for text in texts)


def test_divergence_is_marked_where_it_began():
    values = np.where(STEPS >= 200, np.nan, FALLING)
    texts = [text.get_text() for text in axes_of(plots.loss({"train": (STEPS, values)})).texts]
    assert "train: not finite at step 200" in texts


def test_a_log_axis_is_chosen_with_its_reason_in_the_label():
    axes = axes_of(plots.loss({"train": (STEPS, FALLING)}))
    assert axes.get_yscale() == "log"
    assert "log scale: values span 2.1 decades" in axes.get_ylabel()
    assert axes_of(plots.loss({"train": (STEPS, FALLING + 1)})).get_yscale() == "linear"


def test_a_loss_that_reaches_zero_stands_on_a_tick_called_zero():
    axes = axes_of(plots.loss({"train": ([1, 2, 3], [1.0, 1e-4, 0.0])}))
    axes.figure.draw_without_rendering()
    assert "0" in [tick.get_text() for tick in axes.get_yticklabels()]


def test_train_points_are_filled_and_test_points_are_rings(moons: tuple[Rows, Rows]):
    figure = plots.data(*moons, classes=2)
    train, test = (group for group in axes_of(figure).collections[:2] if isinstance(group, PathCollection))
    blue = mpl.colors.to_rgba(palette().classes[0])
    np.testing.assert_allclose(train.get_facecolor()[0], blue)
    np.testing.assert_allclose(test.get_edgecolor()[0], blue)
    assert not np.allclose(test.get_facecolor()[0], blue)


def test_a_surface_is_symmetric_around_undecided():
    figure = plots.surface(GRID_X, GRID_Y, PROBABILITY)
    image = axes_of(figure).images[0]
    np.testing.assert_allclose(image.to_rgba(0.5)[:3], mpl.colors.to_rgb(palette().paper), atol=0.01)
    assert image.get_clim() == (0, 1)
    assert image.get_array().shape == PLANE.shape


def crosses(figure: Figure) -> np.ndarray:
    """Places of the crosses of a figure (n, 2)."""
    groups = [group for group in axes_of(figure).collections if isinstance(group, PathCollection)]
    return np.concatenate([group.get_offsets() for group in groups if group.get_zorder() == 5])


def test_rows_on_the_wrong_side_are_crossed_and_those_beside_the_line_are_not():
    inputs = [[2.0, 2.0], [2.0, 2.0], [-2.0, -2.0], [0.01, 0.01]]
    figure = plots.surface(GRID_X, GRID_Y, PROBABILITY, train=Rows.of(inputs, [0, 1, 0, 0]))
    np.testing.assert_allclose(crosses(figure), [[2.0, 2.0]])


def test_grids_may_come_as_meshes():
    mesh_x, mesh_y = np.meshgrid(GRID_X, GRID_Y)
    figure = plots.surface(mesh_x, mesh_y, PROBABILITY)
    assert axes_of(figure).get_xlim() == (-3, 4)


def test_three_classes_are_answered_by_the_most_probable():
    from loopscope.plots.plane import winners

    table = np.array([[[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]])
    np.testing.assert_array_equal(winners(table), [[1, 0]])
    np.testing.assert_array_equal(winners(np.array([[0.4, 0.6]])), [[0, 1]])


def test_many_columns_become_the_plane_in_which_they_differ_most():
    generator = np.random.default_rng(0)
    hidden = generator.normal(size=(80, 1))
    table = np.hstack([hidden, -hidden, hidden * 3, generator.normal(size=(80, 1)) * 0.01])
    axes = axes_of(plots.data(Rows.of(table, np.zeros(80)), classes=2))
    assert axes.get_xlabel().startswith("principal component 1 of 4 columns (75")  # three of four columns are one
    assert axes.get_ylabel().startswith("principal component 2")


def test_more_than_eight_layers_become_a_map():
    assert len(axes_of(plots.gradients(layers(8).mean)).lines) == 8
    figure = plots.gradients(layers(9).mean)
    assert not axes_of(figure).lines
    assert axes_of(figure).collections[0].get_array().shape == (9, len(STEPS))


def test_confusion_shows_counts_and_crosses_errors():
    axes = axes_of(plots.confusion([[9, 1], [0, 8]]))
    assert [text.get_text() for text in axes.texts] == ["9", "✕ 1", "8"]
    assert "17 of 18 right (94.4 %)" in axes.get_ylabel()


def test_weights_share_one_scale_symmetric_around_zero():
    figure = plots.weights({"a": [[1.0, -2.0]], "b": [[0.5]]})
    assert [axes.images[0].get_clim() for axes in figure.axes[:2]] == [(-2.0, 2.0)] * 2


def test_lengths_that_differ_are_our_own_fault():
    with pytest.raises(AssertionError, match="train: \\(2,\\) steps, \\(1,\\) values"):
        plots.loss({"train": ([1, 2], [1.0])})


def written_on(figure: Figure) -> Iterator[tuple[str, str]]:
    """Colour of each number in a picture of cells, and that of the cell it stands in."""
    for axes in figure.axes:
        for text in axes.texts if axes.images else ():
            column, row = (round(at) for at in text.get_position())
            image = axes.images[0]
            yield mpl.colors.to_hex(text.get_color()), mpl.colors.to_hex(image.to_rgba(image.get_array())[row, column])


@both
@pytest.mark.parametrize("share", [0.5, 0.61, 0.75, 1.0])
def test_numbers_can_be_read_in_their_cells(share: float, dark: bool):
    counts = np.array([[share, 1 - share], [share, 1 - share]]) * 100
    cells = np.linspace(-1, 1, 12).reshape(3, 4)
    for figure in (plots.confusion(counts, dark=dark), plots.weights({"fc": cells}, dark=dark)):
        pairs = list(written_on(figure))
        assert len(pairs) in (2, 4, 12)
        for text, cell in pairs:
            assert contrast(text, cell) >= 4.5, f"{text} on {cell}"
