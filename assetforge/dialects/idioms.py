"""What names assets in a template: tags, functions, filters and variables, as a table that a project may extend.

A row says where the path stands. Paths are logical (`css/app.css`), as the helper takes them: not percent-encoded, and relative to
a folder that the helper knows. What must stay true: a row adds knowledge and never removes a construct from the text; what the
table does not know is left to run time.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple


class Tag(NamedTuple):
    """`{% name 'path' %}`. `argument`: the position of the path among the arguments, or the name of a keyword.
    `names`: what the argument is: a `path`, a `prefix` (no argument: the tag writes the folder of all assets, as
    `{% get_static_prefix %}` does), or a `bundle`, a name of its own that only the tag can resolve."""

    argument: int | str = 0
    names: Literal["path", "prefix", "bundle"] = "path"


class Function(NamedTuple):
    """`name('path')`, called by its whole dotted name or by the last parts of it.

    `argument`: position or keyword of the path. `scope`: the position of an argument that says whose folder it is
    (`url_for('admin.static', …)`): where it is not a literal that is, or ends with `.`, one of `scopes`, the call names no asset.
    `flag`: position or name of an argument that must be true for the call to name an asset. `pages`: the same function makes
    addresses of pages, so without a literal part nothing is said.
    """

    argument: int | str = 0
    scope: int | None = None
    scopes: tuple[str, ...] = ()
    flag: tuple[int, str] | None = None
    pages: bool = False
    names: Literal["path", "bundle"] = "path"


class Filter(NamedTuple):
    """`'path'|name`. `does`: `asset` makes a URL of a path; `braces` and `percent` fill in `{…}` and `%s`; `same` leaves a path as
    it is."""

    does: Literal["asset", "braces", "percent", "same"] = "asset"
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Idioms:
    """`functions`: rows by name; several rows of one name are tried in turn. `prefixes`: variables that hold the URL of the asset
    folder (`{{ STATIC_URL }}css/app.css`). `taken`: tags whose body belongs to them and is left alone (it is bundled, or
    it is what a translation is looked up by)."""

    tags: dict[str, Tag] = field(default_factory=dict)
    functions: dict[str, tuple[Function, ...]] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset({"STATIC_URL"})
    taken: frozenset[str] = frozenset()

    def extended(
        self,
        *,
        tags: dict[str, Tag] | None = None,
        functions: dict[str, tuple[Function, ...]] | None = None,
        filters: dict[str, Filter] | None = None,
        prefixes: frozenset[str] = frozenset(),
        taken: frozenset[str] = frozenset(),
    ) -> "Idioms":
        """With more rows; a row of the same name replaces."""
        return replace(
            self,
            tags=self.tags | (tags or {}),
            functions=self.functions | (functions or {}),
            filters=self.filters | (filters or {}),
            prefixes=self.prefixes | prefixes,
            taken=self.taken | taken,
        )


_BUNDLE = Tag(0, "bundle")

DJANGO = Idioms(
    tags={
        "static": Tag(),
        "get_static_prefix": Tag(names="prefix"),
        "versioned_static": Tag(),  # wagtail
        "javascript": _BUNDLE,  # django-pipeline
        "stylesheet": _BUNDLE,
        "vite_asset": _BUNDLE,  # django-vite: resolved by Vite's own manifest
        "vite_asset_url": _BUNDLE,
        "vite_legacy_asset": _BUNDLE,
        "vite_preload_asset": _BUNDLE,
        "render_bundle": _BUNDLE,  # django-webpack-loader
    },
    filters={
        "static": Filter("asset"),
        "safe": Filter("same"),
        "escape": Filter("same"),
        "force_escape": Filter("same"),
        "iriencode": Filter("same"),
    },
    taken=frozenset({"compress", "addtoblock", "add_data", "assets", "blocktrans", "blocktranslate"}),
)

JINJA = Idioms(
    tags={
        "static": Tag(),
        "asset": _BUNDLE,  # ckan: a bundle of webassets
        "stylesheet": _BUNDLE,
        "javascript": _BUNDLE,
        "vite_asset": _BUNDLE,
    },
    functions={
        "url_for": (
            Function("filename", scope=0, scopes=("static",)),  # Flask, Quart
            Function("path", scope=0, scopes=("static",)),  # Starlette
        ),
        "static": (Function(),),
        "static_url": (Function(),),  # Tornado, and many a project's own
        "asset_url": (Function(),),
        "asset_integrity": (Function(),),
        "admin_static.url": (Function("filename"),),  # flask-admin
        "request.static_path": (Function(),),  # Pyramid: 'package:folder/file'
        "request.static_url": (Function(),),
        "pathto": (Function(flag=(1, "resource")),),  # Sphinx
        "h.url_for_static": (Function(),),  # ckan
        "h.url_for_static_or_external": (Function(pages=True),),
        "vite_asset": (Function(names="bundle"),),
    },
    filters={
        "url": Filter("asset", pages=True),  # MkDocs
        "static": Filter("asset"),
        "static_url": Filter("asset"),
        "asset_url": Filter("asset"),
        "format": Filter("percent"),
        "f": Filter("braces"),
        "safe": Filter("same"),
        "e": Filter("same"),
        "escape": Filter("same"),
        "forceescape": Filter("same"),
        "string": Filter("same"),
        "trim": Filter("same"),
    },
    taken=frozenset({"compress", "assets", "addtoblock", "trans"}),
)
