"""Built templates stand in for the files they were built from, for these alone, and a name still means what the loader says."""

import asyncio
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    FunctionLoader,
    ModuleLoader,
    PrefixLoader,
    TemplateNotFound,
)
from sites import make, write
from starlette.requests import Request
from starlette.templating import Jinja2Templates

from assetforge.config import Root
from assetforge.jinja import BuiltLoader, folders, install
from assetforge.manifest import Manifest, ManifestError

FILES = {
    "static/app.css": "a{color:red}",
    "shop/base.html": "<link rel=icon href=/static/app.css>{% block body %}{% endblock %}",
    "shop/page.html": "{% extends 'base.html' %}{% block body %}{% include 'part.html' %}{% endblock %}",
    "shop/part.html": "shop",
    "shop/mail.txt": "See /static/app.css",
    "theme/part.html": "theme <img src=/static/app.css>",
    "theme/only.html": "only <img src=/static/app.css>",
}


class Project:
    """Two folders of templates, and builds of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest_file = folder / "build/manifest.json"
        make(folder, FILES)

    def build(self, **choices: Any) -> str:
        """The URL of the one asset."""
        roots = (
            Root(folder=self.folder / "static", prefix="/static/", kind="static"),
            Root(folder=self.folder / "shop", prefix="/shop+templates/", kind="templates", dialect="jinja"),
            Root(folder=self.folder / "theme", prefix="/theme+templates/", kind="templates", dialect="jinja"),
        )
        write(self.folder, self.folder / "build", roots=roots, **choices)
        return Manifest.load(self.manifest_file).url("static/app.css")

    def built(self, name: str) -> Path:
        return self.folder / "build/templates" / name

    def loader(self, *names: str) -> ChoiceLoader:
        return ChoiceLoader([FileSystemLoader(self.folder / name) for name in names or ("shop", "theme")])

    def environment(self, loader: BaseLoader | None = None, *, reload: bool = False, **options: Any) -> Environment:
        environment = Environment(loader=loader or self.loader(), **options)
        install(environment, self.manifest_file, reload=reload)
        return environment


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def rendered(environment: Environment, name: str) -> str:
    return environment.get_template(name).render()


def test_the_build_of_the_file_that_the_loader_finds(project: Project) -> None:
    url = project.build()
    environment = project.environment()
    assert rendered(environment, "page.html") == f"<link rel=icon href={url}>shop"
    assert rendered(environment, "only.html") == f"only <img src={url}>"
    assert environment.get_template("only.html").filename == str(project.built("theme+templates/only.html"))
    other = project.environment(project.loader("theme", "shop"))
    assert rendered(other, "page.html") == f"<link rel=icon href={url}>theme <img src={url}>"


def test_files_that_are_no_pages_are_templates_too(project: Project) -> None:
    project.build()
    assert rendered(project.environment(), "mail.txt") == "See /static/app.css"
    manifest = Manifest.load(project.manifest_file)
    assert "templates/shop+templates/mail.txt" in manifest.templates
    assert [path for path in manifest.assets if "templates" in path] == []


def test_prefixes_and_nested_loaders(project: Project) -> None:
    url = project.build()
    loader = PrefixLoader({"a": project.loader("shop"), "b": ChoiceLoader([DictLoader({"x": "x"}), project.loader("theme")])})
    environment = project.environment(loader)
    assert rendered(environment, "a/part.html") == "shop"
    assert rendered(environment, "b/part.html") == f"theme <img src={url}>"
    assert rendered(environment, "b/x") == "x"
    assert sorted(environment.list_templates()) == sorted(loader.list_templates())


def test_an_edited_template_is_used_as_it_is_and_told_once(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.build()
    make(project.folder, {"theme/only.html": "edited"})
    for _ in range(2):
        assert rendered(project.environment(), "only.html") == "edited"
    environment = project.environment()
    environment.cache = None
    caplog.clear()
    assert [rendered(environment, "only.html") for _ in range(2)] == ["edited", "edited"]
    said = "the template only.html is not the one that was built, and is used as it is"
    assert caplog.record_tuples == [("assetforge", logging.WARNING, said)]
    caplog.clear()
    assert rendered(project.environment(reload=True), "only.html") == "edited"
    assert caplog.messages == []


def test_a_template_of_the_same_name_that_was_never_built(project: Project) -> None:
    project.build()
    make(project.folder, {"late/only.html": "late <img src=/static/app.css>"})
    assert rendered(project.environment(project.loader("late", "shop", "theme")), "only.html") == "late <img src=/static/app.css>"


def test_development_sees_edits_and_builds(project: Project) -> None:
    environment = project.environment(reload=True)
    assert rendered(environment, "only.html") == "only <img src=/static/app.css>"
    first = project.build()
    assert rendered(environment, "only.html") == f"only <img src={first}>"
    make(project.folder, {"static/app.css": "a{color:blue}"})
    second = project.build()
    assert rendered(environment, "only.html") == f"only <img src={second}>"
    assert second != first
    make(project.folder, {"theme/only.html": "longer, edited, <img src=/static/app.css>"})
    assert rendered(environment, "only.html") == "longer, edited, <img src=/static/app.css>"
    project.build()
    assert rendered(environment, "only.html") == f"longer, edited, <img src={second}>"


def test_production_stays_with_its_release(project: Project) -> None:
    first = project.build()
    environment = project.environment()
    assert rendered(environment, "base.html") == f"<link rel=icon href={first}>"
    make(project.folder, {"static/app.css": "a{color:blue}"})
    assert project.build() != first
    assert rendered(environment, "base.html") == f"<link rel=icon href={first}>"


def test_compiled_templates_of_an_earlier_build_are_not_used(project: Project, tmp_path: Path) -> None:
    """Jinja's bytecode cache goes by the text."""
    (tmp_path / "bytecode").mkdir()
    cache = FileSystemBytecodeCache(str(tmp_path / "bytecode"))
    make(project.folder, {"shop/look.html": "{{ asset_url('static/app.css') }} <a data-x=1><img src=/static/app.css></a>"})
    for css in ("a{color:red}", "a{color:blue}", "a{color:red}"):
        make(project.folder, {"static/app.css": css})
        url = project.build()
        text = rendered(project.environment(bytecode_cache=cache), "look.html")
        assert text == f"{url} <a data-x=1><img src={url}></a>"
    assert any((tmp_path / "bytecode").iterdir())


