"""Which template made a page: the outermost one whose text the response carries.

A request may render many templates: parts of the page from within, a mail before it, a message after. So renderings are watched
while a request runs; those that no other rendering contains are kept, and the response's own text tells which of them it is. What
must stay true: nothing is kept beyond the request, and where it is not certain which template it was, it is none.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import NamedTuple

from assetforge.samples.recording import is_document

_BEGINNING = 256  # characters in which a page and what its template wrote agree, whatever was put in behind them


class Rendering(NamedTuple):
    """`template`: its name, None for one that has none."""

    template: str | None
    text: str


class Renderings:
    """The outermost renderings of a request. A list and a count, for a view may run in another thread than its request."""

    def __init__(self) -> None:
        self.done: list[Rendering] = []
        self.depth = 0

    def template_of(self, page: str) -> str | None:
        """The template that made `page`; None where it is not certain, or has no name."""
        documents = [one for one in self.done if is_document(one.text)]
        for one in reversed(documents):
            if one.text == page:
                return one.template
        beginning = page.lstrip()[:_BEGINNING]
        alike = [one for one in documents if one.text.lstrip()[:_BEGINNING] == beginning] or documents
        templates = {one.template for one in alike}
        return templates.pop() if len(templates) == 1 else None


_current: ContextVar[Renderings | None] = ContextVar("renderings", default=None)


@contextlib.contextmanager
def watched() -> Iterator[Renderings]:
    """Watch the renderings of a request. Within another watch of the same request both are one."""
    known = _current.get()
    if known is not None:
        yield known
        return
    mine = Renderings()
    token = _current.set(mine)
    try:
        yield mine
    finally:
        with contextlib.suppress(ValueError):  # a request that ends in another context than it began in: that one knows nothing
            _current.reset(token)


def rendered(template: str | None, render: Callable[[], str]) -> str:
    """What `render` returns, seen."""
    current = _current.get()
    if current is None:
        return render()
    current.depth += 1
    try:
        text = render()
    finally:
        current.depth -= 1
    if current.depth == 0:
        current.done.append(Rendering(template, str(text)))
    return text
