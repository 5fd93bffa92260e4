"""The glossary as the body of a page: every term with its forms and what it means. Knows no server."""

from __future__ import annotations

import html

from .glossary import Glossary, Term
from .markup import Links, rendered
from .series import Series


def glossary_body(series: Series) -> str:
    """An article with a heading a term, which is what posts link to; definitions link each other."""
    terms = "\n".join(_entry(term, series.glossary) for term in series.glossary.terms)
    return f'<article class="post glossary"><h1>Glossary</h1>\n{terms}\n</article>'


def _entry(term: Term, glossary: Glossary) -> str:
    links = Links(glossary=glossary, used={term.name})
    others = [form for form in term.forms if form != term.name]
    also = f'<p class="forms">also: {html.escape(", ".join(others))}</p>' if others else ""
    return f'<h2 id="{term.slug}">{html.escape(term.name)}</h2>\n{also}{rendered(term.definition, links)}'
