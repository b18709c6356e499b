"""A configuration is used whole or refused with everything that is wrong with it."""

from pathlib import Path

import pytest

from assetforge.config import COMPRESSED, MINIFIED, Config, Nginx, Root
from assetforge.errors import ConfigError
from assetforge.settings import configure, find, literal, load, plain


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two folders of input, as the working folder; no environment."""
    (tmp_path / "public").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "public/index.html").write_text("<p>")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    return tmp_path


def config(project: Path, text: str) -> Config:
    (project / "assetforge.toml").write_text(text)
    return configure(project)


def refused(project: Path, text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        config(project, text)
    return str(raised.value)


def test_a_folder_without_configuration_is_a_plain_site(project: Path) -> None:
    assert configure(project / "public") == Config(
        roots=(Root(folder=project / "public"),),
        output=project / "public/build",
        cache=project / "public/.assetforge-cache",
        samples=project / "public/assetforge-samples.txt",
    )


def test_every_key_is_read(project: Path) -> None:
    read = config(
        project,
        """
        roots = [{ folder = "public" }, { folder = "static", prefix = "/assets/", kind = "static" }]
        output = "dist"
        stable = ["widget.js"]
        prehashed = ["bundle/**"]
        exclude = ["*.psd"]
        ignore_missing = { "vendor/**" = ["*.map", "img/**"], "*.html" = ["later.css"] }
        vendored = ["vendor/"]
        minify = { html = true, js = false }
        compress = ["br", "gzip"]
        modules = "importmap"
        unhashed = "drop"
        asset_host = "https://static.example.com/s"
        origin = "https://WWW.example.com/"
        strict = true
        jobs = 3
        cache = "../elsewhere"
        samples = "shapes.txt"
        [nginx]
        server_name = "www.example.com"
        hsts = true
        hsts_max_age = 300
        """,
    )
    assert read == Config(
        roots=(Root(folder=project / "public"), Root(folder=project / "static", prefix="/assets/", kind="static")),
        output=project / "dist",
        stable=("widget.js",),
        prehashed=("bundle/**",),
        exclude=("*.psd",),
        ignore_missing=(("vendor/**", "*.map"), ("vendor/**", "img/**"), ("*.html", "later.css")),
        vendored=("vendor/",),
        minify=MINIFIED - {"js"} | {"html"},
        compress=("br", "gzip"),
        modules="importmap",
        unhashed="drop",
        asset_host="https://static.example.com/s/",
        origin="https://www.example.com",
        strict=True,
        jobs=3,
        cache=project.parent / "elsewhere",
        samples=project / "shapes.txt",
        nginx=Nginx(server_name="www.example.com", hsts=True, hsts_max_age=300),
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("minify = true", "minify", MINIFIED),
        ("minify = false", "minify", frozenset()),
        ('minify = ["css"]', "minify", frozenset({"css"})),
        ("compress = false", "compress", ()),
        ("compress = true", "compress", COMPRESSED),
        ('ignore_missing = ["*.map"]', "ignore_missing", (("**", "*.map"),)),
        ('asset_host = "//cdn.example.com"', "asset_host", "//cdn.example.com/"),
        ("cache = false", "cache", None),
    ],
)
def test_short_forms(project: Path, line: str, field: str, value: object) -> None:
    assert getattr(config(project, f'roots = "public"\n{line}'), field) == value


def test_static_roots_answer_below_static_unless_told(project: Path) -> None:
    assert config(project, 'roots = [{ folder = "static", kind = "static" }]').roots[0].prefix == "/static/"


def test_a_table_in_pyproject_counts(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.assetforge]\nroots = "public"\njobs = 2\n')
    assert configure(project).jobs == 2


def test_a_pyproject_without_the_table_is_no_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert find(project) is None
    with pytest.raises(ConfigError, match=r"has no table \[tool\.assetforge\]"):
        load(project / "pyproject.toml")


def test_the_own_file_goes_before_the_shared_one(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.assetforge]\nroots = "static"\n')
    assert config(project, 'roots = "public"').roots[0].folder == project / "public"


def test_all_mistakes_of_a_file_are_told_together(project: Path) -> None:
    said = refused(
        project,
        """
        root = "public"
        roots = [{ folder = "nowhere", kind = "statik", prefx = "/" }]
        jobs = "many"
        minify = { cs = true, js = 1 }
        stable = ["!a", 3]
        asset_host = "static.example.com"
        [nginx]
        brotli = true
        hsts = "yes"
        """,
    )
    assert said.splitlines() == [
        "assetforge.toml has 12 mistakes:",
        "  unknown key `root`; did you mean `roots`?",
        f"  `roots[0].folder`: the folder {project / 'nowhere'} does not exist",
        '  `roots[0].kind` must be "site", "static" or "templates", not "statik"; did you mean `static`?',
        "  unknown key `roots[0].prefx`; did you mean `prefix`?",
        '  `jobs` must be a whole number from 1, not "many"',
        "  unknown key `minify.cs`; did you mean `css`?",
        "  `minify.js` must be true or false, not the number 1",
        "  `stable[0]`: the glob '!a' begins with `!`: there is no negation (for a name that begins so, write `\\!`)",
        "  `stable[1]` must be a string, not the number 3",
        '  `asset_host` must be an absolute URL such as `https://static.example.com/`, not "static.example.com"',
        "  unknown key `nginx.brotli`; did you mean `brotli_static`?",
        '  `nginx.hsts` must be true or false, not "yes"',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobs = 0", "`jobs` must be a whole number from 1, not the number 0"),
        ("jobs = true", "`jobs` must be a whole number from 1, not true"),
        ("roots = []", "`roots` must not be empty"),
        ("roots = 3", "`roots` must be a list of tables, or one folder, not the number 3"),
        ("roots = [{ prefix = '/' }]", "`roots[0]` has no `folder`"),
        ("roots = ['public', '.']", "overlap, so a file would be published twice"),
        ("roots = [{ folder = 'public', prefix = 'static' }]", "must be a URL path that begins and ends with `/`"),
        ("roots = [{ folder = 'public', prefix = '/a/../b/' }]", "must be a URL path that begins and ends with `/`"),
        ("roots = 'public/index.html'", "is not a folder"),
        ("modules = 'import-map'", '`modules` must be "rewrite" or "importmap", not "import-map"; did you mean `importmap`?'),
        ("compress = ['brotli']", '`compress[0]` must be "gzip", "br" or "zstd", not "brotli"'),
        ("compress = 'gzip'", '`compress` must be a list of encodings, true or false, not "gzip"'),
        ("asset_host = 'ftp://x.example/'", "`asset_host` must be an absolute URL"),
        ("asset_host = 'https://x.example/?v=1'", "`asset_host` must be an absolute URL"),
        ("asset_host = 'https://x.example/\"><script>/'", "`asset_host` must be an absolute URL"),
        ("origin = 'https://www.example.com/blog'", "`origin` must be scheme and host alone"),
        ("cache = true", "`cache` must be a folder, or false, not true"),
        ("output = ''", "`output` must not be empty"),
        ("strict = 1979-05-27", "`strict` must be true or false, not a date"),
        ("nginx = 'yes'", '`nginx` must be a table, not "yes"'),
        ("nginx.server_name = 'a; return 200'", "`nginx.server_name` must be one host name"),
        ("nginx.hsts_preload = true", "`nginx.hsts_preload` needs `hsts`, `hsts_subdomains`"),
        ("zzz = 1", "unknown key `zzz` (known: roots, output,"),
        ("jobs = ", "is not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_what_was_expected(project: Path, text: str, said: str) -> None:
    message = refused(project, text)
    assert message.startswith("assetforge.toml") and said in message
    assert "\n" not in message


def test_a_file_that_is_no_text_is_told(project: Path) -> None:
    (project / "assetforge.toml").write_bytes(b'roots = "\xff"')
    with pytest.raises(ConfigError, match=r"not valid UTF-8 \(byte 9\)"):
        configure(project)


def test_paths_of_a_file_are_relative_to_it_and_of_options_to_the_working_folder(project: Path) -> None:
    (project / "conf").mkdir()
    (project / "conf/site.toml").write_text('roots = "../public"\noutput = "out"\n')
    assert configure(file=Path("conf/site.toml")).output == project / "conf/out"
    assert configure(file=Path("conf/site.toml"), output=Path("out")).output == project / "out"


def test_options_go_before_the_file(project: Path) -> None:
    (project / "assetforge.toml").write_text('roots = "public"\njobs = 2\ncompress = ["gzip"]\n')
    chosen = configure(project, jobs=5, compress=False, strict=True, cache=False)
    assert (chosen.jobs, chosen.compress, chosen.strict, chosen.cache) == (5, (), True, None)


def test_a_site_may_be_given_to_a_configuration_that_names_none(project: Path) -> None:
    (project / "shared.toml").write_text("jobs = 2")
    assert configure(Path("public"), file=Path("shared.toml")).roots == (Root(folder=project / "public"),)
    (project / "full.toml").write_text('roots = "static"')
    with pytest.raises(ConfigError, match=r"full\.toml names its roots itself"):
        configure(Path("public"), file=Path("full.toml"))


def test_the_environment_says_where_a_cache_is_and_not_whether(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETFORGE_CACHE", "shared-cache")
    assert configure(project / "public").cache == project / "shared-cache"
    assert configure(project / "public", cache=False).cache is None
    assert config(project, 'roots = "public"\ncache = false').cache is None


def test_a_configuration_is_not_part_of_the_site(project: Path) -> None:
    (project / "public/[x].toml").write_text("jobs = 2")
    chosen = configure(file=project / "public/[x].toml")
    assert chosen.roots[0].folder == project / "public"
    assert chosen.exclude == (r"/\[x].toml",)


def test_an_unused_cache_is_not_part_of_the_site(project: Path) -> None:
    assert configure(project / "public", cache=False).exclude == ("/.assetforge-cache/",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roots = 'public'\noutput = 'public'", "contains the input public"),
        ("roots = 'public'\noutput = '.'", "contains the input public"),
        ("roots = 'public'\ncache = '.'", "contains the input public"),
        ("roots = 'public'\ncache = 'build/cache'", "must not lie in each other"),
        ("roots = 'public'\noutput = 'public/index.html'", "is not a folder"),
    ],
)
def test_no_output_swallows_an_input(project: Path, text: str, said: str) -> None:
    assert said in refused(project, text)


def test_a_folder_of_the_site_that_is_called_build_is_input(project: Path) -> None:
    """Libraries ship a `build/`: taking it for the output would leave it out of the site and write into it."""
    (project / "public/build").mkdir()
    (project / "public/build/three.js").write_text("1")
    with pytest.raises(ConfigError, match=r"holds a file of it \(three\.js\), which no build wrote"):
        configure(project / "public")
    assert configure(project / "public", output=project / "out").output == project / "out"


def test_the_output_of_an_earlier_build_is_no_input(project: Path) -> None:
    for name in ("site", "nginx", ".assetforge-tmp"):
        (project / "public/build" / name).mkdir(parents=True)
    for name in ("manifest.json", "staticfiles.json", "report.json", ".assetforge-lock"):
        (project / "public/build" / name).write_text("")
    assert configure(project / "public").output == project / "public/build"


def test_the_usual_output_is_no_input_of_a_build_that_goes_elsewhere(project: Path) -> None:
    (project / "public/build").mkdir()
    assert configure(project / "public", output=project / "out").exclude == ()
    (project / "public/build/manifest.json").write_text("{}")
    assert configure(project / "public", output=project / "out").exclude == ("/build/",)
    assert configure(project / "public", output=project / "public/build").exclude == ()
    (project / "public/build/page.html").write_text("")
    assert configure(project / "public", output=project / "out").exclude == ()


@pytest.mark.parametrize(("path", "said"), [("nowhere", "does not exist"), ("public/index.html", "is not a folder")])
def test_a_site_must_be_a_folder(project: Path, path: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        configure(Path(path))


def test_a_configuration_must_exist(project: Path) -> None:
    with pytest.raises(ConfigError, match=r"The configuration nope\.toml does not exist"):
        configure(file=Path("nope.toml"))


def test_a_literal_glob_matches_itself_alone() -> None:
    from assetforge.globs import Globs

    path = r"/a[1]*?\b.css"
    assert Globs([literal(path)]).match(path[1:]) and not Globs([literal(path)]).match("a1xx/b.css")


def test_a_plain_site_is_plain(project: Path) -> None:
    assert plain(project / "public", beside=project).output == project / "build"
