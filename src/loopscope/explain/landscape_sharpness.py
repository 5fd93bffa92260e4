"""How sharply the loss curves where a model stands: the largest eigenvalues of its Hessian. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from ..errors import UserMistake, mistake
from ..instruments import quietly
from .landscape_loss import Loss, LossOfWeights, movable
from .landscape_states import Layout

MOST = 100
BEFORE = "Take a state from before it diverged."
SMALL = 20
"""Parameters up to which the whole Hessian is computed."""
MOST_ROUNDS = 100
"""Restarts of the Lanczos iteration, each of about 20 products."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """The largest eigenvalues of the loss's Hessian, falling. `products` Hessian-vector products were taken.

    Plain gradient descent with a learning rate above 2 / (the first) grows along that direction instead of falling
    (`critical_lr`; J. Cohen et al., "Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability",
    2021).
    """

    eigenvalues: tuple[float, ...]
    parameters: int
    products: int

    @property
    def critical_lr(self) -> float:
        """2 / largest eigenvalue; infinite where the loss curves upwards nowhere."""
        return 2 / self.eigenvalues[0] if self.eigenvalues[0] > 0 else float("inf")

    def __str__(self) -> str:
        values = ", ".join(f"{value:.4g}" for value in self.eigenvalues)
        lines = [f"Largest Hessian eigenvalues: {values}."]
        if self.eigenvalues[0] > 0:
            lines.append(f"Plain gradient descent is unstable above a learning rate of {self.critical_lr:.3g}.")
        return " ".join(lines)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        return {"eigenvalues": list(self.eigenvalues), "parameters": self.parameters, "products": self.products}


def sharpness(model: nn.Module, loss: Loss, *, k: int = 1, seed: int = 0) -> Sharpness:
    """The `k` largest eigenvalues of the Hessian of the loss over the parameters that train, where the model stands.

    `loss` as for `landscape`: a function of the model, or (criterion, inputs, targets); it must give a tensor. By
    Lanczos (ARPACK, through SciPy's `eigsh`), from a random start of `seed`, on Hessian-vector products, so that the
    Hessian itself is never held. In the model's own precision: 32-bit floats give about four digits. The model stays
    as it is and is asked in evaluation mode. Raises `UserMistake` for what it cannot use.
    """
    asked = LossOfWeights(model, loss)
    with quietly(asked), torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):  # others have no second derivative
        products = _Products(asked)
        if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= min(MOST, products.size):
            raise mistake("k", k, f"a whole number from 1 to {min(MOST, products.size)}", "Try k=1.")
        return Sharpness(tuple(_largest(products, k, seed)), products.size, products.count)


class _Products:
    """`times(vector)` is the Hessian times a vector (parameters,): the gradient's own gradient along it."""

    def __init__(self, asked: LossOfWeights) -> None:
        own = {name: asked.found[0][name].requires_grad_() for name in movable(asked.model)}
        self.layout, self.count = Layout(own), 0
        try:
            result = asked.at(own)
        except UserMistake:
            raise
        except Exception as error:
            raise asked.failure(error) from error
        if not bool(result.isfinite()):
            raise mistake(asked.field, result.item(), "a finite loss", BEFORE)
        if not result.requires_grad:
            allowed = "a tensor with its graph, to be differentiated twice"
            raise mistake(asked.field, "a number without a gradient", allowed, "Leave .item() and .detach() out.")
        gradients = torch.autograd.grad(result, list(own.values()), create_graph=True, materialize_grads=True)
        self._own = list(own.values())
        self._gradients = {name: each for name, each in zip(own, gradients, strict=True) if each.requires_grad}

    @property
    def size(self) -> int:
        return self.layout.size

    @property
    def straight(self) -> bool:
        """Whether the loss has no curvature at all, as a linear one."""
        return not self._gradients

    def times(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        self.count += 1
        given = torch.from_numpy(np.ascontiguousarray(vector, dtype=np.float64)).reshape(1, -1)
        parts = self.layout.shaped(given.to(self.layout.device, self.layout.dtype))
        along = [parts[name][0] for name in self._gradients]
        rows: list[Tensor] = list(self._gradients.values())
        second = torch.autograd.grad(rows, self._own, along, retain_graph=True, materialize_grads=True)
        product = self.layout.flat(dict(zip(self.layout.like, second, strict=True))).double().cpu().numpy()
        if not np.isfinite(product).all():
            raise mistake("the Hessian", "not finite", "a loss with finite second derivatives here", BEFORE)
        return product


def _largest(products: _Products, k: int, seed: int) -> list[float]:
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    size = products.size
    if products.straight:
        return [0.0] * k
    if size <= SMALL or k >= size - 1:  # Lanczos needs more room than that; so few columns are soon computed
        dense = np.stack([products.times(column) for column in np.eye(size)])
        return np.linalg.eigvalsh((dense + dense.T) / 2)[::-1][:k].tolist()
    start = np.random.default_rng(seed).standard_normal(size)
    precision = torch.finfo(products.layout.dtype).eps ** 0.5  # an eigenvalue is as exact as its square
    options: dict[str, Any] = {"which": "LA", "v0": start, "tol": precision, "maxiter": MOST_ROUNDS}
    try:
        found: Any = eigsh(_operator(products), k, **options, return_eigenvectors=False)
    except ArpackNoConvergence as error:
        known = len(error.eigenvalues)
        hint = f"{known} of {k} were found in {products.count:,} products. Try k={max(1, known)}, or model.double()."
        raise mistake("k", k, "as many eigenvalues as can be told apart", hint) from None
    return sorted((float(value) for value in found), reverse=True)


def _operator(products: _Products) -> Any:
    """The Hessian as SciPy takes a matrix that is only ever multiplied with."""
    from scipy.sparse.linalg import LinearOperator

    make: Any = LinearOperator  # its constructor gives subclasses, which its stubs do not know
    return make((products.size,) * 2, matvec=lambda vector: products.times(np.ravel(vector)), dtype=np.float64)
