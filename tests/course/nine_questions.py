"""The nine questions that the series must answer, each as three readers would ask it, and where the answer stands.

Written before the search was tried on them; none may be changed to please it.
"""

from __future__ import annotations

NINE = {
    1: "2.1.html#can-one-network-learn-any-function",
    2: "2.1.html#why-deep-networks",
    3: "2.4.html#one-activation-for-all",
    4: "2.1.html#are-x-and-w-matrices",
    5: "2.1.html#are-layers-solved-separately",
    6: "2.5.html#batch-mini-batch-stochastic",
    7: "2.1.html#what-does-mlp-mean",
    8: "2.1.html#what-are-fc1-and-fc2",
    9: "2.1.html#what-is-the-hidden-dimension",
}
"""The answer to each, by its number in the outline of the course."""
ALSO = {7: "glossary.html#multilayer-perceptron"}
"""Another place that answers it as well."""

WORDINGS = {
    1: (
        "is a neural network able to approximate every function?",
        "do I need a different architecture for each function I want to learn",
        "universal approximation theorem",
    ),
    2: (
        "why use many layers when a single hidden layer can do everything",
        "deep vs wide: what is depth good for?",
        "if one hidden layer is enough why do people build deep networks",
    ),
    3: (
        "which activation function should I use in which layer",
        "does everybody just use ReLU?",
        "should the output layer have the same activation as the hidden ones",
    ),
    4: (
        "what is the shape of X and W",
        "why are X and W written with capital letters",
        "what is in the weight matrix",
    ),
    5: (
        "are the weights of each layer trained separately or together",
        "does every layer have its own bias?",
        "can I solve for one layer at a time",
    ),
    6: (
        "difference between batch, mini-batch and stochastic gradient descent",
        "is SGD the same as mini-batch training?",
        "how much data does one update see",
    ),
    7: (
        "what is an MLP",
        "what does MLP stand for?",
        "MLP meaning",
    ),
    8: (
        "what does fc1 mean",
        "do I have to name my layers fc1 and fc2?",
        "who calls forward",
    ),
    9: (
        "what does hidden dimension mean",
        "is the hidden size the number of layers?",
        "difference between width and depth of a network",
    ),
}


def answered(found: list[str], number: int) -> bool:
    """Whether one of these addresses is the answer."""
    return bool({NINE[number], ALSO.get(number)} & set(found))
