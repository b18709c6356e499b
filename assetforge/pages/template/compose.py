"""From templates to pages: for each template what a page rendered from it loads and runs, in the order it would have it.

    composition = compose(templates, candidates)
    for page in composition.pages:
        page.chain, page.stylesheets, page.scripts, page.holes

`sketch` reads one template, `loader` says which template a name means, `chains` which it extends, `scope` what blocks and macros
mean, `expansion` puts them together, `composed` holds the values. No engine is run and no condition is evaluated.

What must stay true: nothing depends on the order in which templates are given. Cost is linear in the number of templates times
the length of their chains and includes; what would blow up is cut off, with a hole and a note where it was.
"""

from collections.abc import Iterable, Mapping

from assetforge.dialects.statement import Statement
from assetforge.pages.template.chains import Chain, Chains
from assetforge.pages.template.composed import Composition, Page, Role
from assetforge.pages.template.expansion import Expansion
from assetforge.pages.template.loader import Loader, Template
from assetforge.pages.template.scope import Index
from assetforge.pages.template.sketch import DocumentTag

_DOCUMENT = frozenset({"html", "head", "body"})


def compose(
    templates: Iterable[Template], candidates: Mapping[str, tuple[str, ...]] | None = None, *, runs: bool = False
) -> Composition:
    """Put every template together with those it extends, includes and calls. `candidates`: for an expression that names a template,
    as written (`base_template`), or for a tag that renders one (`submit_row`), the names that may be meant. `runs`: are the texts
    wanted that each page is made of?"""
    known = sorted(templates, key=lambda one: (one.root, one.path))
    loader = Loader(known, candidates or {})
    chains, index = Chains(loader), Index(loader)
    extended, included = _relations(known, loader, chains)
    pages: list[Page] = []
    roles: dict[str, Role] = {}
    for template in known:
        made = [_page(template, chain, Expansion(loader, chains, index, runs)) for chain in chains.of(template)]
        roles[template.path] = role = _role(made, template.path in extended, template.path in included)
        pages += (page._replace(role=role) for page in made)
    users: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        for path in page.uses:
            users.setdefault(path, []).append(number)
    return Composition(tuple(pages), roles, extended, included, {path: tuple(users[path]) for path in sorted(users)})


def _page(template: Template, chain: Chain, expansion: Expansion) -> Page:
    expansion.page(chain)
    return Page(
        template=template.path,
        name=template.name,
        role="page",
        chain=tuple(one.path for one in reversed(chain.templates)),
        choices=chain.choices,
        layout=chain.known,
        open=chain.open,
        parts=tuple(expansion.parts),
        uses=frozenset(expansion.uses),
        notes=tuple(expansion.notes),
        runs=tuple(expansion.runs or ()),
    )


def _role(pages: list[Page], extended: bool, included: bool) -> Role:
    """A template without a document of its own is a page where it extends something that cannot be told."""
    if any(not page.layout or _is_document(page) for page in pages):
        return "layout" if extended else "page"
    return "part" if extended or included else "fragment"


def _is_document(page: Page) -> bool:
    return any(isinstance(one.item, DocumentTag) and one.item.name in _DOCUMENT and not one.inert for one in page.parts)


Relation = dict[str, tuple[str, ...]]


def _relations(templates: Iterable[Template], loader: Loader, chains: Chains) -> tuple[Relation, Relation]:
    """Who extends, and who includes or imports, each template."""
    extended: dict[str, set[str]] = {}
    included: dict[str, set[str]] = {}
    for template in templates:
        if template.sketch.extends:
            for chain in chains.of(template):
                if len(chain.templates) > 1:
                    extended.setdefault(chain.templates[1].path, set()).add(template.path)
        for node in template.sketch.nodes:
            one = node.item
            if isinstance(one, Statement) and one.kind in ("include", "import") and one.names is not None:
                for target in loader.find(one.names, template).templates:
                    if target.path != template.path:
                        included.setdefault(target.path, set()).add(template.path)
    return _sorted(extended), _sorted(included)


def _sorted(relation: dict[str, set[str]]) -> Relation:
    return {path: tuple(sorted(relation[path])) for path in sorted(relation)}
