"""`explain` tells what the build does with one file, whatever that file is called in the question."""

import re
from pathlib import Path

import pytest

from assetforge.cli import main

FILES = {
    "index.html": """<!doctype html>
<link rel="stylesheet" href="css/app.css">
<a href="css/app.css">source</a>
<img src="Logo.png">
""",
    "css/app.css": """/* c */
@import "theme.css";
body { background: url("../img/logo.png?v=2") url(https://example.com/x.png) url(nope.png) }
""",
    "css/theme.css": "b { color: red }\n",
    "img/logo.png": "not really a picture",
    "robots.txt": "User-agent: *\n",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.delenv("ASSETFORGE_CACHE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert main(["explain", *arguments]) == status
    return capsys.readouterr().out


def test_a_file_is_explained_from_both_sides(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [" ".join(line.split()) for line in told(capsys, "css/app.css").splitlines()]
    assert lines[0] == "css/app.css"
    assert re.fullmatch(r"served as /css/app\.[0-9a-f]{12}\.css \(\d+ B, text/css\)", lines[2])
    assert "name carries its digest: nothing asks for it by name" in lines
    assert any(re.fullmatch(r"integrity sha384-\S{64}", line) for line in lines)
    referrers = lines[lines.index("Referred to by 2 references") + 1 :][:2]
    assert referrers == [
        "index.html:2:30 link href css/app.css rewritten to the digest name",
        "index.html:3:10 a href css/app.css a hyperlink: left as written",
    ]
    references = lines[lines.index("Makes 4 references") + 1 :][:4]
    assert [line.split()[0] for line in references] == ["2:10", "3:25", "3:51", "3:82"]
    assert references[0].endswith("theme.css → css/theme.css put into this file in its place")
    assert references[1].endswith("../img/logo.png?v=2 → img/logo.png rewritten to the digest name")
    assert references[2].endswith("https://example.com/x.png external")
    assert references[3].endswith("nope.png → css/nope.png missing: left as written")
    assert "Remarks" in lines and lines[-1].startswith("3:82 warning[missing-reference]")


def test_a_stable_name_has_its_reason(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "robots.txt")
    assert "kept: it is asked for by a well-known name" in text
    assert "Nothing refers to it" in text and "Refers to nothing" in text


def test_a_file_has_many_names(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    hashed = next(path for path in (site / "build/site/css").iterdir() if re.fullmatch(r"app\.[0-9a-f]{12}\.css", path.name))
    for name in (
        "css/app.css", "./css/app.css", "/css/app.css", "/css/app.css?v=1#top", str(site / "css/app.css"),
        f"/css/{hashed.name}", f"css/{hashed.name}", f"site/css/{hashed.name}", str(hashed), hashed.name,
    ):  # fmt: skip
        assert told(capsys, name).splitlines()[0] == "css/app.css", name


def test_a_url_of_the_own_host_is_understood(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "assetforge.toml").write_text('asset_host = "https://static.example.com"\norigin = "https://example.com"\n')
    for host in ("https://static.example.com/", "https://example.com/"):
        assert told(capsys, f"{host}css/app.css").splitlines()[0] == "css/app.css"


def test_what_does_not_exist_is_told_with_who_believes_in_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "Logo.png", status=1)
    assert "there is no such file in the site" in text
    assert "index.html:4:11" in text and "missing: left as written" in text
    assert "css/theme.css has a similar name" in told(capsys, "css/themes.css", status=1)


def test_lists_are_cut_unless_all_is_asked_for(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "index.html").write_text('<!doctype html>\n<img src="img/logo.png">' * 60)
    assert "and 41 more (--all shows them)" in told(capsys, "img/logo.png")
    assert "--all" not in told(capsys, "img/logo.png", "--all")


def test_another_folder_can_be_the_site(site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert told(capsys, "css/app.css", "--site", str(site)).splitlines()[0] == "css/app.css"
    assert not (site / "build").exists()
