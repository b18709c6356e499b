"""Scripts of other sites that are known all the same: by their `integrity`, or by a URL that names one release of a library."""

from assetforge.formats.html.outline import Loading
from assetforge.formats.js.libraries import by_integrity, by_url
from assetforge.pages.page import Source
from assetforge.pages.script.kinds import source


def known(one: Loading) -> Source | None:
    """What is known of a script that an element loads from elsewhere, None where that is nothing. A browser runs only what fits the
    `integrity`, so that says more than the URL."""
    url = (source(one) or "").strip()
    said = one.attribute("integrity")
    effects = (by_integrity(said) if said else None) or by_url(url)
    return Source(url, None, 0, effects, library=True) if effects is not None else None
