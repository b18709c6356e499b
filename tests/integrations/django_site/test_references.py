"""What Django's own storage stumbles over, in one collection that every test here reads."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from django_project import Project

FILES = {
    # modules that import each other, and statements without semicolons
    "js/circle/a.js": "import { b } from './b.js'\nexport const a = () => b\nexport * from './c.js'\n",
    "js/circle/b.js": "import './a.js'\nexport * from './a.js'\nexport const b = 1\n",
    "js/circle/c.js": "export default 1\n",
    "css/circle/a.css": "@import 'b.css';\na { color: red }",
    "css/circle/b.css": "@import 'a.css';\nb { color: red }",
    "css/self.css": "@import 'self.css';\na { color: red }",
    # what is not there
    "js/mapless.js": "console.log(1)\n//# sourceMappingURL=mapless.js.map\n",
    "css/mapless.css": "a{color:red}\n/*# sourceMappingURL=mapless.css.map */",
    "css/mistake.css": "a { background: url(../img/Logo.PNG) }\nb { background: url(nowhere.gif) }",
    # what only looks like a reference
    "css/comment.css": "/* url(never.png) @import 'never.css'; */\na { content: 'url(never.png)'; color: red }",
    "js/comment.js": "// import './never.js'\n/* import('./never.js') */\nconst s = \"import './never.js'\"\nconsole.log(s)\n",
    # what regular expressions do not see
    "js/urls.js": "const w = new Worker(new URL('./worker.js', import.meta.url))\nimport(`./circle/c.js`)\n",
    "js/worker.js": "importScripts('/static/js/legacy.js')\npostMessage(1)\n",
    "js/legacy.js": "self.x = 1\n",
    "css/sets.css": "a { background: image-set('../img/logo.png' 1x, url(../img/logo2.png) 2x) }",
    "css/iefix.css": "@font-face { font-family: f; src: url(f.eot?#iefix) format('eot'), url(f.svg#f) format('svg') }",
    "css/host.css": "a { background: url(/media/upload.png), url(/static/img/logo.png), url(//cdn.example.com/static/x.png) }",
    "css/f.eot": b"eot", "css/f.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "img/logo.png": b"logo", "img/logo2.png": b"logo2",
    # a bundler's output
    "bundle/index-BxYz1234.js": "import('./chunk-AbCd5678.js')\n",
    "bundle/chunk-AbCd5678.js": "export default 1\n",
    # not UTF-8, and says nothing
    "css/latin.css": "a { content: '\xe9'; background: url(../img/logo.png) }".encode("latin-1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def collected(make_project: Callable[[], Project]) -> tuple[Project, str]:
    project = make_project().settings('ASSETFORGE = {"prehashed": ["bundle/*-????????.js"], "compress": False}')
    return project, project.write(FILES).collect().stderr


@pytest.fixture
def project(collected: tuple[Project, str]) -> Project:
    return collected[0]


@pytest.fixture
def told(collected: tuple[Project, str]) -> str:
    return collected[1]


def names(project: Project, by: str, *targets: str) -> bool:
    """Does a file say the hashed names of all these, and none of their own names?"""
    said = set(re.findall(r"[\w.-]+", project.served(by)))
    return all(PurePosixPath(project.names()[one]).name in said and PurePosixPath(one).name not in said for one in targets)


def test_every_listed_file_is_there(project: Project) -> None:
    assert project.names().keys() == FILES.keys()
    assert all((project.collected / name).is_file() for name in project.names().values())


def test_modules_that_import_each_other_have_names(project: Project) -> None:
    assert names(project, "js/circle/a.js", "js/circle/b.js", "js/circle/c.js")
    assert names(project, "js/circle/b.js", "js/circle/a.js")


def test_stylesheets_that_import_each_other_or_themselves_have_names(project: Project) -> None:
    assert names(project, "css/circle/a.css", "css/circle/b.css")
    assert names(project, "css/circle/b.css", "css/circle/a.css")
    assert names(project, "css/self.css", "css/self.css")


def test_statements_without_semicolons_are_read_apart(project: Project) -> None:
    text, hashed = project.served("js/circle/b.js"), PurePosixPath(project.names()["js/circle/a.js"]).name
    assert text.count(f"./{hashed}") == 2


def test_a_missing_source_map_is_a_warning(project: Project, told: str) -> None:
    assert "sourceMappingURL=mapless.js.map" in project.served("js/mapless.js")
    assert "warning[missing-source-map]" in told


def test_a_missing_file_is_told_with_place_and_nearest_name(told: str) -> None:
    assert "--> static/css/mistake.css:1:21" in told
    assert "img/logo.png differs only in case" in told
    assert "there is no static/css/nowhere.gif" in told


def test_comments_and_strings_refer_to_nothing(project: Project, told: str) -> None:
    assert "never" not in told
    assert "url(never.png)" in project.served("css/comment.css")
    assert "import './never.js'" in project.served("js/comment.js")


def test_workers_urls_and_dynamic_imports_are_rewritten(project: Project) -> None:
    assert names(project, "js/urls.js", "js/worker.js", "js/circle/c.js")
    assert names(project, "js/worker.js", "js/legacy.js")


def test_image_sets_are_rewritten(project: Project) -> None:
    assert names(project, "css/sets.css", "img/logo.png", "img/logo2.png")


def test_fragments_and_the_iefix_stay(project: Project) -> None:
    known, text = project.names(), project.served("css/iefix.css")
    assert f"url({PurePosixPath(known['css/f.eot']).name}?#iefix)" in text
    assert f"url({PurePosixPath(known['css/f.svg']).name}#f)" in text


def test_urls_outside_of_static_url_are_somebody_elses(project: Project, told: str) -> None:
    text = project.served("css/host.css")
    assert "url(/media/upload.png)" in text
    assert "url(//cdn.example.com/static/x.png)" in text
    assert f"url(/static/{project.names()['img/logo.png']})" in text
    assert "upload" not in told


def test_a_bundlers_output_passes_through(project: Project) -> None:
    for name in ("bundle/index-BxYz1234.js", "bundle/chunk-AbCd5678.js"):
        assert project.names()[name] == name
        assert project.served(name) == FILES[name]


def test_bytes_that_are_no_utf_8_come_back(project: Project) -> None:
    data = (project.collected / project.names()["css/latin.css"]).read_bytes()
    assert b"'\xe9'" in data
    assert PurePosixPath(project.names()["img/logo.png"]).name.encode() in data
