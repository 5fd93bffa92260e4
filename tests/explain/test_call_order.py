"""Who called whom: order, nesting, lines of code, and what was forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loopscope.errors import UserMistake
from loopscope.explain import CallTrace, calls


def remarks_of(trace: CallTrace) -> dict[str, tuple[str, str]]:
    return {remark.path: (remark.severity, remark.text) for remark in trace.remarks}


def test_the_course_s_own_network_is_told_line_by_line(net: nn.Module):
    trace = calls(net, torch.randn(32, 2))
    assert [(step.path, step.kind, step.takes, step.gives) for step in trace.steps] == [
        ("", "Net", "[32, 2]", "[32, 1]"),
        ("fc1", "Linear", "[32, 2]", "[32, 8]"),
        ("fc2", "Linear", "[32, 8]", "[32, 1]"),
    ]
    assert [step.code for step in trace.steps] == ["", "x = torch.relu(self.fc1(x))", "return self.fc2(x)"]
    assert [step.caller for step in trace.steps] == ["", "Net.forward", "Net.forward"]
    assert trace.remarks == ()


def test_forward_is_called_by_module_call(net: nn.Module):
    chain = calls(net, torch.randn(4, 2)).chain
    assert chain[0] == "model(x)"
    assert chain[1] == "Module.__call__"
    assert chain[-1] == "Net.forward"


def test_what_was_registered_is_listed_with_its_kind():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    kinds = {one.path: one.kind for one in calls(model, torch.randn(4, 2)).registered}
    assert kinds["0"] == "submodule"
    assert kinds["0.weight"] == "parameter"
    assert kinds["1.running_mean"] == "buffer"
    named = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    assert kinds.keys() == {*named, "0", "1"}


def test_the_tree_nests_as_the_calls_did():
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.Linear(2, 1)), nn.Sigmoid())
    tree = [line.split("  [")[0].rstrip() for line in calls(model, torch.randn(3, 2)).to_text().splitlines()[2:8]]
    assert tree == [
        "1 Sequential",
        "├─ 2 0 (Linear)",
        "├─ 3 1 (Sequential)",
        "│  ├─ 4 0 (ReLU)",
        "│  └─ 5 1 (Linear)",
        "└─ 6 2 (Sigmoid)",
    ]


class Forgetful(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 4)
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]
        self.acts = {"relu": nn.ReLU()}
        self.scale = torch.ones(4, requires_grad=True)
        self.center = torch.zeros(4)
        self.weights = [nn.Parameter(torch.ones(4))]
        self.unused = nn.Linear(3, 3)
        self.alias = [self.first]

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x) * self.scale - self.center + self.weights[0]
        for layer in self.layers:
            x = self.acts["relu"](layer(x))
        return x


def test_what_looks_forgotten_is_named_with_the_remedy():
    trace = calls(Forgetful(), torch.randn(5, 2))
    told = remarks_of(trace)
    assert told["layers"] == (
        "error",
        "is a plain list of 2 modules: model.parameters() does not find their 40 parameters, so no optimizer "
        "trains them.",
    )
    assert told["scale"][0] == told["weights[0]"][0] == told["unused"][0] == "error"
    assert told["center"][0] == told["acts"][0] == "info"
    assert "alias" not in told, "a module that is registered under another name is fine"
    fixes = {remark.path: remark.fix for remark in trace.remarks}
    assert fixes["layers"] == "Write self.layers = nn.ModuleList(…)."
    assert fixes["acts"] == "Write self.acts = nn.ModuleDict(…)."
    assert fixes["scale"] == "Write self.scale = nn.Parameter(…)."
    assert fixes["center"].startswith('Write self.register_buffer("center", …)')


def test_layers_in_a_plain_list_are_traced_all_the_same():
    paths = [step.path for step in calls(Forgetful(), torch.randn(5, 2)).steps]
    assert paths[1:4] == ["first", "layers[0]", "acts['relu']"]


def test_the_claim_about_the_plain_list_is_true():
    model = Forgetful()
    found = {id(parameter) for parameter in model.parameters()}
    assert not found & {id(parameter) for layer in model.layers for parameter in layer.parameters()}


def test_a_module_called_often_is_told_once_for_its_whole_inside():
    block = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    told = remarks_of(calls(nn.Sequential(block, block, block), torch.randn(3, 2)))
    assert list(told) == ["0"]
    assert told["0"][1].startswith("was called 3 times")


def test_parameters_used_without_a_call_are_no_error():
    trace = calls(nn.MultiheadAttention(4, 2, batch_first=True), (torch.randn(2, 5, 4),) * 3)
    assert remarks_of(trace)["out_proj"][0] == "info"
    assert trace.steps[0].takes == "3 × [2, 5, 4]"


def test_lists_of_modules_are_not_missed():
    class Stack(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])

        def forward(self, x: Tensor) -> Tensor:
            for layer in self.layers:
                x = layer(x)
            return x

    assert calls(Stack(), torch.randn(3, 2)).remarks == ()


def test_every_model_is_told_in_80_columns_and_as_data(model_and_batch: tuple[nn.Module, Any]):
    trace = calls(*model_and_batch)
    assert max(map(len, trace.to_text().splitlines())) <= 80
    assert json.loads(json.dumps(trace.plain()))["calls"][0]["depth"] == 0
    assert trace.to_markdown().startswith("`model(x)` → `Module.__call__`")


def test_a_layer_that_does_not_fit_is_named_with_its_shapes_and_line():
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(4, 1))
    with pytest.raises(UserMistake) as caught:
        calls(model, torch.randn(3, 2))
    text = str(caught.value)
    assert text.startswith("input of model.2 (Linear) is [3, 8]; allowed [batch, 4]. Before it, model.1 gave [3, 8].")
    assert "PyTorch says: RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x8 and 4x1)." in text


def test_an_error_in_forward_s_own_code_shows_the_line():
    class Broken(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x @ torch.ones(7, 1)

    with pytest.raises(UserMistake) as caught:
        calls(Broken(), torch.randn(3, 2))
    assert "input of the model (Broken) is [3, 2]" in str(caught.value)
    assert "test_call_order.py, line" in str(caught.value)
    assert "return x @ torch.ones(7, 1)." in str(caught.value)


def test_an_exception_that_forward_catches_is_no_failure():
    class Careful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.narrow, self.wide = nn.Linear(2, 1), nn.Linear(3, 1)

        def forward(self, x: Tensor) -> Tensor:
            try:
                return self.narrow(x)
            except RuntimeError:
                return self.wide(x)

    assert [step.path for step in calls(Careful(), torch.randn(4, 3)).steps] == ["", "narrow", "wide"]


@pytest.mark.parametrize(
    ("model", "batch", "words"),
    [
        ("not a model", torch.ones(1), "model is 'not a model'; allowed an nn.Module"),
        (nn.Linear(2, 1), [1.0, 2.0], "batch is 'list'; allowed a tensor"),
        (nn.LazyLinear(2), torch.ones(1, 3), "Call model(X) once, then explain it."),
        (nn.Linear(2, 1), (torch.ones(3, 2), torch.ones(3)), "Pass what forward takes, the inputs alone."),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_way_out(model: Any, batch: Any, words: str):
    with pytest.raises(UserMistake) as caught:
        calls(model, batch)
    assert words in str(caught.value)


def test_a_compiled_model_is_explained_by_the_one_inside(net: nn.Module):
    assert [step.path for step in calls(torch.compile(net), torch.randn(2, 2)).steps] == ["", "fc1", "fc2"]  # pyright: ignore


def test_importing_explain_loads_no_torch():
    import subprocess
    import sys

    code = "import sys, loopscope.explain; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
