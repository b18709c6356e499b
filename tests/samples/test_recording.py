"""Recording: many processes and one file, failures that break nothing, and what a page costs."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assetforge.formats.html.tree import tree
from assetforge.samples import Samples
from assetforge.samples.answers import charset_of, is_page, text_of
from assetforge.samples.recording import Recording, is_document, sampled
from assetforge.samples.renderings import rendered, watched

PAGE = "<!doctype html><title>x</title><body class={}><p>"
WORKER = """
import sys
from pathlib import Path
from assetforge.samples.recording import Recording
recording = Recording(Path(sys.argv[1]))
letters = "abcdefghijklmnopqrstuvwxyz"
for number in range(40):
    name = letters[number % 26] * (1 + number // 26) + "-" + letters[int(sys.argv[2])]
    recording.take(f"t{number % 3}.html", f"<!doctype html><body><p class={name}>", [])
"""


def test_processes_lose_nothing_of_one_another(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(file), str(number)]) for number in range(4)]
    assert [one.wait(60) for one in workers] == [0, 0, 0, 0]
    known = Samples.load(file)
    assert known.diagnostics == ()
    assert known.templates == ("t0.html", "t1.html", "t2.html")
    assert sum(line.startswith("  p .") for line in known.dump().splitlines()) == 4 * 40
    assert file.read_text("utf-8") == known.dump()
    assert os.listdir(tmp_path) == ["samples.txt"], "no lock and no temporary file is left"


def test_what_is_known_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    recording = Recording(file)
    assert recording.take("a.html", PAGE.format("one"))
    before = file.stat()
    assert not recording.take("a.html", PAGE.format("one"))
    assert Recording(file).take("a.html", PAGE.format("one")), "new to this process, and not to the file"
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert recording.take("a.html", PAGE.format("two"))
    assert " body .one .two\n" in file.read_text()


def test_a_file_that_goes_comes_again(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    recording = Recording(file)
    recording.take("a.html", PAGE.format("one"))
    file.unlink()
    recording.take("a.html", PAGE.format("one"))
    assert Samples.load(file).templates == ("a.html",)


def test_a_damaged_file_is_repaired(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    file.write_text("= a.html\nhtml\n<<<<<<< HEAD\n body .old\n=======\n>>>>>>> x\n")
    Recording(file).take("b.html", PAGE.format("new"))
    assert Samples.load(file).diagnostics == ()
    assert Samples.load(file).templates == ("a.html", "b.html")


def test_mode_and_link_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "samples.txt", tmp_path / "link.txt"
    file.write_text("")
    file.chmod(0o640)
    link.symlink_to(file)
    Recording(link).take("a.html", PAGE.format("one"))
    assert link.is_symlink()
    assert Samples.load(file).templates == ("a.html",)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_place_that_cannot_be_written_breaks_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recording = Recording(tmp_path / "none" / "samples.txt")
    with caplog.at_level(logging.WARNING, "assetforge"):
        for name in ("one", "two", "one"):
            recording.take("a.html", PAGE.format(name))
    assert [one.getMessage() for one in caplog.records] == [
        f"samples of pages cannot be written to {tmp_path}/none/samples.txt: No such file or directory"
    ]


def test_fragments_are_no_pages(tmp_path: Path) -> None:
    assert not Recording(tmp_path / "samples.txt").take("a.html", "<tr class=new><td>")
    assert os.listdir(tmp_path) == []
    assert is_document("\n <!DOCTYPE html>") and is_document("<BODY>") and not is_document("<header>")


def test_a_page_costs_little(tmp_path: Path) -> None:
    """Beside parsing it, which every reader of a page must: a page that brings nothing, and one that does."""
    rows = "<li class='row even'><a href=x>y</a>" * 12
    names = [f"{first}{second}" for first in "abcd" for second in "efghi"]
    cards = (f"<section class='card card-{name}' id=s-{name}><h2>{name}</h2><ul>{rows}</ul></section>" for name in names)
    text = "<!doctype html><body>" + "".join(cards)
    recording = Recording(tmp_path / "samples.txt")
    recording.take("a.html", text)

    def seconds(work: object) -> float:
        began = time.process_time()
        for _ in range(20):
            work()  # type: ignore[operator]
        return time.process_time() - began

    parsing = min(seconds(lambda: tree(text)) for _ in range(3))
    taking = min(seconds(lambda: recording.take("a.html", text)) for _ in range(3))
    assert taking < 4 * parsing


# -- which template ----------------------------------------------------------------------------------------------------------------

DOCUMENT = "<!doctype html><title>{0}</title>{0}"


def test_the_outermost_template_is_the_pages() -> None:
    with watched() as seen:
        rendered("mail.html", lambda: DOCUMENT.format("mail"))
        page = rendered("page.html", lambda: DOCUMENT.format(rendered("part.html", lambda: "<p>part")))
        rendered("log.txt", lambda: "done")
    assert seen.template_of(page) == "page.html"
    assert [one.template for one in seen.done] == ["mail.html", "page.html", "log.txt"]


def test_a_page_that_was_added_to_is_still_its_templates() -> None:
    with watched() as seen:
        rendered("mail.html", lambda: DOCUMENT.format("mail"))
        page = rendered("page.html", lambda: DOCUMENT.format("page " * 99))
    assert seen.template_of(page + "<script>toolbar</script>") == "page.html"
    assert seen.template_of(DOCUMENT.format("of neither")) is None


def test_a_template_without_a_name_is_none() -> None:
    with watched() as seen:
        rendered("part.html", lambda: "<p>part")
        page = rendered(None, lambda: DOCUMENT.format("x"))
    assert seen.template_of(page) is None


def test_a_rendering_that_fails_is_none() -> None:
    def broken() -> str:
        raise ValueError

    with watched() as seen:
        with pytest.raises(ValueError):
            rendered("broken.html", broken)
        page = rendered("500.html", lambda: DOCUMENT.format("sorry"))
    assert seen.template_of(page) == "500.html"


def test_nothing_is_seen_outside_of_a_request() -> None:
    with watched() as seen, watched() as inner:
        assert inner is seen
    assert rendered("a.html", lambda: "x") == "x"
    assert seen.done == []


def test_answers_are_read_as_they_are_sent() -> None:
    import gzip

    assert text_of("é".encode("latin-1"), charset_of("text/html; Charset='ISO-8859-1'")) == "é"
    assert text_of(gzip.compress(b"<html>"), "utf-8", "gzip") == "<html>"
    assert text_of(b"x", "no-such-charset") == text_of(b"x", "utf-8", "br") == text_of(b"x", "utf-8", "gzip") == ""
    assert is_page(200, "text/html") and is_page(404, "Text/HTML; charset=utf-8") and is_page(500, "text/html")
    assert not is_page(302, "text/html") and not is_page(200, "text/plain") and not is_page(200, "")


def test_a_page_in_another_place_has_the_same_sample() -> None:
    text = PAGE.format("one")
    assert sampled("a.html", text).dump() == sampled("a.html", text.replace("<p>", "<p>other</p><p>")).dump()
