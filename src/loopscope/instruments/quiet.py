"""Run a model without leaving a trace: modes, buffers, hooks and random states are put back. Never sees an instrument.

What is kept is what a forward pass in eval mode can change: the random states of torch (every device in use), Python
and NumPy; of each module the training flag, attributes (a hidden state carried along, a counter), the content of its
lists and dicts, its buffers, and generators of its own. Parameters are not copied, which would double a big model's
memory: a forward pass that writes into its own parameters is not caught, except `nn.Embedding(max_norm=…)`, which does.
An object that is no module and is changed in place by `forward` is not caught either.
"""

from __future__ import annotations

import random
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_modules
from torch.nn.parameter import is_lazy

from .anatomy import bare

MOST_STAND_IN = 2**20
"""Elements of a tensor attribute that is no buffer, above which no copy stands in for it: it is data, not state."""

CONTAINERS = frozenset({dict, OrderedDict, list, set, deque})
STATELESS = CONTAINERS | {bool, int, float, str, tuple, type(None)}  # no tensor, no generator: looked at no further
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
GLOBAL_HOOKS = tuple(f"_global{kind}" for kind in HOOKS)


@contextmanager
def quietly(model: nn.Module) -> Iterator[nn.Module]:
    """Eval mode, no gradients, everything put back at the end, also after an exception.

    Yields the model to call: without the wrappers of `torch.compile` and DistributedDataParallel, whose forward pass
    would compile anew or wait for other processes. Hooks that are not torch's own are not called: somebody's
    counter or print would otherwise see a batch that never was. Fused kernels that skip layers are off.
    """
    with ExitStack() as undo:
        _keep_random_states(undo)
        _keep_switches(undo)
        _suspend_global_hooks(undo)
        _keep_modules(list(model.modules()), undo)
        _suspend_gradient_hooks(model, undo)
        undo.enter_context(torch.no_grad())
        yield bare(model)


def _keep_random_states(undo: ExitStack) -> None:
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    kind = accelerator.type if accelerator else "cuda"
    # asking an idle CUDA for its state would start it, which costs seconds and memory
    idle = accelerator is None or (kind == "cuda" and not torch.cuda.is_initialized())
    devices = () if idle else range(torch.accelerator.device_count())
    undo.enter_context(torch.random.fork_rng(devices, device_type=kind))
    undo.callback(random.setstate, random.getstate())
    undo.callback(np.random.set_state, np.random.get_state())


def _keep_switches(undo: ExitStack) -> None:
    """Switches of torch's own that a forward pass of ours must not be under, or must not feed."""
    # inside somebody's autocast block, weights cast without a gradient would be cached for their next forward pass
    undo.callback(torch.set_autocast_cache_enabled, torch.is_autocast_cache_enabled())
    torch.set_autocast_cache_enabled(False)
    undo.callback(torch.backends.mha.set_fastpath_enabled, torch.backends.mha.get_fastpath_enabled())
    torch.backends.mha.set_fastpath_enabled(False)
    if "torch._dynamo" in sys.modules:  # loaded only once something was compiled; to load it takes seconds
        undo.enter_context(torch.compiler.set_stance("force_eager"))


def _suspend_global_hooks(undo: ExitStack) -> None:
    for kind in GLOBAL_HOOKS:
        hooks: dict[int, Any] = getattr(torch_modules, kind)
        if hooks:
            undo.callback(_refill, hooks, hooks.copy())
            hooks.clear()


def _suspend_gradient_hooks(model: nn.Module, undo: ExitStack) -> None:
    for parameter in model.parameters():
        hooks: dict[int, Any] | None = parameter._backward_hooks  # pyright: ignore[reportPrivateUsage]
        if hooks:
            undo.callback(_refill, hooks, hooks.copy())
            hooks.clear()


def _keep_modules(modules: list[nn.Module], undo: ExitStack) -> None:
    stand_ins: dict[int, Tensor] = {}  # a buffer shared by two modules stays shared
    for module in modules:
        undo.callback(_put_back, vars(module), *_snapshot(module))
        if isinstance(module, torch.jit.ScriptModule):
            _hush_script(module, undo)
        else:
            _hush(module, stand_ins, undo)


def _snapshot(module: nn.Module) -> tuple[dict[str, Any], list[tuple[Any, Any]]]:
    """Its attributes, and each plain container among them with a copy of its content."""
    attributes = dict(vars(module))
    return attributes, [(value, value.copy()) for value in attributes.values() if type(value) in CONTAINERS]


def _put_back(live: dict[str, Any], attributes: dict[str, Any], containers: list[tuple[Any, Any]]) -> None:
    for name in live.keys() - attributes.keys():
        del live[name]
    for name, value in attributes.items():
        if live.get(name) is not value:
            live[name] = value
    for container, content in containers:
        if container or content:
            _refill(container, content)


def _refill(container: Any, content: Any) -> None:
    container.clear()
    (container.extend if isinstance(container, (list, deque)) else container.update)(content)


def _hush(module: nn.Module, stand_ins: dict[int, Tensor], undo: ExitStack) -> None:
    """Eval mode, by the flag alone: `eval()` may be overridden and do more. Copies stand in for its tensors."""
    live = vars(module)
    live["training"] = False
    for name, value in [(name, value) for name, value in live.items() if type(value) not in STATELESS]:
        if isinstance(value, Tensor) and not isinstance(value, nn.Parameter) and value.numel() <= MOST_STAND_IN:
            live[name] = _stand_in(value, stand_ins)
        elif restore := _generator_state(value):
            undo.callback(restore)
    for name, buffer in live["_buffers"].items():
        if buffer is not None and not is_lazy(buffer):
            live["_buffers"][name] = _stand_in(buffer, stand_ins)
    if isinstance(module, (nn.Embedding, nn.EmbeddingBag)) and module.max_norm is not None:
        weight = module.weight  # rows that are looked up are scaled down in place, in eval mode too
        live["_parameters"]["weight"] = nn.Parameter(weight.detach().clone(), weight.requires_grad)
    for hooks in filter(None, map(live.get, HOOKS)):
        for key in [key for key, hook in hooks.items() if not _of_torch(hook)]:
            del hooks[key]


def _hush_script(module: nn.Module, undo: ExitStack) -> None:
    undo.callback(setattr, module, "training", module.training)
    module.training = False


def _stand_in(tensor: Tensor, stand_ins: dict[int, Tensor]) -> Tensor:
    if id(tensor) not in stand_ins:
        stand_ins[id(tensor)] = tensor.detach().clone()
    return stand_ins[id(tensor)]


def _generator_state(value: Any) -> Callable[[], Any] | None:
    """What puts a generator that a module holds back to where it stands now; None for anything else."""
    if isinstance(value, torch.Generator):
        return partial(value.set_state, value.get_state())
    if isinstance(value, random.Random):
        return partial(value.setstate, value.getstate())
    if isinstance(value, np.random.RandomState):
        return partial(value.set_state, value.get_state())
    if isinstance(value, np.random.Generator):
        return partial(setattr, value.bit_generator, "state", value.bit_generator.state)
    return None


def _of_torch(hook: Any) -> bool:
    """Whether a hook belongs to torch (spectral norm, pruning, weight norm), so that the output needs it."""
    while isinstance(hook, partial):
        hook = hook.func
    return str(getattr(hook, "__module__", "")).startswith("torch.")
