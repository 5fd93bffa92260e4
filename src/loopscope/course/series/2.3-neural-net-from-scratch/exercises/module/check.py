"""Judge a module by its numbers, by its parameters, and by what an optimizer can do with them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from loopscope.course.exercises import Work, Wrong, expect

SIZES = ((2, 16), (5, 3))
STEPS = 20


def check(work: Work) -> None:
    for number, (ins, hidden) in enumerate(SIZES):
        generator = torch.Generator().manual_seed(number)
        weights = [torch.randn(s, generator=generator) for s in ((hidden, ins), (hidden,), (1, hidden), (1,))]
        given = [tensor.clone() for tensor in weights]
        X = torch.randn(9, ins, generator=generator)
        model = work.call("Net", *given)
        expect.a(nn.Module, model, "Net(W1, b1, W2, b2)")
        _has_the_four(model, weights)
        expect.close(model(X), _predict(X, *weights), "Net(…)(X)")
        _can_be_trained(work, model, X)
        if not all(torch.equal(old, new) for old, new in zip(weights, given, strict=True)):
            raise Wrong("Training the module changed the tensors that you were given: copy them, with `clone()` say.")


def _predict(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    return torch.relu(X @ W1.T + b1) @ W2.T + b2


def _has_the_four(model: nn.Module, weights: list[Tensor]) -> None:
    found = [tuple(parameter.shape) for parameter in model.parameters()]
    if not found:
        raise Wrong(
            "`parameters()` is empty: `nn.Module` registers an `nn.Parameter` or a layer that is assigned to `self`, "
            "and no plain tensors or lists."
        )
    wanted = [tuple(tensor.shape) for tensor in weights]
    if len(found) < len(wanted):
        raise Wrong(
            f"`parameters()` has {len(found)} of 4 tensors: {_listed(model)}. The others will never be trained."
        )
    if len(found) > len(wanted):
        raise Wrong(f"`parameters()` has {len(found)} tensors: {_listed(model)}. The net has 4.")
    if sorted(found) != sorted(wanted):
        raise Wrong(f"The parameters have the shapes {found}; they should have {wanted}.")
    if not all(any(_same(each, tensor) for each in model.parameters()) for tensor in weights):
        raise Wrong("The module does not begin with the numbers that it was given: were they copied into its layers?")
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    if frozen:
        raise Wrong(f"`{frozen[0]}` has requires_grad=False, so no gradient will ever reach it.")


def _same(parameter: Tensor, tensor: Tensor) -> bool:
    return parameter.shape == tensor.shape and torch.allclose(parameter.detach(), tensor)


def _listed(model: nn.Module) -> str:
    return ", ".join(f"`{name}`" for name, _ in model.named_parameters())


def _can_be_trained(work: Work, model: Any, X: Tensor) -> None:
    """An ordinary loop reaches all of them. It is check.py's, so no trace of it: look at the numbers."""
    y = (X.sum(dim=1, keepdim=True) > 0).float()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(model(X), y)
        if not loss.requires_grad:
            raise Wrong(
                "No gradient can flow: `forward` cuts it off. Is there a `detach()`, `no_grad()` or `.data` in it?"
            )
        loss.backward()
        optimizer.step()
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        if torch.equal(parameter, old):
            raise Wrong(f"`{name}` is registered and does not learn: does `forward` use it, or a copy?")
