"""Pseudo-classes: which elements of a page are in a state, as far as its text tells.

Most are decided by attributes (https://html.spec.whatwg.org/multipage/semantics-other.html#pseudo-classes). Others come and go with
what people do (`:hover`), with what the browser remembers of an earlier visit (`:checked`), or are nobody's in a page's own
stylesheet (`:host`).
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from assetforge.pages.match.element_sets import Elements, Set
from assetforge.pages.match.shapes import HOLE, Node

Kind = Literal[
    "fixed",  # by the text, and by attributes that scripts may change
    "restored",  # as fixed, and a browser may have remembered another state
    "lively",  # nobody at first; any of the candidates at any time
]
_TEXT_TYPES = frozenset({"", "text", "search", "url", "tel", "email", "password", "number"})
_DATE_TYPES = frozenset({"date", "month", "week", "time", "datetime-local"})
_TYPES = _TEXT_TYPES | _DATE_TYPES | {
    "hidden", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button",
}  # fmt: skip
_REQUIRABLE = (_TEXT_TYPES | _DATE_TYPES | {"checkbox", "radio", "file"}) - {""}
_SUBMITS = frozenset({"submit", "image"})


class State(NamedTuple):
    """`names`: of elements that may be in it, empty for any. `holds`: whether one is. `asked`: attributes that decide."""

    kind: Kind
    names: tuple[str, ...] = ()
    holds: Callable[[Elements, int], bool] = lambda page, one: False
    asked: tuple[str, ...] = ()


def attribute(node: Node, name: str) -> str | None:
    return next((value for key, value in node.attributes if key == name), None)


def has(name: str) -> Callable[[Elements, int], bool]:
    return lambda page, one: attribute(page.nodes[one], name) is not None


def _type(node: Node) -> str:
    """The state of an `<input>`."""
    found = (attribute(node, "type") or "text").lower()
    return found if found in _TYPES else "text"


def _is_link(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    if node.namespace == "svg":
        return node.name == "a" and any(name in ("href", "xlink:href") for name, _ in node.attributes)
    return attribute(node, "href") is not None


def _is_checked(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    if node.name == "option":
        return _is_selected(page, one)
    kind = _type(node)
    if kind not in ("checkbox", "radio") or attribute(node, "checked") is None:
        return False
    return kind == "checkbox" or _radio_group(page, one)[-1] == one


def _radio_group(page: Elements, one: int) -> list[int]:
    """The checked radio buttons of the group, in document order (#radio-button-group)."""
    groups = page.groups.get("radio")
    if groups is None:
        groups = page.groups["radio"] = {}
        for other in page.places.get("input", ()):
            node = page.nodes[other]
            if _type(node) == "radio" and attribute(node, "checked") is not None:
                groups.setdefault((attribute(node, "name") or other, _form(page, other)), []).append(other)
    found: list[int] = groups.get((attribute(page.nodes[one], "name") or one, _form(page, one)), [])
    return found


def _form(page: Elements, one: int) -> int:
    """The form owner by nesting or by the `form` attribute, -1 of none."""
    named = attribute(page.nodes[one], "form")
    if named is not None:
        found = page.places.get(f"#{named}", [-1])[0]
        return found if found >= 0 and page.nodes[found].name == "form" else -1
    return _above(page, one, "form")


def _above(page: Elements, one: int, name: str) -> int:
    """The nearest HTML element of a name around an element, -1 of none."""

    def own(number: int) -> int | None:
        parent = page.parents[number]
        if parent < 0:
            return -1
        return parent if page.nodes[parent].name == name and not page.nodes[parent].namespace else None

    return int(page.inherited(name, own)[one])


def _is_selected(page: Elements, one: int) -> bool:
    """#ask-for-a-reset of the select that an option belongs to."""
    select = _above(page, one, "select")
    if select < 0:
        return attribute(page.nodes[one], "selected") is not None
    chosen = page.groups.get("options")
    if chosen is None:
        options: dict[int, list[int]] = {}
        for other in page.places.get("option", ()):
            options.setdefault(_above(page, other, "select"), []).append(other)
        chosen = page.groups["options"] = {number: _chosen(page, number, of) for number, of in options.items() if number >= 0}
    return one in chosen[select]


def _chosen(page: Elements, select: int, options: list[int]) -> set[int]:
    node = page.nodes[select]
    chosen = [one for one in options if attribute(page.nodes[one], "selected") is not None]
    if attribute(node, "multiple") is not None:
        return set(chosen)
    if chosen:
        return {chosen[-1]}
    size = (attribute(node, "size") or "").strip()
    if size.isdecimal() and int(size[:9]) > 1:
        return set()
    return set([one for one in options if not _is_disabled_option(page, one)][:1])


def _is_disabled_option(page: Elements, one: int) -> bool:
    group = page.parents[one]
    inside = group >= 0 and page.nodes[group].name == "optgroup" and attribute(page.nodes[group], "disabled") is not None
    return inside or attribute(page.nodes[one], "disabled") is not None


def _is_disabled(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    if attribute(node, "disabled") is not None:
        return True
    if node.name == "option":
        return _is_disabled_option(page, one)
    if node.name == "optgroup":
        return False
    return bool(page.inherited("fieldset", lambda number: _is_disabled_by_parent(page, number))[one])


def _is_disabled_by_parent(page: Elements, one: int) -> bool | None:
    """By a disabled fieldset, except in its first legend; None where it is as its parent."""
    parent = page.parents[one]
    if parent < 0:
        return False
    node = page.nodes[parent]
    if node.name != "fieldset" or node.namespace or attribute(node, "disabled") is None:
        return None
    legends = page.groups.get("legend")
    if legends is None:
        legends = page.groups["legend"] = {}
        for legend in page.places.get("legend", ()):
            legends.setdefault(page.parents[legend], legend)
    return None if one == legends.get(parent) else True


def _can_be_required(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    return node.name in ("select", "textarea") or (node.name == "input" and _type(node) in _REQUIRABLE)


def _is_required(page: Elements, one: int) -> bool:
    return _can_be_required(page, one) and attribute(page.nodes[one], "required") is not None


def _is_writable(page: Elements, one: int) -> bool:
    """#selector-read-write"""
    node = page.nodes[one]
    if node.namespace:
        return False
    if node.name in ("input", "textarea"):
        takes_text = node.name == "textarea" or _type(node) in _TEXT_TYPES | _DATE_TYPES
        return takes_text and attribute(node, "readonly") is None and not _is_disabled(page, one)
    return bool(page.inherited("contenteditable", lambda number: _edits(page.nodes[number]))[one])


def _edits(node: Node) -> bool | None:
    editable = None if node.namespace else attribute(node, "contenteditable")
    return {"": True, "true": True, "plaintext-only": True, "false": False}.get(editable.lower()) if editable is not None else None


def _is_read_only(page: Elements, one: int) -> bool:
    return not page.nodes[one].namespace and not _is_writable(page, one)


def _shows_placeholder(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    if attribute(node, "placeholder") is None:
        return False
    if node.name == "textarea":
        return not node.text
    return _type(node) in _TEXT_TYPES and not attribute(node, "value")


def _is_default(page: Elements, one: int) -> bool:
    """#selector-default"""
    node = page.nodes[one]
    if node.name == "option":
        return attribute(node, "selected") is not None
    if node.name == "input" and _type(node) in ("checkbox", "radio"):
        return attribute(node, "checked") is not None
    if not _submits(node):
        return False
    first = page.groups.get("submit")
    if first is None:
        first = page.groups["submit"] = {}
        for other in sorted(page.places.get("button", []) + page.places.get("input", [])):
            if _submits(page.nodes[other]):
                first.setdefault(_form(page, other), other)
    form = _form(page, one)
    return form >= 0 and first.get(form) == one


def _submits(node: Node) -> bool:
    if node.name == "button":
        return (attribute(node, "type") or "submit").lower() not in ("button", "reset")
    return _type(node) in _SUBMITS


def _is_indeterminate(page: Elements, one: int) -> bool:
    node = page.nodes[one]
    if node.name == "progress":
        return attribute(node, "value") is None
    if _type(node) != "radio" or attribute(node, "checked") is not None:
        return False
    return not attribute(node, "name") or not _radio_group(page, one)


def _is_defined(page: Elements, one: int) -> bool:
    """#selector-defined: without scripts no custom element is."""
    node = page.nodes[one]
    return bool(node.namespace) or ("-" not in node.name and attribute(node, "is") is None)


_CONTROLS = ("button", "input", "select", "textarea", "optgroup", "option", "fieldset")
_FIELDS = ("input", "select", "textarea")
_VALIDATED = (*_FIELDS, "button", "form", "fieldset", "output", "object")
_DISABLING = ("disabled", "type")

FIXED: Mapping[str, State] = {
    "root": State("fixed", (), lambda page, one: page.parents[one] < 0),
    "scope": State("fixed", (), lambda page, one: page.parents[one] < 0),
    "empty": State("fixed", (), lambda page, one: not page.nodes[one].text and one not in page.children),
    "any-link": State("fixed", ("a", "area", "|a"), _is_link, ("href", "xlink:href")),
    "-webkit-any-link": State("fixed", ("a", "area", "|a"), _is_link, ("href", "xlink:href")),
    "link": State("fixed", ("a", "area", "|a"), _is_link, ("href", "xlink:href")),
    "disabled": State("fixed", _CONTROLS, _is_disabled, ("disabled",)),
    "enabled": State("fixed", _CONTROLS, lambda page, one: not _is_disabled(page, one), ("disabled",)),
    "required": State("fixed", _FIELDS, _is_required, ("required", "type")),
    # Chromium and WebKit count buttons as optional
    "optional": State("fixed", (*_FIELDS, "button"), lambda page, one: not _is_required(page, one), ("required", "type")),
    "read-write": State("fixed", (), _is_writable, ("contenteditable", "readonly", *_DISABLING)),
    "read-only": State("fixed", (), _is_read_only, ("contenteditable", "readonly", *_DISABLING)),
    "open": State("fixed", ("details", "dialog"), has("open"), ("open",)),
    "defined": State("fixed", (), _is_defined, ("is",)),
    "checked": State(
        "restored", ("input", "option"), _is_checked,
        ("checked", "selected", "type", "name", "form", "multiple", "size", "disabled"),
    ),
    "placeholder-shown": State("restored", ("input", "textarea"), _shows_placeholder, ("placeholder", "type", "value")),
    "-ms-input-placeholder": State("restored", ("input", "textarea"), _shows_placeholder, ("placeholder", "type", "value")),
    "default": State(
        "restored", ("button", "input", "option"), _is_default, ("checked", "selected", "type", "form")
    ),
    "indeterminate": State("restored", ("input", "progress"), _is_indeterminate, ("checked", "type", "value", "name", "form")),
}  # fmt: skip
# Of form controls only. What validates depends on values.
FIXED = {
    **FIXED,
    **{
        name: State("lively", _VALIDATED)
        for name in ("valid", "invalid", "in-range", "out-of-range", "user-valid", "user-invalid", "-moz-ui-invalid")
    },
    **{name: State("lively", ("a", "area", "|a")) for name in ("visited", "local-link")},
    **{name: State("lively", ("input", "select", "textarea")) for name in ("autofill", "-webkit-autofill", "-moz-autofill")},
}
# In a document's own stylesheets these match nothing: https://drafts.csswg.org/css-shadow-1/#selectordef-host
NEVER = frozenset({"host", "host-context"})
# Whatever else there is (`:hover`, `:focus-visible`, `:target`, `:modal`, and what is not known): nobody at first, anybody at any
# time.
ANYBODY = State("lively")


def unknown(node: Node, names: tuple[str, ...]) -> bool:
    """Are attributes that decide a state there with a value that is not known, or may any attribute be there?"""
    return any(name == HOLE or (name in names and HOLE in value) for name, value in node.attributes)


def candidates(page: Elements, state: State) -> Set:
    """The elements that may be in a state."""
    if not state.names:
        return page.all
    found = 0
    for name in state.names:
        found |= page.known(name)
    return found
