"""`assetforge sample`: fetch pages, record them, tell what came of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from assetforge.errors import ConfigError
from assetforge.samples import Samples
from assetforge.samples.fetching import Fetched, crawled
from assetforge.samples.recording import add, is_document, sampled


class Display(Protocol):
    """Who is told."""

    def say(self, text: str) -> None: ...

    def error(self, text: str) -> None: ...


def sample_pages(
    urls: Sequence[str],
    file: Path | None,
    display: Display,
    *,
    template: str | None = None,
    depth: int = 0,
    most: int = 100,
    headers: Iterable[str] = (),
) -> bool:
    """Record the pages of `urls` into `file`. Is every one of them recorded? Raises `ConfigError` and OSError."""
    if file is None:
        raise ConfigError("No file for samples is configured: give one with --samples.")
    new, complete, pages = Samples(), True, 0
    for page in crawled(urls, depth=depth, most=most, headers=dict(map(_header, headers))):
        name = page.template or (template if page.depth == 0 else None)
        problem = _problem(page, name)
        if name is None or problem:
            complete = complete and page.depth > 0
            (display.say if page.depth else display.error)(f"{page.url}: {problem}")
            continue
        new = new.merged(sampled(name, page.text))
        pages += 1
        display.say(f"{page.url}: {name}")
    if pages:
        before = Samples.load(file)
        added = sum(not before.covers(Samples({key: one})) for key, one in new.known.items())
        add(file, new)
        display.say(f"{file}: {pages} pages, {added} of {len(new.templates)} templates have something new")
    return complete


def _problem(page: Fetched, template: str | None) -> str:
    if page.problem:
        return page.problem
    if not is_document(page.text):
        return "a fragment of a page"
    return "" if template is not None else "does not say which template made it: install a recorder, or give --template"


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or "\n" in text or "\r" in text:
        raise ConfigError(f"{text!r} is no header: `Cookie: sessionid=…` is one.")
    return name.strip(), value.strip()
