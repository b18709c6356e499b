"""Hostile XML: nothing raises, nothing is fetched, and time grows with length and not with its square."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assetforge.formats.xml import kind_of, minify, parse

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
START = f'<svg {NS}><image href="a.png"/>'
UNITS = [
    "<g>", "</g>", "<g/>", "<", ">", "<!--", "<!---->", "--", "<![CDATA[", "<![CDATA[]]>", "<?", "<?a?>",
    "<?xml-stylesheet ", "<!DOCTYPE a [", "]", '"',
    "'", "<a b='", "<a b", "a='", " a=''", "=", "/", "&", "&a", "&amp;", "&#", "&#65;", " ", "\n", "\r\n", "\0", "\udc80",
    "\ufeff", "a", "<style>", "x<!-- -->",
    "<a xmlns:b='c'>", "<text>", "<image href='a.png'/>", "<g style='a:url(b)'/>", ",", "a ,", ";", "url(#a", " onx", "<é",
    "<g><!-- x --> </g>",
]  # fmt: skip
PLACES = [
    ("", ""),
    (START, ""),
    (START, "</svg>"),
    ("<!DOCTYPE a [", "]><a/>"),
    (f'<svg {NS}><image href="', '"/></svg>'),
    (f'<svg {NS}><image href="', ""),
    (f'<svg {NS}><g style="url(', ')"/></svg>'),
    (f'<svg {NS}><animate attributeName="href" values="', '"/></svg>'),
    (f"<svg {NS}><foreignObject><img {XHTML} srcset='", "'/></foreignObject></svg>"),
    ("<?xml-stylesheet href='a'", "?><svg/>"),
]


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        parse(text, "svg")
        parse(text, "xml")
        minify(text, "svg")
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("opening", "closing"), PLACES)
def test_time_is_linear_in_repetition(unit: str, opening: str, closing: str) -> None:
    small, large = (opening + unit * (length // len(unit)) + closing for length in (1_000, 16_000))
    assert seconds(large) < 16 * 4 * seconds(small) + 0.1


def test_five_megabytes_on_one_line() -> None:
    text = START + '<path d="M0 0L1 1" fill="url(#a)"/>' * 150_000 + '<image href="b.png"/></svg>'
    assert len(text) > 5_000_000
    assert [one.url for one in parse(text, "svg").references] == ["a.png", "b.png"]


@pytest.mark.parametrize("closing", ["", "</g>" * 100_000 + "</svg>"])
def test_a_hundred_thousand_levels(closing: str) -> None:
    parsed = parse(START + "<g>" * 100_000 + closing, "svg")
    assert parsed.references == () and [one.code for one in parsed.findings] == ["xml-malformed"]


def test_entities_that_would_grow_to_a_billion_do_not() -> None:
    declared = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 12))
    for place in ('<g id="&e11;"/>', "<text>&e11;</text>", '<image href="&e11;"/>'):
        text = f'<!DOCTYPE svg [<!ENTITY e0 "lol">{declared}]>{START}{place}</svg>'
        start = time.process_time()
        parse(text, "svg")
        assert minify(text, "svg").text == text
        assert time.process_time() - start < 1


def test_nothing_is_fetched_and_no_other_file_is_read(tmp_path: Path) -> None:
    """A server of our own would see the connection."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret.png")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        host = f"http://127.0.0.1:{server.getsockname()[1]}"
        for url in (f"{host}/x", secret.as_uri()):
            for doctype in (
                f'<!DOCTYPE svg SYSTEM "{url}">',
                f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{url}">]>',
                f'<!DOCTYPE svg [<!ENTITY % p SYSTEM "{url}"> %p;]>',
            ):
                text = f'{doctype}{START}<text>&x;</text><image href="&x;"/></svg>'
                parsed = parse(text, "svg")
                assert all("secret" not in one.url for one in parsed.references)
                minify(text, "svg")
                parse(f'<?xml-stylesheet href="{url}"?><?xml-model href="{url}"?>{text}', "xml")
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "text",
    ["", " ", "\ufeff", "\0", "\ud800", "<", "<a", "<a>", "</a>", "<!", "<!-", "<!--", "<?", "<?xml", "<![CDATA[", "&", "]]>"],
)
@pytest.mark.parametrize("variant", ["svg", "xml"])
def test_the_smallest_texts(text: str, variant: str) -> None:
    assert parse(text, variant).references == ()
    assert minify(text, variant).text == text
    assert kind_of(text) == "other"


def test_an_icon_that_refers_to_nothing_costs_no_parser() -> None:
    code = f"""
import sys
from assetforge.formats import xml
assert xml.parse({f'<svg {NS.partition(" xmlns:xlink")[0]}><path d="M0 0"/></svg>'!r}, "svg").references == ()
assert xml.kind_of("<rss/>") == "feed"
assert "lxml" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
