"""What a module does together with what it imports."""

from assetforge.formats.js.record import Act, Effects
from assetforge.pages.script.borrowing import with_borrowed
from assetforge.pages.script.module_effects import with_imports
from assetforge.pages.task import Module

OWN = Effects(acts=(Act("dom-read", "load"), Act("import", "load")), reads=frozenset({"a"}))
INSERTS = Effects(acts=(Act("style-insert", "deferred"),), defines=frozenset({"made"}))
OPAQUE = Effects(opaque="eval")


def modules(*rows):
    return {path: Module(path, imports, loads, whole) for path, imports, loads, whole in rows}


def test_what_an_import_does_when_it_is_called_may_happen_at_once():
    found = with_imports(OWN, ["b"], [], modules(("b", (), (), True)), {"b": INSERTS})
    assert found.does("style-insert") == Act("style-insert", "may")
    assert "made" in found.defines
    assert not found.opaque


def test_imports_of_imports_count_and_a_circle_ends():
    known = modules(("b", ("c",), (), True), ("c", ("b",), (), True))
    assert with_imports(OWN, ["b"], [], known, {"b": Effects(), "c": INSERTS}).does("style-insert")


def test_what_is_loaded_later_is_done_later():
    found = with_imports(OWN, [], ["b"], modules(("b", ("c",), (), True), ("c", (), (), True)), {"b": Effects(), "c": INSERTS})
    assert found.does("style-insert") is None
    assert found.does("style-insert", tiers=("deferred",))
    assert "made" in found.defines_later - found.defines


def test_what_is_imported_and_loaded_counts_as_imported():
    both = modules(("b", (), (), True))
    for roots, loads in ((["b"], ["b"]), (["b"], [])):
        assert with_imports(OWN, roots, loads, both, {"b": INSERTS}).does("style-insert")


def test_a_graph_with_something_unknown_is_opaque():
    assert with_imports(OWN, ["b"], [], modules(("b", (), (), False)), {"b": Effects()}).opaque
    assert with_imports(OWN, ["b"], [], modules(("b", ("c",), (), True)), {"b": Effects()}).opaque
    assert with_imports(OWN, ["b"], [], modules(("b", (), (), True)), {"b": OPAQUE}).opaque


def test_a_module_alone_is_itself():
    assert with_imports(OWN, [], [], {}, {}) == OWN


def test_what_a_known_library_reads_of_the_layout_its_callers_read():
    library = Effects(defines=frozenset({"Swiper"}), acts=(Act("layout-read", "deferred"), Act("dom-write", "deferred")))
    caller = Effects(reads=frozenset({"Swiper"}))
    _, found = with_borrowed([library, caller], [True, False])
    assert found.does("layout-read")
    assert not found.does("dom-write")
    _, found = with_borrowed([library, caller], [False, False])
    assert found.does("dom-write")
