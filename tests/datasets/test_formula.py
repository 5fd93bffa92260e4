"""Formulas: what they compute, how they are written, and that no text can do more than fail with one sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loopscope.datasets.expression import FUNCTIONS, OPERATORS, Binary, Call, Name, Negative, Number, evaluate, written
from loopscope.datasets.formula import Formula
from loopscope.errors import UserMistake

X = np.linspace(-2, 2, 37)
COLUMNS = {"x1": X, "x2": X[::-1] ** 2}


def value(text: str) -> np.ndarray:
    return Formula.parse(text, COLUMNS).evaluate(COLUMNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x1 + 2*3", X + 6),
        ("-x1^2", -(X**2)),
        ("2^-x1", 2.0**-X),
        ("x1*2^3^2", X * 512),
        ("x1 - 1 - 1", X - 2),
        ("8/(x2+1)/2", 4 / (COLUMNS["x2"] + 1)),
        ("(x1+1)*(x1-1)", (X + 1) * (X - 1)),
        ("--x1", X),
        ("+x1**2", X**2),
        (" 1.5e0 * x1 + .5 ", 1.5 * X + 0.5),
        ("sin(pi*x1) + log(e)*x1", np.sin(np.pi * X) + X),
        ("max(x1, x2) - min(x1, 0)", np.maximum(X, COLUMNS["x2"]) - np.minimum(X, 0)),
        ("step(x1) + relu(x1) + sign(x1)", (X >= 0) + np.maximum(X, 0) + np.sign(X)),
    ],
)
def test_formulas_mean_what_mathematics_means(text: str, expected: np.ndarray) -> None:
    assert np.allclose(value(text), expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "At character 1: the formula ends where a value is due"),
        ("   ", "the formula ends where a value is due"),
        ("sni(x1)", 'there is no function sni. Did you mean "sin"?'),
        ("__import__('os')", "At character 1: there is no function __import__."),
        ("x1.__class__", 'At character 3, after "x1": . does not belong here'),
        ("x1 + y", 'At character 6, after "x1 +": y is not known'),
        ("x3", 'x3 is not known. Did you mean "x'),
        ("2x1", "an operator is missing before x1 (to multiply, write *)"),
        ("x1 x2", "an operator is missing before x2"),
        ("x1(2)", "there is no function x1. To multiply, write x1*(…)."),
        ("sin x1", "sin is a function. Write sin(…)"),
        ("sin(x1", "a ) is missing"),
        ("sin(x1 2)", "a ) is missing before 2"),
        ("max(x1)", "max takes 2 value(s), not 1"),
        ("sin(x1, x2)", "sin takes 1 value(s), not 2"),
        ("x1 +", "the formula ends where a value is due"),
        ("x1 * * 2", "a value is due, not *"),
        ("x1 = 2", "= does not belong here"),
        ("x1; x2", "; does not belong here"),
        ("lambda: 0", "lambda is not known"),
        ("[x1]", "a value is due, not ["),
        ("3 + 4", "It holds no column"),
        ("9" * 400 + "*x1", "too large"),
        ("(" * 100 + "x1" + ")" * 100, "more than 60 deep"),
        ("-" * 100 + "x1", "more than 60 deep"),
        ("x1" + "+1" * 400, "at most 500 characters"),
        ("x1 + 1/0", "float division by zero"),
        ("x1 * (-8)^0.5", "root of a negative number"),
        ("x1 * 9^9^9", "no value"),
        ("log(x1)", "It is not on 19 of 37 rows (51%): the first is nan, where x1 = -2."),
        ("exp(1000*x1)", "the first is inf"),
    ],
)
def test_a_wrong_formula_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(UserMistake) as raised:
        value(text)
    assert words in str(raised.value)
    assert str(raised.value).startswith("data.formula is ")
    assert "\n" not in str(raised.value)


def test_the_field_is_the_one_given() -> None:
    with pytest.raises(UserMistake, match=r"^data\.features is 'sni"):
        Formula.parse("sni(x)", ["x"], "data.features")


def test_a_column_may_be_called_like_a_constant() -> None:
    assert np.array_equal(Formula.parse("e*2", ["e"]).evaluate({"e": X}), X * 2)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("sin(3*x)+0.2*x^2-(1-x)/2", "np.sin(3 * x1) + 0.2 * x1 ** 2 - (1 - x1) / 2"),
        ("x*2^3/4", "x1 * 2.0 ** 3.0 / 4"),  # between whole numbers Python would leave the floats
        ("(x^2)^3 - x^2^3", "(x1 ** 2) ** 3 - x1 ** 2.0 ** 3.0"),
        ("(-x)^2 - -x^2", "(-x1) ** 2 - -x1 ** 2"),
        ("x^-(2+x) + max(x,2)", "x1 ** -(2 + x1) + np.maximum(x1, 2.0)"),
        ("pi*x - (x - (1 - x))", "np.pi * x1 - (x1 - (1 - x1))"),
    ],
)
def test_written_text_is_easy_to_read(text: str, python: str) -> None:
    assert Formula.parse(text, ["x"]).to_python({"x": "x1"}) == python


numbers = st.floats(0, 1e6, allow_nan=False).map(Number) | st.integers(0, 9).map(float).map(Number)
leaves = numbers | st.sampled_from([Name("x1"), Name("x2")]) | st.just(Number(math.pi, "pi"))


def grow(inner: st.SearchStrategy) -> st.SearchStrategy:
    calls = st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda f: st.tuples(*[inner] * FUNCTIONS[f][0]).map(lambda a: Call(f, a))
    )
    binaries = st.builds(Binary, st.sampled_from(sorted(OPERATORS)), inner, inner)
    return calls | binaries | st.builds(Negative, inner)


trees = st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(trees)
@example(Binary("/", Name("x1"), Negative(Number(0.0))))
def test_written_python_computes_the_same_bits(tree) -> None:
    text = written(tree, {"x1": "x1", "x2": "x2"})
    with np.errstate(all="ignore"):
        try:
            ours = evaluate(tree, COLUMNS)
        except (ArithmeticError, TypeError):
            return
        pythons = eval(text, {"np": np, **COLUMNS})  # the very thing the package must never do
    assert np.array_equal(np.asarray(ours), np.asarray(pythons), equal_nan=True), text


SPELT_ALIKE = sorted(name for name, (_, _, text) in FUNCTIONS.items() if text == f"np.{name}({{}})")
plain_trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(SPELT_ALIKE), inner)
        | st.builds(Binary, st.sampled_from(sorted(OPERATORS)), inner, inner)
        | st.builds(Negative, inner)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(plain_trees)
def test_written_python_reads_back_as_the_same_formula(tree) -> None:
    names = {"x1": "x1", "x2": "x2"}
    text = written(Binary("+", Name("x1"), tree), names)
    assert Formula.parse(text.replace("np.", ""), names).to_python(names) == text


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.text("x12+-*/^().,esinlog_ '\"", max_size=60))
def test_no_text_does_more_than_fail_with_one_sentence(text: str) -> None:
    try:
        result = value(text)
    except UserMistake as error:
        assert str(error)
    else:
        assert result.shape == X.shape and np.isfinite(result).all()
