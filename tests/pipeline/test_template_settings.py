"""What a root of templates may say of its language: read whole, or refused with everything that is wrong."""

import pickle
from pathlib import Path

import pytest

from assetforge.config import Config, Root, Templates
from assetforge.dialects import DJANGO, JINJA, PLAIN, Filter, Function, Tag
from assetforge.errors import ConfigError
from assetforge.settings import configure
from assetforge.standing import _key
from assetforge.templates import dialect_of


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("templates", "more", "static"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    return tmp_path


def config(project: Path, root: str, more: str = "") -> Config:
    static = '{ folder = "static", kind = "static" }'
    (project / "assetforge.toml").write_text(
        f'roots = [{{ folder = "templates", kind = "templates", {" ".join(root.split())} }}, {static}{more}]'
    )
    return configure(project)


def refused(project: Path, root: str, more: str = "") -> str:
    with pytest.raises(ConfigError) as raised:
        config(project, root, more)
    return str(raised.value)


def test_every_key_is_read(project: Path) -> None:
    read = config(
        project,
        """dialect = "jinja", urls = "literal", tags = { asset = 1, icon = { argument = "src" }, pack = { names = "bundle" } },
        functions = { cdn = 0, "theme.file" = "name", u = { argument = 1, scope = 0, scopes = ["static"] } },
        filters = { asset = "asset", under = "braces" }, variables = ["CDN"], bodies = ["box"],
        syntax = { variable_start_string = "${", variable_end_string = "}", trim_blocks = true }""",
    )
    chosen = read.roots[0].templates
    assert chosen == Templates(
        urls="literal",
        syntax=(("trim_blocks", True), ("variable_end_string", "}"), ("variable_start_string", "${")),
        tags=(("asset", 1, "path"), ("icon", "src", "path"), ("pack", 0, "bundle")),
        functions=(("cdn", 0, None, (), "path"), ("theme.file", "name", None, (), "path"), ("u", 1, 0, ("static",), "path")),
        filters=(("asset", "asset"), ("under", "braces")),
        variables=("CDN",),
        bodies=("box",),
    )
    dialect = dialect_of("jinja", chosen)
    assert dialect.syntax.variable_start_string == "${" and dialect.syntax.trim_blocks and dialect.syntax.block_start_string == "{%"
    assert dialect.idioms.tags["icon"] == Tag("src") and dialect.idioms.tags["pack"].names == "bundle"
    assert dialect.idioms.functions["u"] == (Function(1, 0, ("static",)),)
    assert dialect.idioms.filters["under"] == Filter("braces") and "CDN" in dialect.idioms.prefixes
    assert {"box", "compress"} <= dialect.idioms.taken


def test_short_forms(project: Path) -> None:
    django = config(project, 'dialect = "django", tags = ["my_static", "icon"], filters = ["asset"]').roots[0].templates
    assert django.tags == (("icon", 0, "path"), ("my_static", 0, "path")) and django.filters == (("asset", "asset"),)
    assert config(project, 'dialect = "jinja", functions = ["cdn"]').roots[0].templates.functions == (("cdn", 0, None, (), "path"),)


def test_nothing_said_is_the_dialect_itself() -> None:
    assert dialect_of("django", Templates()) == DJANGO and dialect_of("jinja", Templates()) == JINJA
    assert dialect_of("plain", Templates()) == PLAIN


@pytest.mark.parametrize(
    ("root", "sentence"),
    [
        ('dialect = "django", tag = ["a"]', "unknown key `roots[0].tag`; did you mean `tags`?"),
        ('dialect = "django", tags = { a = { argumnt = 1 } }', "unknown key `roots[0].tags.a.argumnt`; did you mean `argument`?"),
        ('dialect = "django", tags = { a = -1 }', "`roots[0].tags.a` must be the position of an argument, from 0, or its keyword"),
        ('dialect = "django", tags = ["a b"]', "`roots[0].tags[0]` must be a name as templates write it"),
        ('dialect = "django", tags = "a"', "`roots[0].tags` must be a list of names, or a table"),
        (
            'dialect = "django", functions = ["a"]',
            "`roots[0]` has `functions`, which templates with the dialect `django` do not have",
        ),
        (
            'dialect = "django", syntax = { trim_blocks = true }',
            "`roots[0]` has `syntax`, which templates with the dialect `django`",
        ),
        ('tags = ["a"]', "`roots[0]` has `tags`, which templates with the dialect `plain` do not have"),
        ('dialect = "jinja", urls = "literals"', "did you mean `literal`?"),
        ('dialect = "jinja", filters = { a = "bracs" }', "did you mean `braces`?"),
        (
            'dialect = "jinja", functions = { a = { scope = 0 } }',
            "`roots[0].functions.a` needs `scope`, an argument's position, and",
        ),
        ('dialect = "jinja", variables = ["a.b"]', "`roots[0].variables[0]` must be a name as templates write it"),
        ('dialect = "jinja", syntax = { variable_start = "a" }', "did you mean `variable_start_string`?"),
        ('dialect = "jinja", syntax = { block_start_string = "{{" }', "blocks, variables and comments must begin differently"),
        (
            'dialect = "jinja", syntax = { block_end_string = "end" }',
            "must not begin with a letter, a digit, white space or a quote",
        ),
        ('dialect = "jinja", syntax = { line_statement_prefix = "" }', "`roots[0].syntax.line_statement_prefix` must not be empty"),
        ('dialect = "jinja", syntax = { lstrip_blocks = 1 }', "must be true or false, not the number 1"),
    ],
)
def test_every_mistake_is_told(project: Path, root: str, sentence: str) -> None:
    assert sentence in refused(project, root)


def test_all_mistakes_of_a_root_are_told_together(project: Path) -> None:
    told = refused(project, 'dialect = "jinja", tags = { a = -1, "b c" = 0 }, filters = ["x", 1]')
    assert "has 3 mistakes" in told


def test_only_roots_of_templates_have_them(project: Path) -> None:
    (project / "assetforge.toml").write_text('roots = [{ folder = "static", kind = "static", bodies = ["x"] }]')
    with pytest.raises(ConfigError, match='`bodies`, which only roots with `kind = "templates"` have'):
        configure(project)


def test_two_roots_at_one_place_have_one_language(project: Path) -> None:
    more = ', { folder = "more", kind = "templates", dialect = "django" }'
    assert "must be the same" in refused(project, 'dialect = "django", bodies = ["x"]', more)
    assert len(config(project, 'dialect = "django"', more).roots) == 3


def test_values_can_be_part_of_any_key(project: Path) -> None:
    """Hashable, picklable, and written alike in every process."""
    plain, other = Root(folder=project), Root(folder=project, templates=Templates(bodies=("x",)))
    assert pickle.loads(pickle.dumps(other)) == other and hash(other) != hash(plain)
    keys = {_key(Config(roots=(root,), output=project / "out")) for root in (plain, other)}
    assert len(keys) == 2 and "frozenset" not in repr(other.templates)
