"""The commands as a shell runs them: exit status, what goes where, and that nothing is written unasked."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assetforge.cli import COMMANDS, main
from assetforge.sources import RACY

CSS = "body { background: url(img/dot.svg) }\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>\n'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site, as the working folder; nothing in the environment."""
    for name in ("NO_COLOR", "ASSETFORGE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "site"
    (folder / "img").mkdir(parents=True)
    (folder / "index.html").write_text('<!doctype html>\n<link rel="stylesheet" href="app.css">\n<p>Hello\n')
    (folder / "app.css").write_text(CSS)
    (folder / "img/dot.svg").write_text(SVG)
    monkeypatch.chdir(folder)
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_build_writes_the_site_beside_itself(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    written = files(site / "build")
    assert {"manifest.json", "report.json", "staticfiles.json", "site/index.html", "site/app.css"} <= written
    hashed = next(name for name in written if name.startswith("site/app.") and name.endswith(".css") and name != "site/app.css")
    assert hashed.removeprefix("site/") in (site / "build/site/index.html").read_text()
    assert "files written" in capsys.readouterr().out


def test_a_second_build_changes_nothing_and_does_not_eat_the_first(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    before = {name: (site / "build" / name).stat().st_mtime_ns for name in files(site / "build")}
    capsys.readouterr()
    assert main(["build"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert {name: (site / "build" / name).stat().st_mtime_ns for name in files(site / "build")} == before


def test_a_build_that_stands_tells_its_warnings_again_and_misses_no_change(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is computed then, and nobody should be able to tell but by the clock."""
    (site / "app.css").write_text("a{background:url(nope.png)}")
    (site / "assetforge.toml").write_text("jobs = 1")
    time.sleep(RACY / 1e9 + 0.1)
    outputs = []
    for _ in range(3):
        assert main(["build"]) == 0
        outputs.append(capsys.readouterr())
    assert outputs[1].out == outputs[2].out and "nothing changed" in outputs[2].out
    assert all("app.css:1:18" in one.err for one in outputs)
    assert "Reading" in outputs[0].err and "Reading" not in outputs[2].err
    (site / "app.css").write_text("a{background:url(nop_.png)}")
    assert main(["build"]) == 0
    assert "nop_.png" in capsys.readouterr().err
    removed = list((site / "build/site").glob("app.*.css"))
    for path in removed:
        path.unlink()
    assert main(["build"]) == 0
    assert any(path.exists() for path in removed)


def test_dry_run_and_check_write_nothing_but_the_cache(site: Path) -> None:
    assert main(["build", "--dry-run"]) == 0
    assert main(["check"]) == 0
    assert not (site / "build").exists()
    assert main(["build", "--dry-run", "--no-cache", "."]) == 0


def test_no_cache_keeps_none(site: Path) -> None:
    assert main(["build", "--no-cache"]) == 0
    assert not (site / ".assetforge-cache").exists()


def test_no_compress_makes_no_twins(site: Path) -> None:
    (site / "app.css").write_text(CSS * 100)
    assert main(["build", "--no-compress"]) == 0
    assert not {name for name in files(site / "build") if name.endswith((".gz", ".br", ".zst"))}


def test_path_output_and_jobs(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.parent)
    assert main(["build", "site", "--output", "out", "--jobs", "1"]) == 0
    assert (site.parent / "out/site/index.html").exists() and not (site / "build").exists()


def test_a_missing_file_is_a_warning_in_build_and_an_error_in_check(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "app.css").write_text("a{background:url(nope.png)}")
    assert main(["build"]) == 0
    assert "warning[missing-reference]" in capsys.readouterr().err
    for command in (["check"], ["build", "--strict", "--output", "other"]):
        assert main(command) == 1
        shown = capsys.readouterr()
        assert "error[missing-reference]" in shown.err and "app.css:1:18" in shown.err
        assert "1 error; nothing was written" in shown.out
    assert not (site / "other").exists()


def test_an_error_leaves_the_previous_output_as_it_was(site: Path) -> None:
    assert main(["build"]) == 0
    before = {name: (site / "build" / name).read_bytes() for name in files(site / "build")}
    (site / "app.css").write_text("a{background:url(nope.png)}")
    assert main(["build", "--strict"]) == 1
    assert {name: (site / "build" / name).read_bytes() for name in files(site / "build")} == before


def test_json_to_a_file_and_to_standard_output(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "app.css").write_text("a{background:url(nope.png)}")
    assert main(["check", "--json", "result.json"]) == 1
    written = json.loads((site / "result.json").read_text())
    assert main(["check", "--json", "result.json"]) == 1
    assert json.loads((site / "result.json").read_text()) == written, "the result became a part of the site"
    (site / "result.json").unlink()
    capsys.readouterr()
    assert main(["check", "--json", "-"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out) == written
    assert "error[missing-reference]" in shown.err
    assert (written["schema"], written["status"], written["error"]) == (1, 1, None)
    assert [(one["path"], one["line"], one["severity"]) for one in written["diagnostics"]] == [("app.css", 1, "error")]
    assert written["totals"]["files"] == 3 and written["totals"]["pages"] == 1 and written["totals"]["written"] is None
    assert [one["label"] for one in written["kinds"]] == ["pages", "stylesheets", "images", "total"]


def test_json_of_a_build_counts_what_was_written(site: Path) -> None:
    assert main(["build", "--json", "../result.json"]) == 0
    written = json.loads((site.parent / "result.json").read_text())
    assert written["totals"]["written"] > 3 and written["totals"]["hashed"] == 2
    assert written["kinds"][-1]["before"] == sum((site / name).stat().st_size for name in ("index.html", "app.css", "img/dot.svg"))


def test_json_tells_why_nothing_was_built(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "nowhere", "--json", "-"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "The folder nowhere does not exist."


def test_json_that_cannot_be_written_is_a_failure(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--json", "no/folder/result.json"]) == 1
    assert "error: no/folder/result.json: No such file or directory." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "nowhere"], "The folder nowhere does not exist."),
        (["build", "index.html"], "index.html is not a folder."),
        (["build", "--config", "nope.toml"], "The configuration nope.toml does not exist."),
        (["build", "--output", "."], "contains the input"),
        (["build", "--output", ".."], "contains the input"),
    ],
)
def test_a_configuration_of_no_use_is_status_2(
    site: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("error: ") and said in shown.err and shown.out == ""


@pytest.mark.parametrize("arguments", ["", "biuld", "build --jobs 0", "build --jobs two", "build --out x", "build a b", "explain"])
def test_wrong_usage_is_status_2(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments.split())
    assert raised.value.code == 2
    assert "usage: assetforge" in capsys.readouterr().err


def test_mistakes_in_the_file_are_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "assetforge.toml").write_text("minfy = true\n")
    assert main(["build"]) == 2
    assert capsys.readouterr().err == "error: assetforge.toml: unknown key `minfy`; did you mean `minify`?\n"


def test_an_output_that_cannot_be_written_is_status_1(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site.parent / "file").write_text("")
    assert main(["build", "--output", "../file/out"]) == 1
    shown = capsys.readouterr().err
    assert shown.splitlines()[-1].startswith("error: ") and "Traceback" not in shown


def test_quiet_says_nothing_when_all_is_well(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_all_shows_all(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "app.css").write_text("".join(f"a{{background:url(nope{at}.png)}}\n" for at in range(40)))
    assert main(["check"]) == 1
    assert "20 more messages of this kind" in capsys.readouterr().err
    assert main(["check", "--all"]) == 1
    assert capsys.readouterr().err.count("error[missing-reference]") == 40


def run(*arguments: str, **more: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "assetforge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)  # type: ignore[call-overload, no-any-return]


def test_as_a_program(site: Path) -> None:
    done = run("build", cwd=site)
    assert done.returncode == 0 and "\x1b" not in done.stdout + done.stderr
    assert run("build", "nowhere", cwd=site).returncode == 2
    assert run("--version").stdout.startswith("assetforge ")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_names_every_option(command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: assetforge")


def test_a_reader_that_has_seen_enough_is_no_error(site: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "assetforge", "explain", "app.css"]
    done = subprocess.run(command, cwd=site, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writing)
    assert done.stderr == "" and done.returncode == 1


def test_an_interrupt_is_status_130_and_leaves_no_output(site: Path) -> None:
    """The pipe of progress is read up to a phase, so that the signal comes while the build runs."""
    (site / "big.css").write_text("".join(f".a{at} {{ color: red }}\n" for at in range(150_000)))
    command = [sys.executable, "-m", "assetforge", "build", "--jobs", "1", "--no-cache"]
    process = subprocess.Popen(command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    while not process.stderr.readline().startswith("Parsing"):
        pass
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and said.endswith("error: Interrupted.\n")
    assert not (site / "build/manifest.json").exists()
