"""`:lang()` and `:dir()`: https://drafts.csswg.org/selectors-4/#linguistic-pseudos."""


from assetforge.formats.css.tokens import decode
from assetforge.pages.match.element_sets import Elements
from assetforge.pages.match.shapes import HOLE, Node
from assetforge.pages.match.states import attribute


def speaks(page: Elements, one: int, ranges: str) -> bool | None:
    """Is an element in one of the languages? None: its language is in an HTTP header, or in a value that is not known."""
    language = _language(page, one)
    if language is None or HOLE in language:
        return None
    return any(_in_range(language.lower().split("-"), wanted.lower().split("-")) for wanted in _ranges(ranges))


def _language(page: Elements, one: int) -> str | None:
    found: str | None = page.inherited("lang", lambda number: _own_language(page.nodes[number]))[one]
    return found


def _own_language(node: Node) -> str | None:
    """`HOLE` where it may have any. MathML has no `lang` (https://html.spec.whatwg.org/multipage/dom.html#language)."""
    found = attribute(node, "xml:lang") if node.namespace else None
    found = attribute(node, "lang") if found is None and node.namespace != "math" else found
    return HOLE if found is None and attribute(node, HOLE) is not None else found


def _ranges(text: str) -> list[str]:
    found = []
    for part in text.split(","):
        part = part.strip(" \t\n\r\f")
        quoted = part[:1] in ("'", '"') and part != ""
        found.append(decode(part, 1, len(part) - 1).text if quoted else decode(part, 0, len(part)).text)
    return found


def _in_range(language: list[str], wanted: list[str]) -> bool:
    """Extended filtering, RFC 4647 section 3.3.2."""
    if language == [""] or wanted == [""]:
        return language == wanted
    if wanted[0] not in ("*", language[0]):
        return False
    at = 1
    for part in wanted[1:]:
        if part == "*":
            continue
        while at < len(language) and language[at] != part:
            if len(language[at]) == 1:
                return False
            at += 1
        if at == len(language):
            return False
        at += 1
    return True


def direction(page: Elements, one: int, wanted: str) -> bool | None:
    """Is an element's text written in the direction `wanted` (`ltr`, `rtl`)? None: its text says."""
    wanted = wanted.lower()
    if wanted not in ("ltr", "rtl"):
        return False
    found = page.inherited("dir", lambda number: _own_direction(page.nodes[number]))[one] or "ltr"
    return None if found == "auto" else bool(found == wanted)


def _own_direction(node: Node) -> str | None:
    """`auto` where its text says, or where it may have any."""
    found = (attribute(node, "dir") or "").lower() if not node.namespace else ""
    if found in ("ltr", "rtl"):
        return found
    if found == "auto" or HOLE in found or attribute(node, HOLE) is not None or (node.name == "bdi" and not node.namespace):
        return "auto"
    return "ltr" if node.name == "input" and (attribute(node, "type") or "").lower() == "tel" else None