def test_compiled_templates_ask_the_manifest_when_they_run(project: Project, tmp_path: Path) -> None:
    """A constant argument is no constant URL: the text is the same, so the bytecode is too."""
    (tmp_path / "bytecode").mkdir()
    cache = FileSystemBytecodeCache(str(tmp_path / "bytecode"))
    make(project.folder, {"shop/look.html": "{{ asset_url('static/app.css') }}"})
    urls = []
    for css in ("a{color:red}", "a{color:blue}"):
        make(project.folder, {"static/app.css": css})
        urls.append(project.build())
        assert rendered(project.environment(bytecode_cache=cache), "look.html") == urls[-1]
    assert len(list((tmp_path / "bytecode").iterdir())) == 1
    assert urls[0] != urls[1]


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (b"a\r\nb <img src=/static/app.css>\r\n", "utf-8", "a\nb <img src=URL>"),
        (b"\xef\xbb\xbfa <img src=/static/app.css>", "utf-8", "\ufeffa <img src=URL>"),
        (b"\xef\xbb\xbfa <img src=/static/app.css>", "utf-8-sig", "a <img src=URL>"),
        ("é <img src=/static/app.css>".encode(), "utf-8", "é <img src=URL>"),
        ("é <img src=/static/app.css>".encode("latin-1"), "latin-1", "é <img src=URL>"),
        ("é <img src=/static/app.css>".encode(), "latin-1", "Ã© <img src=URL>"),
        ("é <img src=/static/app.css>".encode("cp437"), "cp437", "é <img src=/static/app.css>"),
    ],
)
def test_a_built_template_is_read_as_the_loader_reads(project: Project, data: bytes, encoding: str, expected: str) -> None:
    """In an encoding that cannot be told, the original is used."""
    (project.folder / "shop/text.html").write_bytes(data)
    url = project.build()
    environment = project.environment(FileSystemLoader(project.folder / "shop", encoding=encoding))
    assert rendered(environment, "text.html") == expected.replace("URL", url)


def test_a_template_without_its_original_answers_by_its_name(project: Project) -> None:
    url = project.build()
    shutil.rmtree(project.folder / "theme")
    shutil.rmtree(project.folder / "shop")
    environment = project.environment()
    assert rendered(environment, "only.html") == f"only <img src={url}>"
    with pytest.raises(TemplateNotFound):  # which of the two, nobody can tell any more
        rendered(environment, "part.html")
    for name in ("../../manifest.json", "nothing.html", "/etc/passwd", "", "theme+templates/only.html"):
        with pytest.raises(TemplateNotFound):
            rendered(environment, name)


