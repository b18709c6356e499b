"""Names that file systems allow and URLs do not."""

from pathlib import Path
from urllib.parse import quote

import pytest
from sites import codes, compute, make, served, snapshot, write

STRANGE = [
    "my picture.png", "100%.png", "%41.png", "q?.png", "h#.png", "a&b.png", "a<b>.png", 'quo"te.png', "apo'strophe.png",
    "semi;colon.png",
    "(paren).png", "back\\slash.png", "new\nline.png", "tab\t.png", "café.png", "cafe\u0301.png", "그림.png", "🌕.png", "plus+.png",
    "a,b 2x.png", "-dash.png", "~tilde.png", "a:b.png", "con.png", "$dollar.png", "{{brace}}.png", "a@2x.png", "\x01.png",
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE, ids=ascii)
def test_a_strange_name_is_found_hashed_and_reachable(name: str, tmp_path: Path) -> None:
    url = quote(name, safe="")
    css = f"a {{ background: url({quote(name)}) }}"
    folder = make(
        tmp_path / "site", {"index.html": f'<img src="./{url}"><img srcset="./{url} 2x">', "app.css": css, name: b"picture"}
    )
    built = write(folder, tmp_path / "out")
    assert codes(built) == []
    output = served(built)[name]
    assert output.naming == "hashed"
    on_disk = snapshot(tmp_path / "out")
    assert on_disk[output.output_path] == b"picture" == on_disk[f"site/{name}"]
    new = quote(output.output_path.rpartition("/")[2], safe="@+!~")
    assert on_disk["site/index.html"].decode() == f'<img src="./{new}"><img srcset="./{new} 2x">'
    assert f"url({new})" in served(built)["app.css"].content.read().decode()


def test_both_forms_of_a_letter_are_two_files(tmp_path: Path) -> None:
    """NFC and NFD look alike and are other names; a reference in the wrong form is missing, and the right one is named."""
    folder = make(
        tmp_path / "site",
        {"index.html": '<img src="caf%C3%A9.png"><img src="cafe%CC%81-b.png">', "café.png": b"1", "café-b.png": b"2"},
    )
    built = compute(folder)
    assert codes(built) == [("warning", "missing-reference", "index.html")]
    [diagnostic] = built.diagnostics
    assert "café-b.png" in diagnostic.message + diagnostic.hint


def test_names_that_differ_in_case_are_two_files(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "site", {"index.html": '<img src="a.png"><img src="A.png"><img src="a.PNG">', "a.png": b"1", "A.png": b"2"}
    )
    built = compute(folder)
    outputs = served(built)
    assert outputs["a.png"].output_path != outputs["A.png"].output_path
    assert [(one.severity, one.code, one.column) for one in built.diagnostics] == [("warning", "missing-reference", 45)]


def test_a_name_that_is_no_utf8_keeps_its_bytes(tmp_path: Path) -> None:
    name = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    folder = make(tmp_path / "site", {"index.html": '<img src="caf%E9.png">', name: b"picture"})
    built = write(folder, tmp_path / "out")
    assert codes(built) == []
    assert b"caf%E9." in served(built)["index.html"].content.read()
    assert served(built)[name].naming == "hashed"


def test_a_file_that_is_named_like_a_digest_is_not_taken_for_one(tmp_path: Path) -> None:
    """Two files may not end under one name; and only a name that the build gave may be promised for ever."""
    folder = make(tmp_path / "site", {"index.html": '<img src="a.0123456789ab.png">', "a.0123456789ab.png": b"1"})
    built = write(folder, tmp_path / "out")
    output = served(built)["a.0123456789ab.png"]
    assert output.output_path.startswith("site/a.0123456789ab.")
    assert output.output_path != "site/a.0123456789ab.png"


def test_a_file_under_the_very_name_of_a_hashed_one_is_an_error_or_the_same_bytes(tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {"a.css": b"a { color: red }"})
    taken = served(compute(folder))["a.css"].output_path.removeprefix("site/")
    make(folder, {taken: b"something else"})
    built = compute(folder)
    assert {one[0] for one in codes(built)} == {"error"}
    assert taken in str(built.diagnostics[0])


def test_long_paths(tmp_path: Path) -> None:
    """A name near the limit of the file system has no room for a digest: said, not crashed."""
    folder = make(tmp_path / "site", {"a/" * 60 + "deep.css": b"a{}", "x" * 240 + ".css": b"b{}", "y" * 251 + ".css": b"c{}"})
    built = compute(folder)
    outputs = served(built)
    assert outputs["a/" * 60 + "deep.css"].naming == "hashed"
    assert all(len(part.encode()) <= 255 for one in built.outputs for part in one.output_path.split("/")) or codes(built)
