"""What may stand in an event, as msgpack can hold it, and back. Knows no event by name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

ARRAY = "__array__"
KINDS = "biuf"  # of numpy dtypes: truth values, whole numbers, floats; what a browser's typed arrays can hold
MOST_DIMENSIONS = 16


def packed(value: Any) -> Any:
    """Nested plain data of a frozen event, arrays as maps. Raises `TypeError` or `ValueError` for anything else."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (int, float, str)):
        return _subclassed(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: packed(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        return _packed_array(cast("np.ndarray[Any, Any]", value))
    if isinstance(value, np.generic):
        return _packed_scalar(cast("np.generic[Any]", value))
    if isinstance(value, Mapping):
        return {_key(key): packed(inner) for key, inner in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [packed(inner) for inner in cast(list[Any], value)]
    raise TypeError(f"{type(value).__name__} has no encoding")


def unpacked(value: dict[Any, Any]) -> Any:
    """A map as msgpack read it, or the read-only array that it stands for. Raises `ValueError` for one that is none."""
    if ARRAY not in value:
        return value
    spelled = value[ARRAY]
    if len(value) != 1 or not isinstance(spelled, list) or len(cast(list[Any], spelled)) != 3:
        raise ValueError("an array is not spelled as dtype, shape and bytes")
    dtype, shape, data = cast(list[Any], spelled)
    return _array(_dtype(dtype), _shape(shape), data)


def _packed_array(array: np.ndarray[Any, Any]) -> dict[str, list[Any]]:
    if array.dtype.kind not in KINDS or array.dtype.itemsize > 8:
        raise TypeError(f"an array of {array.dtype} has no encoding")
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return {ARRAY: [little.dtype.str, list(array.shape), little.tobytes()]}


def _packed_scalar(value: np.generic[Any]) -> Any:
    plain: Any = value.item()
    if not isinstance(plain, (bool, int, float)):
        raise TypeError(f"{type(value).__name__} has no encoding")
    return plain


def _subclassed(value: int | float | str) -> int | float | str:
    """np.float64 is a float and an enum's member may be a text: their plain value."""
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else float(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the key {key!r:.40} is no text")
    if key == ARRAY:
        raise ValueError(f"the key {ARRAY} is how arrays are spelled")
    return key


def _dtype(name: Any) -> np.dtype[Any]:
    known = {np.dtype(kind).newbyteorder("<").str for kind in ("?bhiqBHIQefd")}
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"{name!r:.40} is no dtype of an array")
    return np.dtype(name)


def _shape(shape: Any) -> tuple[int, ...]:
    sizes: list[Any] = cast(list[Any], shape) if isinstance(shape, list) else [None]
    if len(sizes) > MOST_DIMENSIONS or not all(type(size) is int and 0 <= size < 2**31 for size in sizes):
        raise ValueError(f"{shape!r:.40} is no shape of an array")
    return tuple(sizes)


def _array(dtype: np.dtype[Any], shape: tuple[int, ...], data: Any) -> np.ndarray[Any, Any]:
    if not isinstance(data, bytes) or len(data) != dtype.itemsize * math.prod(shape):
        raise ValueError(f"an array of shape {list(shape)} does not fill its bytes")
    return np.frombuffer(data, dtype=dtype).reshape(shape)
