"""From a URL in a file to the logical path it means, by the URL Standard as far as a static site needs it.

What must stay true: the answer depends on the URL, the folder it is resolved against, and the set of paths: not on order, machine
or file system. Case must match: a file system that folds case hides an error that the server will show.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from assetforge.names import folder_of
from assetforge.reference import PATH_END, is_foreign
from assetforge.sources import folders

_NEAR = 400  # names in a folder that are compared for a likeness
_CONTROL = str.maketrans("", "", "\t\n\r")  # the URL parser drops these anywhere


class Place(NamedTuple):
    """What a URL means. `path`: the logical path, whether such a file exists or not; None for another host."""

    path: str | None
    exists: bool


EXTERNAL = Place(None, False)


class Resolver:
    """Looks URLs up among `paths`. `hosts`: beginnings of absolute URLs that are the site's own, each ending with `/`. `prefixes`:
    the beginnings of the URL paths that are the build's business; what lies elsewhere on the host somebody else answers for."""

    def __init__(self, paths: Iterable[str], hosts: Iterable[str], prefixes: Iterable[str] = ("/",)) -> None:
        self.paths = frozenset(paths)
        self._prefixes = tuple(prefix.lstrip("/") for prefix in prefixes)
        self.folders = folders(self.paths)
        self.hosts = tuple(hosts) + tuple(host.split(":", 1)[1] for host in hosts if ":" in host)
        self._known: dict[tuple[str, str], Place] = {}
        self._folded: Mapping[str, str] | None = None

    def place(self, url: str, folder: str | None) -> Place:
        """What `url` means in a file whose base URL lies in `folder` (logical, with its closing slash; None: on another host)."""
        key = (url, folder or "") if folder is not None else (url, "\0")
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._place(url, folder)
        return known

    def base_folder(self, path: str, base: str | None) -> str | None:
        """The folder that relative URLs of page `path` resolve against when it has `<base href="base">`."""
        folder = folder_of(path)
        if base is None:
            return folder
        at = self.place(base.strip() or ".", folder).path
        if at is None:
            return None
        return folder_of(at)

    def _place(self, url: str, folder: str | None) -> Place:
        url = url.translate(_CONTROL)
        if folder is None and not is_foreign(url):
            return EXTERNAL
        if is_foreign(url):
            host = next((host for host in self.hosts if (url + "/").startswith(host)), None)
            if host is None:
                return EXTERNAL
            url = "/" + url[len(host) :]
        cut = PATH_END.search(url)
        path = (url[: cut.start()] if cut else url).replace("\\", "/")
        absolute = path.startswith("/")
        if not absolute:
            path = (folder or "") + path
        path = _dots(unquote(path, errors="surrogateescape"))
        if absolute and not path.startswith(self._prefixes):
            return EXTERNAL
        if path in self.paths or "//" not in path:
            return Place(path, path in self.paths)
        merged = "/".join(part for part in path.split("/") if part)  # as nginx does by default (merge_slashes)
        return Place(merged, merged in self.paths)

    def is_folder(self, path: str) -> bool:
        """Does the path name a folder of the site, with or without its closing slash?"""
        return path in self.folders or path + "/" in self.folders

    def nearest(self, path: str) -> tuple[str, str] | None:
        """For a path that does not exist: the file that was probably meant, and in what its name differs. None where no file is
        near."""
        if self._folded is None:
            self._folded = {_folded(one): one for one in sorted(self.paths, reverse=True)}
        alike = self._folded.get(_folded(path))
        if alike is not None:
            if unicodedata.normalize("NFC", alike) == unicodedata.normalize("NFC", path):
                return alike, "differs only in Unicode normalisation"
            return alike, "differs only in case"
        import difflib  # only where something is missing

        folder, _, name = path.rpartition("/")
        same_name = [one for one in self.paths if one.endswith("/" + name) or one == name]
        if same_name:
            return min(same_name, key=lambda one: (-difflib.SequenceMatcher(None, one, path).ratio(), one)), "lies elsewhere"
        beside = sorted(one for one in self.paths if one.rpartition("/")[0] == folder)[:_NEAR]
        close = difflib.get_close_matches(path, [one for one in beside if _may_be_meant(one, path)], n=1, cutoff=0.75)
        return (close[0], "has a similar name") if close else None


def _may_be_meant(one: str, path: str) -> bool:
    """Is a likeness more than chance: of the same kind, or of the same name but for what follows the last dot?"""
    suffix = PurePosixPath(path).suffix
    return PurePosixPath(one).suffix == suffix or (one.startswith(path.removesuffix(suffix) + ".") and suffix != ".map")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _dots(path: str) -> str:
    """URL Standard, path state: `.` and `..` segments, never above the top. Without the leading slash."""
    if "/." not in path and not path.startswith("."):
        return path[1:] if path.startswith("/") else path
    parts: list[str] = []
    segments = path.split("/")[1 if path.startswith("/") else 0 :]
    for at, segment in enumerate(segments):
        if segment == "..":
            if parts:
                parts.pop()
        elif segment != ".":
            parts.append(segment)
            continue
        if at == len(segments) - 1:
            parts.append("")  # `a/..` names a folder
    return "/".join(parts)
