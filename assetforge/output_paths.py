"""Where a file of the input goes in the output."""

from assetforge.config import Root


class OutputPaths:
    """Where a logical path goes below the output folder: `site/` for site roots, `static/` for static ones. A static root leaves
    its prefix out, as Django's STATIC_ROOT does, unless static roots have several prefixes."""

    def __init__(self, roots: tuple[Root, ...]) -> None:
        self._roots = sorted(roots, key=lambda root: -len(root.prefix))
        self._one_static = len({root.prefix for root in roots if root.kind == "static"}) == 1

    def root(self, path: str) -> Root:
        """The root that a logical path belongs to: that of the longest prefix."""
        return next(root for root in self._roots if ("/" + path).startswith(root.prefix))

    def of(self, path: str) -> str:
        """The output path of a logical path, hashed or not."""
        root = self.root(path)
        if root.kind == "static" and self._one_static:
            return "static/" + path[len(root.prefix) - 1 :]
        return f"{root.kind}/{path}"
