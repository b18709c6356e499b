"""Imports point one way, rooms keep to themselves, and what must start fast starts fast."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import assetforge

# The package under test, and the repository it is built from.
PACKAGE = Path(assetforge.__file__).parent
REPOSITORY = Path(__file__).resolve().parent.parent

GROUND = ("cache", "errors", "globs", "manifest", "parallel", "progress")
ROOMS = sorted(path.stem for path in (PACKAGE / "formats").iterdir() if path.stem not in ("__init__", "__pycache__"))
COMMAND_LINE = {"cli", "display", "document", "explain", "messages", "result", "run", "tally", "watch"}
EMITTERS_READ = {
    "config", "diagnostics", "emit", "errors", "formats", "manifest", "media", "names", "output", "parallel", "progress", "text",
}  # fmt: skip
# What decides about pages reads languages and values; it knows neither the graph of a site nor its output.
PAGES_READ = {"config", "dialects", "formats", "globs", "integrity", "names", "reference", "sources", "text"}
FORMATS_READ = {"diagnostics", "errors", "reference", "text"}
# A third-party library is known to the one room that uses it.
LIBRARIES = {
    "brotli": "emit.compress",
    "click": "flask",
    "django": "django",
    "flask": "flask",
    "jinja2": "jinja",
    "lxml": "formats.xml",
    "rcssmin": "formats.css",
    "rich": "display",
    "rjsmin": "formats.js",
    "tree_sitter": "formats.js",
    "tree_sitter_javascript": "formats.js",
    "turbohtml": "formats.html",
    "watchfiles": "watch",
    "webencodings": "sources",
    "werkzeug": "flask",
    "zstandard": "emit.compress",
}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def imports(name: str) -> frozenset[str]:
    """Every module a file imports, wherever in it, and every name it takes from one."""
    found = set()
    for node in ast.walk(ast.parse(modules()[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            found |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


@cache
def own(name: str) -> frozenset[str]:
    """The package's modules that a module imports, said without the package's name."""
    inside = {one.removeprefix("assetforge.") for one in imports(name) if one.startswith("assetforge.")}
    return frozenset(inside & modules().keys())


def foreign(name: str) -> set[str]:
    return {one.split(".")[0] for one in imports(name)} - sys.stdlib_module_names - {"assetforge", ""}


@cache
def reached(name: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for one in own(waiting.pop()) - found:
            found.add(one)
            waiting.append(one)
    return frozenset(found)


@pytest.mark.parametrize("name", GROUND)
def test_the_ground_is_the_standard_library(name: str) -> None:
    assert own(name) == set()
    assert foreign(name) <= {library for library, room in LIBRARIES.items() if room == name}


@pytest.mark.parametrize("room", ROOMS)
def test_formats_know_texts_and_references_and_not_each_other(room: str) -> None:
    for name in modules():
        if name == f"formats.{room}" or name.startswith(f"formats.{room}."):
            outside = {one for one in own(name) if not one.startswith(f"formats.{room}") and one != "formats"}
            assert outside <= FORMATS_READ, name


def test_dialects_know_texts_and_references_and_no_format() -> None:
    for name in modules():
        if name.split(".")[0] == "dialects":
            outside = {one for one in own(name) if one.split(".")[0] != "dialects"}
            assert outside <= FORMATS_READ, name


def test_decisions_about_pages_know_no_site() -> None:
    for name in modules():
        if name.split(".")[0] == "pages":
            outside = {one.split(".")[0] for one in own(name)} - {"pages"}
            assert outside <= PAGES_READ, name


def test_emitters_read_values_only() -> None:
    for name in modules():
        if name.split(".")[0] == "emit":
            assert {one.split(".")[0] for one in own(name)} <= EMITTERS_READ, name


def test_a_build_knows_neither_emitters_nor_terminals() -> None:
    assert not {one for one in reached("build") if one.split(".")[0] == "emit" or one in COMMAND_LINE}


def test_only_python_dash_m_imports_the_command_line() -> None:
    assert [name for name in modules() if "cli" in own(name)] == ["__main__"]


def test_imports_have_no_cycle() -> None:
    assert [name for name in modules() if name in reached(name) and not _is_package_of_its_parts(name)] == []


def _is_package_of_its_parts(name: str) -> bool:
    """`from assetforge.emit import files` inside of `emit` names the package, and means the module."""
    package = name if modules()[name].name == "__init__.py" else name.rpartition(".")[0]
    return bool(package) and all(one == package or one.startswith(package + ".") for one in _cycle(name))


def _cycle(name: str) -> set[str]:
    return {one for one in reached(name) if name in reached(one)} | {name}


def test_a_library_is_known_to_one_room() -> None:
    for name in modules():
        for library in foreign(name):
            room = LIBRARIES.get(library, "nobody")
            assert name == room or name.startswith(room + "."), f"{name} imports {library}, which belongs to {room}"


def test_every_library_is_declared() -> None:
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    declared = {requirement.split(">")[0].replace("-", "_").lower() for requirement in (*project["dependencies"], *extras)}
    used = set().union(*(foreign(name) for name in modules())) - {"click", "werkzeug"}  # come with flask
    assert used == declared


@pytest.mark.parametrize(("name", "known"), [("jinja", {"manifest"}), ("flask", {"jinja", "manifest"})])
def test_look_ups_at_request_time_know_the_manifest_only(name: str, known: set[str]) -> None:
    assert reached(name) == known


def test_a_recorder_is_imported_by_nobody_but_the_application() -> None:
    assert {name for name in modules() if any(one.endswith("recorder") for one in own(name))} == {"flask.recorder", "django.runner"}


def test_modules_fit_in_the_head() -> None:
    too_long = {name: lines for name, file in modules().items() if (lines := len(file.read_text("utf-8").splitlines())) > 500}
    assert too_long == {}


def test_modules_say_what_they_are_for() -> None:
    silent = [
        name for name, file in modules().items() if not ast.get_docstring(ast.parse(file.read_text("utf-8"))) and name != "__main__"
    ]
    assert silent == []


def test_the_top_level_is_as_it_should_be() -> None:
    made_by_tools = {"build", "dist"}
    names = {path.name for path in REPOSITORY.iterdir() if not path.name.startswith(".")} - made_by_tools
    assert names == {"pyproject.toml", "assetforge", "tests", "example_static", "README.md", "LICENSE"}


def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded when `code` has run in a new interpreter, beyond those of an empty one."""
    script = (
        f"import sys\nbefore = set(sys.modules)\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join({*sys.modules} - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_the_manifest_can_be_imported_in_production() -> None:
    assert loaded("import assetforge.manifest") - sys.stdlib_module_names == {"assetforge"}


def test_help_loads_next_to_nothing() -> None:
    heavy = {
        "lxml",
        "rich",
        "tree_sitter",
        "tree_sitter_javascript",
        "turbohtml",
        "brotli",
        "zstandard",
        "rcssmin",
        "rjsmin",
        "pathspec",
        "watchfiles",
        "multiprocessing",
        "asyncio",
    }
    assert loaded("sys.argv = ['assetforge', '--help']; from assetforge.cli import main; sys.exit(main())") & heavy == set()


def test_a_build_where_nothing_changed_loads_no_parser(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text('<link rel="stylesheet" href="app.css"><script src="app.js"></script>')
    (tmp_path / "site" / "app.css").write_text("a { color: red }")
    (tmp_path / "site" / "app.js").write_text("console.log( 1 )")
    arguments = ["assetforge", "build", "--quiet", str(tmp_path / "site")]
    build = f"sys.argv = {arguments!r}; from assetforge.cli import main; sys.exit(main())"
    parsers = {"lxml", "tree_sitter", "turbohtml", "rcssmin", "rjsmin", "brotli", "zstandard"}
    assert loaded(build) & parsers
    assert loaded(build) & parsers == set()
