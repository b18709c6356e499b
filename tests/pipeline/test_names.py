"""The form of hashed names and of URLs."""

from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.names import file_name, hashed_path, quoted, relative

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("css/app.css", "css/app.0123456789ab.css"),
        ("js/x.min.js", "js/x.min.0123456789ab.js"),
        ("a.tar.gz", "a.tar.0123456789ab.gz"),
        ("LICENSE", "LICENSE.0123456789ab"),
        ("v1.2/README", "v1.2/README.0123456789ab"),
        ("x/.htaccess", "x/.htaccess.0123456789ab"),
        ("x/name.", "x/name.0123456789ab."),
    ],
)
def test_where_the_digest_goes(path, expected):
    assert hashed_path(path, DIGEST) == expected


SEGMENT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1).filter(
    lambda s: s not in (".", "..")
)


@given(SEGMENT)
def test_a_quoted_name_needs_no_quoting_in_any_language(name):
    said = file_name(name)
    assert unquote(said) == name
    assert not set(said) & set("\"'`<>&(){}[]\\,;=#? \t\r\n|^$*")


@given(st.lists(SEGMENT, min_size=1, max_size=4), st.lists(SEGMENT, min_size=1, max_size=4))
def test_a_relative_url_leads_back(target, base):
    target, base = "/".join(target), "/".join(base)
    said = relative(target, base)
    assert said.startswith(("./", "../"))
    assert urljoin("http://host/" + quoted(base), said) == "http://host/" + quoted(target)


def test_bytes_that_are_not_utf8_are_kept():
    assert quoted("\udce9.png") == "%E9.png"
