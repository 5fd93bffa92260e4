"""The table of shapes: right symbols, right shapes, and words that a reader can follow."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loopscope.errors import UserMistake
from loopscope.explain import ShapeTable, shapes


def shape_of(table: ShapeTable) -> dict[str, tuple[int, ...]]:
    return {row.symbol: row.shape for row in table.rows}


def meaning_of(table: ShapeTable) -> dict[str, str]:
    return {row.symbol: row.meaning for row in table.rows}


def formula_of(table: ShapeTable) -> dict[str, str]:
    return {layer.path: layer.formula for layer in table.layers}


def test_the_course_s_own_network(net: nn.Module):
    table = shapes(net, torch.randn(32, 2), torch.rand(32, 1), nn.BCEWithLogitsLoss())
    assert shape_of(table) == {
        "X": (32, 2), "W₁": (8, 2), "b₁": (8,), "z₁": (32, 8), "h₁": (32, 8), "W₂": (1, 8), "b₂": (1,),
        "logits": (32, 1), "y": (32, 1), "loss": (),
    }  # fmt: skip
    assert formula_of(table) == {
        "fc1": "[32, 2] @ [2, 8] + [8] = [32, 8]",
        "fc2": "[32, 8] @ [8, 1] + [1] = [32, 1]",
    }
    words = meaning_of(table)
    assert words["X"] == "the inputs: a batch of 32 examples, one a row; 2 features each, one a column"
    assert words["z₁"] == "X W₁ᵀ + b₁: what fc1 gives"
    assert words["h₁"] == "z₁ after relu: what goes into fc2"
    assert words["logits"].startswith("h₁ W₂ᵀ + b₂: what the model puts out, one for each row: scores")
    assert {row.symbol: row.dims for row in table.rows}["W₁"] == ("out", "in")


def test_why_the_weight_is_stored_out_in_is_told_with_the_readers_numbers(net: nn.Module):
    why = shapes(net, torch.randn(32, 2)).why
    assert "W₁ is stored as [8, 2], (out, in)" in why
    assert "fc1.weight[3] is all that unit 3 knows: 2 numbers" in why
    assert "[batch, 2] @ [2, 8] = [batch, 8]" in why
    assert net.fc1.weight[3].shape == (2,)  # pyright: ignore


def test_the_formula_is_what_pytorch_computes(net: nn.Module):
    X = torch.randn(32, 2)
    assert torch.allclose(X @ net.fc1.weight.T + net.fc1.bias, net.fc1(X), atol=1e-6)  # pyright: ignore


def test_without_a_linear_layer_nothing_is_said_of_its_weight():
    table = shapes(nn.Conv2d(1, 2, 3), torch.randn(1, 1, 5, 5))
    assert table.why == ""
    assert "[batch, in]" not in table.to_text()
    assert formula_of(table) == {"the model": "[1, 1, 5, 5] ∗ [2, 1, 3, 3] + [2] = [1, 2, 3, 3]"}


def test_pictures_have_channels_and_sides():
    model = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(48, 10))
    table = shapes(model, torch.randn(4, 1, 8, 8), torch.randint(0, 10, (4,)), nn.CrossEntropyLoss())
    words = meaning_of(table)
    assert words["X"] == "the inputs: a batch of 4 examples, 1 channel of 8 × 8 (height × width)"
    assert words["h₁"] == "z₁ after ReLU, MaxPool2d, Flatten: what goes into 4"
    assert words["y"] == "the targets: the number of the right class for each of 4 examples"
    assert shape_of(table)["logits"] == (4, 10)
    assert table.rows[0].dims == ("batch", "channels", "height", "width")


def test_norms_show_their_buffers_as_what_is_kept_and_not_learned():
    table = shapes(nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 1)), torch.randn(5, 4))
    assert shape_of(table).keys() >= {"γ₁", "β₁", "μ₁", "σ²₁"}
    assert "not learned" in meaning_of(table)["μ₁"]
    assert meaning_of(table)["h₁"] == "z₁ after BatchNorm1d: what goes into 2"


def test_a_stack_of_recurrent_layers_numbers_layer_and_direction():
    model = nn.LSTM(5, 7, num_layers=2, bidirectional=True, batch_first=True)
    table = shapes(model, torch.randn(3, 9, 5))
    assert shape_of(table)["W₁⁽¹⁾"] == (28, 5)
    assert shape_of(table)["U₁⁽²ʳ⁾"] == (28, 7)
    assert "the four gates input, forget, cell and output" in meaning_of(table)["W₁⁽¹⁾"]
    assert shape_of(table)["ŷ[0]"] == (3, 9, 14)
    assert shape_of(table)["ŷ[1][1]"] == (4, 3, 7)
    assert table.rows[0].dims == ("batch", "positions", "features")


def test_tied_weights_are_called_one_tensor():
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding, self.head = nn.Embedding(11, 4), nn.Linear(4, 11, bias=False)
            self.head.weight = self.embedding.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.embedding(x))

    table = shapes(Tied(), torch.randint(0, 11, (2, 6)))
    assert meaning_of(table)["W₂ = E₁"] == "head holds the very same tensor as E₁: tied, one gradient for both uses"
    assert meaning_of(table)["ŷ"].startswith("h₁ E₁ᵀ")
    assert "every one the number of a symbol" in meaning_of(table)["X"]


def test_residual_sums_name_both_roots():
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.c = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = self.a(x)
            return self.c(x + self.b(x).tanh())

    words = meaning_of(shapes(Residual(), torch.randn(2, 3)))
    assert words["h₂"] == "h₁ and z₂ after tanh, add: what goes into c"


def test_a_module_used_often_is_listed_once():
    shared = nn.Linear(3, 3)
    table = shapes(nn.Sequential(shared, nn.ReLU(), shared, shared), torch.randn(2, 3))
    assert [row.symbol for row in table.rows].count("W₁") == 1
    assert [layer.calls for layer in table.layers if layer.kind == "Linear"] == [3]
    assert "(called 3 times)" in table.to_text()


def test_unknown_modules_are_listed_by_their_class_with_their_parameters():
    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.alpha = nn.Parameter(torch.ones(3))

        def forward(self, x: Tensor) -> Tensor:
            return x * self.alpha

    table = shapes(nn.Sequential(nn.Linear(2, 3), Scale()), torch.randn(4, 2))
    assert meaning_of(table)["1.alpha"] == "a parameter of 1 (Scale)"
    assert formula_of(table)["1"] == "[4, 3] → [4, 3]"
    assert [layer.kind for layer in table.layers] == ["Linear", "Scale"]


def test_every_parameter_has_a_row_and_every_row_its_true_shape(model_and_batch: tuple[nn.Module, Any]):
    model, batch = model_and_batch
    table = shapes(model, batch)
    shown = sorted(row.shape for row in table.rows if row.symbol not in ("X", "y", "loss"))
    for parameter in {id(p): p for p in model.parameters()}.values():
        assert tuple(parameter.shape) in shown
    assert len({row.symbol for row in table.rows}) == len(table.rows), "two rows bear one symbol"


def test_text_fits_80_columns_and_the_rest_can_be_carried(model_and_batch: tuple[nn.Module, Any]):
    table = shapes(*model_and_batch)
    assert max(map(len, table.to_text().splitlines())) <= 80
    assert json.loads(json.dumps(table.plain()))["rows"][0]["symbol"].startswith("X")
    for line in table.to_markdown().splitlines():
        assert not line.startswith("|") or line.count("|") == 4


def test_text_is_a_table_of_three_columns(net: nn.Module):
    lines = shapes(net, torch.randn(32, 2)).to_text().splitlines()
    assert re.split(r"  +", lines[0]) == ["Symbol", "Shape", "What it means"]
    assert lines[4].startswith("W₁      [8, 2]   (out, in) fc1 (Linear): weights of 8 units")


def test_frozen_parameters_and_those_never_used_say_so():
    class Half(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.idle, self.borrowed = nn.Linear(2, 2), nn.Linear(5, 5), nn.Linear(2, 2, bias=False)
            self.used.bias.requires_grad_(False)

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(self.used(x), self.borrowed.weight)

    words = meaning_of(shapes(Half(), torch.randn(3, 2)))
    assert words["b₁"].endswith("frozen: it asks for no gradient")
    assert words["idle.weight"].endswith("not used in this forward pass")
    assert words["borrowed.weight"].endswith("used without calling it")


def test_targets_of_another_shape_are_pointed_out(net: nn.Module):
    notes = shapes(net, torch.randn(32, 2), torch.rand(32), lambda o, t: (o - t).square().mean()).notes
    assert any("outputs [32, 1] and targets [32] differ" in note and "[32, 32]" in note for note in notes)
    assert len(shapes(net, torch.randn(32, 2), torch.rand(32, 1)).notes) == 1


def test_a_criterion_that_refuses_names_the_shapes(net: nn.Module):
    with pytest.raises(UserMistake) as caught:
        shapes(net, torch.randn(32, 2), torch.rand(7, 3), nn.BCEWithLogitsLoss())
    assert "BCEWithLogitsLoss(outputs, targets) is '[32, 1] and [7, 3]'" in str(caught.value)


def test_a_loss_that_is_no_single_number_says_so(net: nn.Module):
    table = shapes(net, torch.randn(3, 2), torch.rand(3, 1), nn.MSELoss(reduction="none"))
    assert meaning_of(table)["loss"] == "MSELoss, not yet one number: take its mean before backward()"
    assert shape_of(table)["loss"] == (3, 1)
