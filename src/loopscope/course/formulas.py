"""A formula as one line of text, for a terminal and for search: LaTeX's signs in Unicode. Draws nothing."""

from __future__ import annotations

import re

SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "pi": "π", "xi": "ξ", "zeta": "ζ", "Delta": "Δ", "Sigma": "Σ", "Theta": "Θ",
    "Phi": "Φ", "Omega": "Ω", "nabla": "∇", "partial": "∂", "sum": "∑", "prod": "∏", "int": "∫", "infty": "∞",
    "times": "×", "cdot": "·", "odot": "⊙", "circ": "∘", "ast": "∗", "pm": "±", "approx": "≈", "neq": "≠", "ne": "≠",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "ll": "≪", "gg": "≫", "sim": "∼", "propto": "∝", "equiv": "≡",
    "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "to": "→",
    "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←", "gets": "←", "mapsto": "↦", "top": "ᵀ", "ldots": "…",
    "dots": "…", "cdots": "⋯", "vert": "|", "Vert": "‖", "|": "‖", "quad": " ", "qquad": "  ", ",": " ", ";": " ",
    ":": " ", "!": "", "{": "❴", "}": "❵", "%": "%", "_": "_", "&": "&", "#": "#", "\\": "; ", "prime": "′",
    "left": "", "right": "", "big": "", "Big": "", "displaystyle": "", "langle": "⟨", "rangle": "⟩", "lVert": "‖",
    "rVert": "‖", "lvert": "|", "rvert": "|", "mid": "|", "ell": "ℓ", " ": " ",
}  # fmt: skip
BRACES = str.maketrans("❴❵", "{}")
"""Braces that are meant stand as others until those that only group are gone."""
BOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼", "P": "ℙ", "Q": "ℚ", "C": "ℂ"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "overline": "\u0304"}
WORDS = ("text", "mathrm", "operatorname", "mathbf", "mathcal", "boldsymbol", "mathit", "textbf", "mathtt")
ABOVE = str.maketrans("0123456789+-=()ni*T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ*ᵀ")
BELOW = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
ARGUMENT = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
CASES = re.compile(r"\\(?:begin|end)\{[^}]*\}")


def readable(latex: str) -> str:
    """`\\hat y = W x + b` as `ŷ = W x + b`. What it does not know keeps its name."""
    said = CASES.sub(" ", latex).replace("&", " ")
    said = re.sub(rf"\\[dt]?frac\s*(?:{ARGUMENT}|(\w))\s*(?:{ARGUMENT}|(\w))", _fraction, said)
    said = re.sub(rf"\\sqrt\s*{ARGUMENT}", lambda f: f"√{_group(f[1])}", said)
    said = re.sub(r"\\mathbb\s*\{?(\w)\}?", lambda f: BOARD.get(f[1], f[1]), said)
    said = re.sub(rf"\\(?:{'|'.join(WORDS)})\s*{ARGUMENT}", lambda f: f[1], said)
    said = re.sub(
        rf"\\({'|'.join(ACCENTS)})\s*(?:{ARGUMENT}|(\\?\w))", lambda f: _accented(readable(f[2] or f[3]), f[1]), said
    )
    said = re.sub(r"\\([A-Za-z]+|[^A-Za-z])", lambda f: SIGNS.get(f[1], f[1]), said)
    said = re.sub(rf"\^(?:{ARGUMENT}|(\S))", lambda f: _small(f[1] or f[2], ABOVE, "^"), said)
    said = re.sub(rf"_(?:{ARGUMENT}|(\S))", lambda f: _small(f[1] or f[2], BELOW, "_"), said)
    bare = re.sub(r"[{}]", "", said).translate(BRACES)
    return " ".join(re.sub(r"∂ (?=\w)", "∂", bare).split())


def _fraction(found: re.Match[str]) -> str:
    return f"{_group(found[1] or found[2])}/{_group(found[3] or found[4])}"


def _group(latex: str) -> str:
    inside = readable(latex)
    return inside if re.fullmatch(r"[\w∂∇𝔼]+", inside) else f"({inside})"


def _accented(text: str, accent: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", text[:1] + ACCENTS[accent]) + text[1:]


def _small(text: str, table: dict[int, int], sign: str) -> str:
    if text in ("ᵀ", "′"):
        return text
    moved = text.translate(table)
    changed = all(ord(before) in table for before in text)
    whole = len(text) == 1 or (text[0], text[-1]) == ("(", ")")
    return moved if changed else f"{sign}{text}" if whole else f"{sign}({text})"
