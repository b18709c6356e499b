"""The table of known libraries: what is found in it, what is not, and that it is what its generator writes."""

import base64
import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assetforge.formats.js import libraries
from assetforge.formats.js.libraries import by_digest, by_integrity, by_url, folded, unfold
from assetforge.formats.js.record import Act, Effects

# The published digests of jquery-3.6.0.min.js and, in hex, of the same bytes.
JQUERY = "sha256-/xUj+3OJU5yExlq6GSYGSHk7tPXikynS7ogEvDej/m4="
JQUERY_HEX = base64.b64decode(JQUERY[7:]).hex()
JQUERY_384 = "sha384-vtXRMe3mGCbOeY7l30aIg8H9p3GdeSe4IFlP6G8JMa7o7lXvnz3GFKzPxzJdPfGK"
BOOTSTRAP = "https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js"

KNOWN = {
    "https://code.jquery.com/jquery-3.6.0.min.js": "jQuery",
    "//code.jquery.com/jquery-3.6.0.slim.min.js": "jQuery",
    " https://code.jquery.com/jquery-1.12.4.js\n": "jQuery",
    "https://ajax.googleapis.com/ajax/libs/jquery/2.2.4/jquery.min.js": "jQuery",
    "http://ajax.googleapis.com/ajax/libs/jquery/1.11.3/jquery.min.js#top": "jQuery",
    "https://cdnjs.cloudflare.com/ajax/libs/jquery/3.6.0/jquery.min.js": "jQuery",
    "https://cdn.jsdelivr.net/npm/jquery@3.6.0/dist/jquery.min.js": "jQuery",
    "https://unpkg.com/jquery@3.6.0/dist/jquery.js": "jQuery",
    BOOTSTRAP: "bootstrap",
    "https://stackpath.bootstrapcdn.com/bootstrap/4.3.1/js/bootstrap.min.js": "bootstrap",
    "https://maxcdn.bootstrapcdn.com/bootstrap/4.0.0/js/bootstrap.bundle.min.js": "bootstrap",
    "https://cdnjs.cloudflare.com/ajax/libs/twitter-bootstrap/4.6.0/js/bootstrap.min.js": "bootstrap",
    "https://cdn.jsdelivr.net/npm/@popperjs/core@2.11.8/dist/umd/popper.min.js": "Popper",
    "https://cdnjs.cloudflare.com/ajax/libs/popper.js/1.16.1/umd/popper.min.js": "Popper",
    "https://use.fontawesome.com/releases/v6.3.0/js/all.js": "FontAwesome",
    "https://cdn.datatables.net/1.13.6/js/jquery.dataTables.min.js": "DataTable",
}
UNKNOWN = (
    "https://code.jquery.com/jquery.min.js",
    "https://code.jquery.com/jquery-latest.min.js",
    "https://code.jquery.com/jquery-3.6.min.js",
    "https://code.jquery.com/jquery-3.6.0.min.js?callback=x",
    "https://code.jquery.com/jquery-3.6.0.min.js/other.js",
    "https://code.jquery.com/jquery-99.6.0.min.js",
    "https://code.jquery.com.example.org/jquery-3.6.0.min.js",
    "https://example.org/code.jquery.com/jquery-3.6.0.min.js",
    "https://user@code.jquery.com/jquery-3.6.0.min.js",
    "https://code.jquery.com:8443/jquery-3.6.0.min.js",
    "https://example.org/?https://code.jquery.com/jquery-3.6.0.min.js",
    "ftp://code.jquery.com/jquery-3.6.0.min.js",
    "code.jquery.com/jquery-3.6.0.min.js",
    "/jquery-3.6.0.min.js",
    "https://ajax.googleapis.com/ajax/libs/jquery/3/jquery.min.js",
    "https://ajax.googleapis.com/ajax/libs/jquery/3.6.0/../../jquery.min.js",
    "https://cdn.jsdelivr.net/npm/jquery",
    "https://cdn.jsdelivr.net/npm/jquery@3.6.0",
    "https://cdn.jsdelivr.net/npm/jquery@3/dist/jquery.min.js",
    "https://cdn.jsdelivr.net/npm/jquery@latest/dist/jquery.min.js",
    "https://cdn.jsdelivr.net/npm/jquery@^3.6.0/dist/jquery.min.js",
    "https://cdn.jsdelivr.net/npm/jquery@3.6.0/dist/jquery.min.js/+esm",
    "https://cdn.jsdelivr.net/combine/npm/jquery@3.6.0/dist/jquery.min.js,npm/bootstrap@5.3.3/dist/js/bootstrap.min.js",
    "https://cdn.jsdelivr.net/gh/jquery/jquery@3.6.0/dist/jquery.min.js",
    "https://unpkg.com/jquery@3.6.0/dist/jquery.js?module",
    "https://unpkg.com/jquery@3.6.0/dist/JQUERY.js",
    "https://unpkg.com/bootstrap@5.3.3/dist/js/bootstrap.esm.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/popper.js/1.16.1/popper.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/popper.js/1.16.1/esm/popper.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/jquery/3.6.0/./jquery.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/jquery/3.6.0/dist/jquery.min.js",
    "https://cdn.datatables.net/v/dt/dt-1.13.6/datatables.min.js",
    "https://use.fontawesome.com/releases/v6.3.0/js/solid.js",
    "https://use.fontawesome.com/0123456789.js",
    "https://unpkg.com/\njquery@3.6.0/dist/jquery.js 0",
    "https://unpkg.com/" + "a/" * 50_000 + "x.js",
    "",
)


