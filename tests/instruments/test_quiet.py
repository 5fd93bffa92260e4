"""A silent forward pass: what it does not disturb, and what it must still do."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm

from loopscope.instruments import quiet, quietly


def test_modes_are_eval_inside_and_as_they_were_outside():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.BatchNorm1d(2))
    model[1].eval()
    with quietly(model):
        assert not any(module.training for module in model.modules())
        assert not torch.is_grad_enabled()
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert torch.is_grad_enabled()


def test_eval_of_the_model_is_not_called():
    """It may be overridden and do more than set a flag (adapters merge their weights there)."""

    class Merges(nn.Linear):
        def train(self, mode=True):
            raise AssertionError

    model = Merges(2, 2)
    with quietly(model) as silent:
        silent(torch.zeros(1, 2))
    assert model.training


def test_nested_looks_end_where_they_began():
    model = nn.Sequential(nn.Linear(2, 2))
    with quietly(model):
        with quietly(model):
            pass
        assert not model[0].training
    assert model[0].training


def test_a_buffer_under_two_names_stays_one():
    model = nn.Module()
    model.register_buffer("one", torch.zeros(2))
    model.register_buffer("other", model.one)
    with quietly(model):
        assert model.one is model.other
        model.one.add_(1)
    assert model.one is model.other
    assert model.one.tolist() == [0, 0]


def test_a_buffer_needed_by_a_kept_graph_still_serves_it():
    """A copy put back over the buffer itself would count as a change and break the backward pass."""
    model = nn.BatchNorm1d(2).eval()
    loss = model(torch.randn(4, 2, requires_grad=True)).sum()
    with quietly(model):
        model.running_mean.add_(1)
    loss.backward()


def test_hooks_of_the_author_are_not_called():
    model, heard = nn.Linear(2, 1), []
    listen = lambda *_: heard.append(1)  # noqa: E731
    model.register_forward_hook(listen)
    model.register_forward_pre_hook(listen)
    model.register_full_backward_hook(listen)
    model.weight.register_hook(listen)
    model.register_forward_hook(partial(partial(listen), 1))
    everywhere = nn.modules.module.register_module_forward_hook(listen)
    try:
        with quietly(model) as silent, torch.enable_grad():
            torch.autograd.grad(silent(torch.ones(1, 2)).sum(), [model.weight])
        assert heard == []
        model(torch.ones(1, 2, requires_grad=True)).sum().backward()
        assert len(heard) == 6
    finally:
        everywhere.remove()


@pytest.mark.parametrize("wrap", [spectral_norm, parametrizations.weight_norm, parametrizations.spectral_norm])
def test_hooks_of_torch_that_make_the_weight_are_called(wrap):
    model = wrap(nn.Linear(3, 3))
    x = torch.randn(2, 3)
    with quietly(model) as silent:
        seen = silent(x)
    assert torch.equal(seen, model.eval()(x))


def test_pruned_weights_stay_pruned():
    model = prune.l1_unstructured(nn.Linear(3, 3), "weight", amount=5)
    with torch.no_grad():
        model.weight_orig.add_(1)  # the mask is applied anew by a hook of torch's
    with quietly(model) as silent:
        seen = silent(torch.eye(3)) - silent(torch.zeros(1, 3))
    assert (seen == 0).sum() == 5


def test_a_hook_by_partial_of_torch_counts_as_torch():
    assert quiet._of_torch(partial(torch.nn.functional.relu))
    assert not quiet._of_torch(partial(print))


def test_under_somebodys_autocast_their_next_pass_sees_their_next_weights():
    """A weight that we had cast must not be left in the cache for them."""
    model, x = nn.Linear(4, 4), torch.randn(2, 4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with quietly(model) as silent, torch.enable_grad():
            silent(x)
        with torch.no_grad():
            model.weight.zero_()
            model.bias.zero_()
        assert model(x).count_nonzero() == 0
        model(x).sum().backward()
    assert model.weight.grad is not None


def test_layers_of_a_transformer_are_not_skipped_by_the_fused_kernel():
    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    with quietly(block):
        assert not torch.backends.mha.get_fastpath_enabled()
    assert torch.backends.mha.get_fastpath_enabled()


def test_a_compiled_model_is_not_compiled_anew():
    compiled_shapes = []

    def backend(graph, examples):
        compiled_shapes.append(tuple(examples[-1].shape))
        return graph.forward

    model = nn.Sequential(torch.compile(nn.Linear(2, 2), backend=backend), nn.Dropout())
    model(torch.zeros(3, 2))
    before = len(compiled_shapes)
    assert before
    with quietly(model) as silent:
        silent(torch.zeros(5, 2))
    assert len(compiled_shapes) == before


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_scripted_model_gets_its_mode_back():
    model = torch.jit.script(nn.Sequential(nn.Linear(2, 2), nn.Dropout(1.0)))
    with quietly(model) as silent:
        assert silent(torch.ones(1, 2)).count_nonzero() == 2
    assert model.training
    assert model[1].training


def test_data_that_a_model_holds_is_not_copied():
    model = nn.Linear(2, 2)
    model.rows = torch.zeros(quiet.MOST_STAND_IN + 1)
    with quietly(model):
        assert model.rows.numel() > quiet.MOST_STAND_IN
        address = model.rows.data_ptr()
    assert address == model.rows.data_ptr()


def test_what_broke_inside_reaches_the_caller():
    model = nn.Linear(2, 2)
    with pytest.raises(KeyboardInterrupt), quietly(model):
        raise KeyboardInterrupt
    assert model.training
    assert torch.is_grad_enabled()


def test_an_idle_accelerator_is_not_started(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda *_: pytest.fail("asked the device"))
    with quietly(nn.Linear(2, 2)):
        pass