def test_the_output_without_its_templates(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.build()
    shutil.rmtree(project.folder / "build/templates")
    assert rendered(project.environment(), "only.html") == "only <img src=/static/app.css>"
    assert "the template only.html is used as it is" in caplog.messages[-1]


def test_text_that_lies_in_no_file(project: Project) -> None:
    """By chance the same as a built template's: it has another name, and nobody knows what it is for."""
    project.build()
    text = FILES["theme/only.html"]
    assert rendered(project.environment(DictLoader({"x": text})), "x") == text
    assert rendered(project.environment(FunctionLoader(lambda name: text if name == "x" else None)), "x") == text


def test_names_that_are_no_paths(project: Project) -> None:
    url = project.build()
    file = project.folder / "theme/only.html"
    loader = FunctionLoader(lambda name: (file.read_text(), str(file), None) if name == "front page" else None)
    environment = project.environment(loader)
    assert rendered(environment, "front page") == rendered(environment, "front page") == f"only <img src={url}>"


def test_twins_in_two_folders(project: Project) -> None:
    """The same bytes under the same name: either build is right."""
    make(project.folder, {f"{name}/twin.html": "<img src=/static/app.css>" for name in ("shop", "theme")})
    url = project.build()
    assert rendered(project.environment(), "twin.html") == f"<img src={url}>"
    make(project.folder, {"shop/twin.html": "edited"})
    assert rendered(project.environment(), "twin.html") == "edited"
    assert rendered(project.environment(project.loader("theme")), "twin.html") == f"<img src={url}>"


def test_templates_that_were_compiled_ahead(project: Project, tmp_path: Path) -> None:
    project.build()
    plain = Environment(loader=project.loader())
    plain.compile_templates(str(tmp_path / "compiled"), zip=None, log_function=lambda text: None)
    environment = project.environment(ModuleLoader(str(tmp_path / "compiled")))
    assert rendered(environment, "page.html") == "<link rel=icon href=/static/app.css>shop"
    both = project.environment(ChoiceLoader([DictLoader({"x": "x"}), ModuleLoader(str(tmp_path / "compiled"))]))
    assert [rendered(both, "x"), rendered(both, "part.html")] == ["x", "shop"]


def test_compiling_ahead_takes_the_built_ones(project: Project, tmp_path: Path) -> None:
    url = project.build()
    project.environment().compile_templates(str(tmp_path / "compiled"), zip=None, log_function=lambda text: None)
    assert rendered(Environment(loader=ModuleLoader(str(tmp_path / "compiled"))), "page.html") == f"<link rel=icon href={url}>shop"


def test_an_error_of_a_loader_is_its_own(project: Project) -> None:
    def broken(name: str) -> str:
        raise RuntimeError(f"no {name} today")

    with pytest.raises(RuntimeError, match=r"^no x today$"):
        rendered(project.environment(FunctionLoader(broken)), "x")


def test_installed_twice_and_not_at_all(project: Project) -> None:
    url = project.build()
    environment = project.environment()
    install(environment, project.manifest_file)
    loader = environment.loader
    assert isinstance(loader, BuiltLoader)
    assert isinstance(loader.original, ChoiceLoader)
    assert rendered(environment, "base.html") == rendered(environment.overlay(), "base.html") == f"<link rel=icon href={url}>"
    plain = Environment(loader=project.loader())
    install(plain, project.manifest_file, templates=False)
    assert rendered(plain, "base.html") == "<link rel=icon href=/static/app.css>"
    without = Environment()
    install(without, project.manifest_file)
    assert without.loader is None


def test_a_loader_of_ones_own_choice(project: Project) -> None:
    url = project.build()
    environment = Environment(loader=BuiltLoader(project.loader(), project.manifest_file))
    assert rendered(environment, "base.html") == f"<link rel=icon href={url}>"
    nothing = Environment(loader=BuiltLoader(project.loader(), lambda: None))
    assert rendered(nothing, "base.html") == "<link rel=icon href=/static/app.css>"


async def _render(environment: Environment) -> str:
    return await environment.get_template("page.html").render_async()


def test_asynchronous_templates(project: Project) -> None:
    url = project.build()
    assert asyncio.run(_render(project.environment(enable_async=True))) == f"<link rel=icon href={url}>shop"


def test_starlettes_templates(project: Project) -> None:
    url = project.build()
    templates = Jinja2Templates(project.folder / "shop")
    install(templates.env, project.manifest_file)
    response = templates.TemplateResponse(Request({"type": "http"}), "page.html")
    assert response.body.decode() == f"<link rel=icon href={url}>shop"


@pytest.mark.parametrize("templates", [["abc"], 1, [1]])
def test_a_damaged_list_of_templates_is_told(project: Project, templates: object) -> None:
    project.build()
    document = json.loads(project.manifest_file.read_text())
    project.manifest_file.write_text(json.dumps(document | {"templates": templates}))
    with pytest.raises(ManifestError, match="is damaged"):
        rendered(project.environment(), "part.html")


def test_the_folders_of_a_loader(tmp_path: Path) -> None:
    one: Callable[..., FileSystemLoader] = FileSystemLoader
    odd = DictLoader({})
    loader = ChoiceLoader([one(["a", "b"]), PrefixLoader({"p": ChoiceLoader([one("c"), odd]), "q": one("d")}), one(["e"])])
    assert folders(BuiltLoader(loader, tmp_path)) == ([("a", ""), ("b", ""), ("c", "p/"), ("d", "q/"), ("e", "")], [odd])
    dotted = PrefixLoader({"p": one("a")}, delimiter=":")
    assert folders(dotted) == ([], [dotted])
    assert folders(None) == ([], [])
