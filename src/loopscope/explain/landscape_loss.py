"""The loss of a model as a function of its weights. Moves none of them; knows no plane and no grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..errors import UserMistake, mistake
from ..instruments.anatomy import bare
from . import trace as tracing
from .untouched import tensors_in

Weights: TypeAlias = dict[str, Tensor]
"""Tensors by the model's own names."""

Loss: TypeAlias = Callable[[Any], Any] | tuple[Callable[[Any, Any], Any], Any, Any]
"""A function of the model that gives a single number, or (criterion, inputs, targets)."""


class LossOfWeights(nn.Module):
    """`at(weights)` is what the loss would be with other weights.

    A module around the model and the criterion, so that one `quietly` keeps both as they are. What `at` is not given
    stands as it stood when this was made, also where the model has been trained on since.
    Raises `UserMistake` for what is no model or no loss.
    """

    def __init__(self, model: nn.Module, loss: Loss) -> None:
        super().__init__()
        self.model = _checked(model)
        self.ask, self.batch = _parts(loss)
        found = {name: each.detach().clone() for name, each in named_tensors(self.model).items()}
        self.found: tuple[Weights] = (found,)  # in a tuple: `quietly` would copy what is in a dict
        self.shares = _shares(self.model)

    def forward(self, moves: Iterable[object] = (None,)) -> Tensor:
        """Losses (moves,) float64, one after each move."""
        return torch.stack([self._now().to(torch.float64, copy=True) for _ in moves])

    def _now(self) -> Tensor:
        if not self.batch:
            return _single(self.ask(self.model), self.field)
        inputs, targets = self.batch
        return _single(self.ask(_called(self.model, inputs), targets), self.field)

    def at(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The loss () float64 with these in place of the model's own."""
        return self.while_moving(weights, (None,))[0]

    def while_moving(self, weights: Mapping[str, Tensor], moves: Iterable[object]) -> Tensor:
        """Losses (moves,) float64 with these in place of the model's own, which each move writes to."""
        given = {f"model.{name}": each for name, each in (self.found[0] | dict(weights)).items()}
        return functional_call(self, given, (moves,), tie_weights=self.shares)

    @property
    def field(self) -> str:
        """How a mistake names the loss."""
        return "criterion(model(inputs), targets)" if self.batch else "loss(model)"

    def failure(self, error: Exception) -> UserMistake:
        """What to say of a loss that fails: the layer and its shapes, as far as they can be told."""
        if self.batch:
            try:
                tracing.run(self.model, self.batch[0])  # once more, to name the layer that failed and its shapes
            except UserMistake as known:
                return known
        said = f"{type(error).__name__}: {(str(error).strip().splitlines() or ['no message'])[0]}"
        return mistake(self.field, said, "a single number", "Call it once by yourself to see where it fails.")


def named_tensors(model: nn.Module) -> Weights:
    """Parameters and buffers by name; one that is shared once, under its first name."""
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _shares(model: nn.Module) -> bool:
    """Whether one tensor stands under several names: to look for them at each call takes a tenth of it."""
    named = [*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)]
    return len(named) > len(named_tensors(model))


def movable(model: nn.Module) -> list[str]:
    """Names of the parameters that a plane moves: floating-point ones that train; all of them where none does."""
    floating = {name: each for name, each in model.named_parameters() if each.is_floating_point()}
    return [name for name, each in floating.items() if each.requires_grad] or list(floating)


def _checked(model: Any) -> nn.Module:
    if not isinstance(model, nn.Module):
        raise mistake("model", model, "an nn.Module", "Pass the model itself: landscape(model, loss)")
    for name, parameter in model.named_parameters():
        if nn.parameter.is_lazy(parameter):
            asked = "parameters that have a shape"
            raise mistake(f"model.{name}", "not yet given a shape", asked, "Call model(X) once before.")
    if not movable(model):
        raise mistake("model", type(model).__name__, "a model with floating-point parameters")
    return bare(model)


def _parts(loss: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """What is called, and (inputs, targets), or () where it takes the model."""
    if isinstance(loss, (tuple, list)) and len(loss) == 3 and callable(loss[0]):
        # copies: a first layer that works in place would change the caller's own rows
        return loss[0], (_copied(loss[1]), _copied(loss[2]))
    if callable(loss) and not isinstance(loss, nn.Module):
        return loss, ()
    example = "landscape(model, (nn.MSELoss(), X, y))"
    known = type(loss).__name__ if not isinstance(loss, (tuple, list)) else f"{len(loss)} things"
    raise mistake("loss", known, "a function of the model, or (criterion, inputs, targets)", f"Try {example}")


def _copied(value: Any) -> Any:
    """The same, with copies of its tensors, also in lists, tuples and maps of them."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if not tensors_in(value):
        return value
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copied(inner) for inner in value)
    return value


def _called(model: nn.Module, inputs: Any) -> Any:
    """The model's answer to a tensor, a tuple of arguments or a map of them."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, (tuple, list)) else model(inputs)


def _single(result: Any, field: str) -> Tensor:
    """The loss as a tensor (). Raises `UserMistake` where it is not a single number."""
    if isinstance(result, (float, int)):
        return torch.tensor(float(result), dtype=torch.float64)
    if not isinstance(result, Tensor):
        raise mistake(field, type(result).__name__, "a single number", "Return the loss as a tensor.")
    if result.numel() != 1:
        raise mistake(field, f"a tensor {list(result.shape)}", "a single number", "Try .mean() of it.")
    return result.reshape(())
