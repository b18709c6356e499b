"""Names follow from bytes: on random graphs, with cycles."""

import hashlib
import random

import pytest

from assetforge.digest import Bytes, components, name_all
from assetforge.errors import CycleError
from assetforge.names import DIGITS, hashed_path
from assetforge.output import FileContent
from assetforge.text import Edit, Integrity, Name, Span, Url


def render_of(texts, edits):
    def render(path, fill):
        data = texts[path] + "".join(fill(piece) for edit in edits[path] for piece in edit.pieces)
        raw = data.encode()
        return Bytes(FileContent(None, data), hashlib.sha256(raw).hexdigest(), hashlib.sha384(raw).hexdigest(), len(raw))

    return render


def named(texts, links, stable=()):
    edits = {
        path: tuple(Edit(Span(at, at + 1), (Name(target),), "t") for at, target in enumerate(targets))
        for path, targets in links.items()
    }
    hosts = {path: "" for path in texts if path not in stable}
    return name_all(edits, hosts, render_of(texts, edits))


def random_site(seed):
    rng = random.Random(seed)
    paths = [f"{rng.choice('abc')}/{n}.js" for n in range(rng.randint(1, 12))]
    texts = {path: rng.choice(["x", "y", path]) for path in paths}
    links = {path: tuple(rng.sample(paths, rng.randint(0, min(3, len(paths))))) for path in paths}
    return texts, links


def ancestors(links, changed):
    found = {changed}
    while True:
        more = {path for path, targets in links.items() if set(targets) & found} - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize("seed", range(300))
def test_exactly_a_changed_file_and_what_refers_to_it_get_new_names(seed):
    texts, links = random_site(seed)
    before = named(texts, links).named
    changed = sorted(texts)[seed % len(texts)]
    after = named({**texts, changed: texts[changed] + "!"}, links).named
    renamed = {path for path in texts if before[path].name_path != after[path].name_path}
    assert renamed == ancestors(links, changed)


@pytest.mark.parametrize("seed", range(100))
def test_the_order_of_discovery_means_nothing(seed):
    texts, links = random_site(seed)
    shuffled = list(texts)
    random.Random(seed + 1).shuffle(shuffled)
    again = named({path: texts[path] for path in shuffled}, {path: links[path] for path in shuffled}).named
    assert again == named(texts, links).named


@pytest.mark.parametrize("seed", range(100))
def test_a_lone_files_name_is_the_digest_of_the_bytes_served(seed):
    texts, links = random_site(seed)
    names = named(texts, links)
    for group in components({path: tuple(sorted(set(targets))) for path, targets in links.items()}):
        if len(group) == 1 and group[0] not in links[group[0]]:
            data = names.contents[group[0]].key.encode()
            assert names.named[group[0]].name_path == hashed_path(group[0], hashlib.sha256(data).hexdigest()[:DIGITS])


def test_members_of_a_cycle_name_each_other_and_differ():
    names = named({"a.js": "same", "b.js": "same"}, {"a.js": ("b.js",), "b.js": ("a.js",)})
    a, b = names.named["a.js"], names.named["b.js"]
    assert a.name_path != b.name_path.replace("b.", "a.")
    assert names.contents["a.js"].key == "same" + b.name_path
    assert names.contents["b.js"].key == "same" + a.name_path


def test_a_reference_to_a_stable_file_closes_no_cycle():
    names = named({"a.js": "x", "sw.js": "y"}, {"a.js": ("sw.js",), "sw.js": ("a.js",)}, stable=("sw.js",))
    assert names.named["sw.js"].name_path == "sw.js"
    assert names.contents["a.js"].key == "xsw.js"
    assert names.named["a.js"].name_path == hashed_path("a.js", hashlib.sha256(b"xsw.js").hexdigest())


def test_an_integrity_inside_a_cycle_prints_the_cycle():
    edits = {
        "a.js": (Edit(Span(0, 1), (Integrity("b.js"),), "t"),),
        "b.js": (Edit(Span(0, 1), (Name("a.js"),), "t"),),
    }
    with pytest.raises(CycleError, match=r"a\.js states the integrity of b\.js.*a\.js → b\.js"):
        name_all(edits, {"a.js": "", "b.js": ""}, render_of({"a.js": "", "b.js": ""}, edits))


def test_an_integrity_waits_for_the_bytes_of_a_stable_file():
    edits = {"z.js": (), "a.js": (Edit(Span(0, 1), (Integrity("z.js"),), "t"),)}
    names = name_all(edits, {"a.js": ""}, render_of({"a.js": "", "z.js": "zzz"}, edits))
    assert names.contents["a.js"].key.startswith("sha384-")
    assert names.contents["a.js"].key != "sha384-"


def test_the_asset_host_is_part_of_the_bytes():
    edits = {"a.css": (Edit(Span(0, 1), (Url("b.png"),), "t"),), "b.png": ()}
    texts = {"a.css": "", "b.png": "p"}
    hosts = ("", "https://cdn.example/")
    one, other = (name_all(edits, dict.fromkeys(texts, host), render_of(texts, edits)) for host in hosts)
    assert one.contents["a.css"].key.startswith("/b.")
    assert other.contents["a.css"].key.startswith("https://cdn.example/b.")
    assert one.named["a.css"].name_path != other.named["a.css"].name_path


def test_the_asset_host_is_part_of_the_names_of_a_cycle():
    edits = {"a.js": (Edit(Span(0, 1), (Url("b.js"),), "t"),), "b.js": (Edit(Span(0, 1), (Url("a.js"),), "t"),)}
    texts = {"a.js": "", "b.js": ""}
    hosts = ("https://one.example/", "https://two.example/")
    one, other = (name_all(edits, dict.fromkeys(texts, host), render_of(texts, edits)) for host in hosts)
    assert one.named["a.js"].name_path != other.named["a.js"].name_path


def test_a_chain_of_a_hundred_thousand_files_needs_no_recursion():
    count = 100_000
    needs = {f"{n:06}": (f"{n + 1:06}",) if n + 1 < count else () for n in range(count)}
    groups = list(components(needs))
    assert len(groups) == count and groups[0] == (f"{count - 1:06}",)
