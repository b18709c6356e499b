"""Pages that load known libraries, in a whole build: by URL, by integrity, and as files of the site."""

import hashlib
import re
from pathlib import Path

import pytest

from assetforge.build import Build, build
from assetforge.config import Config, Root, Scripts
from assetforge.formats.js import libraries
from assetforge.formats.js.effects import effects

JQUERY = "https://code.jquery.com/jquery-3.6.0.min.js"
BOOTSTRAP = "https://cdn.jsdelivr.net/npm/bootstrap@4.6.0/dist/js/bootstrap.bundle.min.js"
EASING = "https://cdnjs.cloudflare.com/ajax/libs/jquery-easing/1.4.1/jquery.easing.min.js"
FONT_AWESOME = "https://use.fontawesome.com/releases/v6.3.0/js/all.js"
INTEGRITY = "sha256-/xUj+3OJU5yExlq6GSYGSHk7tPXikynS7ogEvDej/m4="
# What jquery says of itself to who reads it: enough to pin it, and to pin the stylesheets.
COPY = "(function (w, n) { w[n] = w.$ = function () {}; var d = document; d[n](1); document.write('') })(window, 'jQ' + 'uery')\n"
PAGE = """<!doctype html><html><head><meta charset=utf-8><title>t</title>
<link rel=stylesheet href=app.css>{head}
</head><body><p class=hero>x</p>{body}
</body></html>
"""
APP = "(function ($) { $(document).on('click', '.hero', function () { $('.hero').toggleClass('big') }) })(jQuery)\n"


def built(folder: Path, head: str = "", body: str = "", files: dict[str, str] | None = None, **more: object) -> Build:
    site = folder / "site"
    site.mkdir()
    texts = {"index.html": PAGE.format(head=head, body=body), "app.css": ".hero{color:red}.unused{color:blue}", "app.js": APP}
    for path, text in (texts | (files or {})).items():
        (site / path).write_text(text)
    return build(Config(roots=(Root(folder=site),), output=folder / "out", compress=(), jobs=1, **more))  # type: ignore[arg-type]


def page(made: Build) -> str:
    (output,) = (one for one in made.outputs if one.path == "index.html" and one.naming != "original")
    return output.content.read().decode()


def is_late(text: str) -> bool:
    """Do its stylesheets stand behind its content?"""
    return text.index("rel=stylesheet") > text.index("class=hero")


def script(url: str, attributes: str = "") -> str:
    return f"<script src={url}{attributes}></script>"


def test_known_scripts_in_the_head_leave_it_and_so_do_the_stylesheets(tmp_path: Path) -> None:
    text = page(built(tmp_path, head=script(JQUERY) + script("app.js")))
    assert "<script" not in text.partition("</head>")[0]
    assert text.index(JQUERY) < text.index("src=app.")
    assert is_late(text)


@pytest.mark.parametrize("url", ["https://code.jquery.com/jquery-3.min.js", "https://example.org/jquery-3.6.0.min.js"])
def test_an_unknown_script_in_the_head_stays_and_so_do_the_stylesheets(tmp_path: Path, url: str) -> None:
    text = page(built(tmp_path, head=script(url) + script("app.js")))
    assert url in text.partition("</head>")[0]
    assert not is_late(text)


def test_integrity_makes_a_script_known_wherever_it_is(tmp_path: Path) -> None:
    text = page(built(tmp_path, head=script("https://example.org/j.js", f" integrity={INTEGRITY} crossorigin") + script("app.js")))
    assert "<script" not in text.partition("</head>")[0]
    assert is_late(text)


def test_known_scripts_at_the_end_of_the_body_leave_the_stylesheets_free(tmp_path: Path) -> None:
    text = page(built(tmp_path, body=script(JQUERY) + script(BOOTSTRAP) + script(EASING) + script("app.js")))
    assert is_late(text)


def test_font_awesome_in_the_head_is_deferred(tmp_path: Path) -> None:
    text = page(built(tmp_path, head=script(FONT_AWESOME, " crossorigin=anonymous")))
    assert re.search(rf"<script defer src={re.escape(FONT_AWESOME)} crossorigin=anonymous></script>", text)
    assert is_late(text)


def test_a_file_of_the_site_with_the_bytes_of_a_library_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert effects(COPY).does("document.write")
    known = libraries.by_url(JQUERY)
    digest = hashlib.sha256(COPY.encode()).hexdigest()
    monkeypatch.setattr("assetforge.planning.by_digest", lambda asked: known if asked == digest else None)
    head = script("vendor.js") + script("app.js")
    text = page(built(tmp_path, head=head, files={"vendor.js": COPY}))
    assert "<script" not in text.partition("</head>")[0]
    assert is_late(text)


def test_a_url_says_as_much_as_a_local_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "jquery.js"
    copy.write_text(COPY)
    known = libraries.by_url(JQUERY)
    monkeypatch.setattr("assetforge.planning.by_digest", lambda asked: known)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    head = script(JQUERY) + script("app.js")
    local = built(tmp_path / "one", head=head, scripts=Scripts(local=((JQUERY, copy),)))
    assert page(local) == page(built(tmp_path / "other", head=head))