@pytest.mark.parametrize("url", KNOWN)
def test_a_url_of_one_release_is_known(url: str) -> None:
    found = by_url(url)
    assert found is not None
    assert KNOWN[url] in found.defines and not found.opaque


@pytest.mark.parametrize("url", UNKNOWN)
def test_a_url_that_does_not_name_one_release_of_one_file_is_not_known(url: str) -> None:
    assert by_url(url) is None


def test_bytes_are_known_by_their_digest() -> None:
    found = by_digest(JQUERY_HEX)
    assert found is not None and found == by_url("https://code.jquery.com/jquery-3.6.0.min.js")
    assert by_digest(hashlib.sha256(b"var jQuery").hexdigest()) is None


def test_integrity_is_looked_up_in_every_algorithm() -> None:
    assert by_integrity(JQUERY) == by_integrity(JQUERY_384) == by_integrity(JQUERY + "?ct=text/javascript") == by_digest(JQUERY_HEX)
    assert by_integrity(f"  {JQUERY_384}\n{JQUERY_384} ") == by_digest(JQUERY_HEX)


@pytest.mark.parametrize(
    "metadata",
    [
        "", "sha256-", "sha256-AAAA", "md5-AAAAAAAAAAAAAAAAAAAAAA==", "sha256-" + "A" * 43 + "=",
        JQUERY.replace("sha256", "sha384"),
        JQUERY_384.replace("sha384", "sha256"), f"{JQUERY} sha512-{'A' * 86}==", f"{JQUERY} sha256-{'A' * 43}=",
        "sha256 " + JQUERY[7:],
    ],
)  # fmt: skip
def test_integrity_of_something_else_is_not_known(metadata: str) -> None:
    assert by_integrity(metadata) is None


def test_jquery_waits_for_the_document_and_leaves_nothing_in_it() -> None:
    found = by_digest(JQUERY_HEX)
    assert found is not None
    assert found.defines == {"$", "jQuery"}
    assert found.does("ready") and Act("listener", "load", "document DOMContentLoaded") in found.acts
    assert found.does("document.write", "dom-write", "dom-read", "paint", "style-read", "layout-read", "script-insert") is None
    assert found.does("style-insert", "sheets-read", tiers=("load", "may", "deferred")) is None


def test_font_awesome_may_be_deferred() -> None:
    found = by_url("https://use.fontawesome.com/releases/v6.3.0/js/all.js")
    assert found is not None and {"FontAwesome", "FontAwesomeConfig"} <= found.defines
    assert found.does("paint", "ready", "observer", "dom-read", "style-insert") is None


def test_a_record_is_the_same_when_it_was_written_and_read() -> None:
    found = Effects(
        defines=frozenset({"b", "a"}), reads=frozenset({"$"}), guards=frozenset({"$"}), strict=True,
        acts=(Act("listener", "load", "window load"), Act("ready", "load", "jQuery")),
    )  # fmt: skip
    assert unfold(folded(found)) == found
    assert folded(Effects()) == "{}" and unfold("{}") == Effects()


def test_the_table_is_sorted_within_its_packages_and_says_what_it_is() -> None:
    text = libraries.TABLE.read_text("utf-8")
    head, _, body = text.partition("\n\n")
    assert head == f"1 {hashlib.sha256(body.encode()).hexdigest()[:16]}" == libraries.version()
    records = body.partition("\n\n")[0].split("\n")[1:]
    assert records == sorted(set(records))
    rows = [line.split(" ") for line in body.partition("[files]\n")[2].splitlines()]
    assert len({row[0] for row in rows}) == len(rows) > 1000
    assert {int(row[1]) for row in rows} == set(range(len(records)))
    assert all(len(row) == 5 and all(len(digest) == libraries.CUT for digest in row[2:]) for row in rows)
    by_bytes: dict[str, set[str]] = {}
    for row in rows:
        by_bytes.setdefault(row[2], set()).add(row[1])
    assert not [digest for digest, found in by_bytes.items() if len(found) > 1]  # one content, one record


def test_the_table_is_small_and_read_in_no_time() -> None:
    assert libraries.TABLE.stat().st_size < 2_000_000
    code = (
        "import time; from assetforge.formats.js import libraries as l; a = time.process_time(); "
        "l.by_digest('00' * 32); l.by_url('https://unpkg.com/x@1.0.0/x.js'); print(time.process_time() - a)"
    )
    command = [sys.executable, "-c", code]
    times = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    assert min(times) < 0.05


def test_urls_that_are_asked_for_cost_little() -> None:
    start = time.process_time()
    for number in range(300):
        by_url(f"https://unpkg.com/package-{number}@1.0.0/dist/file.min.js")
    assert time.process_time() - start < 0.5


@pytest.mark.network
@pytest.mark.browser
def test_the_table_is_what_its_generator_writes(tmp_path: Path) -> None:
    """Small packages, brought, run and recorded anew."""
    pytest.importorskip("chromium").program()
    packages = ["--only", "html5shiv", "--only", "aos"]
    command = [sys.executable, "-m", "tests.libraries", "--check", "--again", "--jobs", "1", *packages]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
