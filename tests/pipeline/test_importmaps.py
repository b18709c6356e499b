"""Module specifiers through import maps."""

from assetforge.importmaps import MapAt, Meaning, resolve_specifier
from assetforge.reference import ImportMap
from assetforge.resolver import Resolver

RESOLVER = Resolver(["js/a.js", "js/b.js", "vendor/three.js", "vendor/jsm/x.js", "vendor/jsm/deep/y.js", "legacy/three.js"], ())
MAP = MapAt(
    ImportMap(
        imports=(
            ("three", "./vendor/three.js"), ("three/", "./vendor/jsm/"), ("three/deep/", "/vendor/jsm/deep/"),
            ("./js/a.js", "./js/b.js"),
            ("cdn", "https://cdn.example/x.js"), ("no", None), ("bare", "also-bare"),
        ),
        scopes=(("/legacy/", (("three", "/legacy/three.js"),)),),
        has_imports=True,
        entries_at=0,
        followed=True,
    ),
    "",
)  # fmt: skip


def means(specifier, folder="js/"):
    return resolve_specifier(specifier, folder, MAP, RESOLVER)


def test_an_exact_entry_beats_a_prefix():
    assert means("three") == Meaning("vendor/three.js", True)


def test_the_longest_prefix_wins():
    assert means("three/x.js") == Meaning("vendor/jsm/x.js", False)
    assert means("three/deep/y.js") == Meaning("vendor/jsm/deep/y.js", False)


def test_a_url_like_key_is_compared_as_a_url():
    assert means("./a.js") == Meaning("js/b.js", True)
    assert means("../js/a.js") == Meaning("js/b.js", True)


def test_a_scope_speaks_for_its_folder_only():
    assert means("three", "legacy/sub/") == Meaning("legacy/three.js", True)


def test_other_hosts_and_values_that_are_no_urls():
    assert means("cdn") == Meaning(None, True)
    assert means("no") is None
    assert means("bare") is None
    assert means("unknown") is None
