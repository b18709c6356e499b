"""Which names of a page may stand in a file that people commit: those that authors write, and no data.

The rule, in full. A class or an id is made of parts: letters and digits between other characters (`user-row-1234`). A hole, written
`*`, takes the place of
- a UUID, an address of mail, a part that mixes letters and digits more than once, and a hexadecimal number of 8 digits or more;
- digits: more than three in a class (`mt-3` and `text-gray-500` are design, `row-1234` is data), any in an id;
- letters: more than 24 in a row;
- a word that came with the request: an argument in its path, a name of the person who is logged in (three characters or more);
- a part of an id in which four ids of the page differ (`user-jane`, `user-bob`, …), digits of a class in which nine classes do;
- a character that is neither a letter, a digit nor printable ASCII.
Holes with nothing but punctuation between them are one. A name of which nothing else is left is dropped, since no author wrote it:
what a bare hole would say is that every rule for a class may match.

Element names are those of HTML, SVG and MathML, and custom ones without a hole; any other, which is text that somebody forgot to
escape, is `unknown`. Attribute names likewise, and any other is dropped. What must stay true: the rule looks at one page and its
request and at nothing else, so every machine makes the same file of the same pages; and a name with holes fits the name that it was
made of, so what a selector matched it still may match.

Not handled: a person's name in a class or id, where neither the request nor its neighbours tell.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from assetforge.formats.html.tree import Element
from assetforge.pages.match.shapes import words

HOLE = "*"
LONGEST = 80  # characters of a name
MOST_CLASSES = 64  # of one element
IDS_ALIKE, CLASSES_ALIKE = 4, 9  # names of a page that differ in one part
UNKNOWN = "unknown"

_PART = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_RUN = re.compile(r"\d+|[^\W\d_]+")
_HEXADECIMAL = re.compile(r"(?=[a-f]*\d)[0-9a-f]{8,}", re.IGNORECASE)
_DATA = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_ODD = re.compile(r"[^\w!-~]+")
_HOLES = re.compile(r"\*(?:[^\w*]*\*)+")
_CLASS_DIGITS, _ID_DIGITS = 3, 0
_LETTERS = 24
_SHORTEST = 3  # characters of a word of the request that is looked for
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9]{0,29}")
_CUSTOM = re.compile(r"[a-z]+(?:[-:][a-z]+[0-9]{0,2})+", re.IGNORECASE)
_COMPOUND = re.compile(r"[a-z@:]+(?:[-:.][a-z]+[0-9]{0,2})+", re.IGNORECASE)

_ELEMENTS = frozenset(words("""
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button
    canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt element
    em embed fencedframe fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
    i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem meta
    meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal
    pre progress q rb rp rt rtc ruby s samp script search section select selectedcontent shadow slot small source spacer span
    strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var
    video wbr xmp
"""))  # https://html.spec.whatwg.org/multipage/indices.html#elements-3, and what browsers knew earlier
_ATTRIBUTES = frozenset(words("""
    abbr accept accesskey action align alink allow allowfullscreen alt archive as async autocapitalize autocomplete autocorrect
    autofocus autoplay axis background bgcolor blocking border capture cellpadding cellspacing char charoff charset checked cite
    class clear code codebase codetype color cols colspan command commandfor compact content contenteditable controls coords
    data datetime declare decoding default defer dir direction dirname disabled download draggable enctype enterkeyhint
    exportparts face fetchpriority fill for form formaction formenctype formmethod formnovalidate formtarget frame frameborder
    headers height hidden high href hreflang hspace id imagesizes imagesrcset inert inputmode integrity is ismap itemid itemprop
    itemref itemscope itemtype kind label lang language link list loading longdesc loop low marginheight marginwidth max
    maxlength media method min minlength multiple muted name nohref nomodule nonce noresize noshade novalidate nowrap object
    open optimum part pattern ping placeholder playsinline popover popovertarget popovertargetaction poster preload profile
    prompt property readonly referrerpolicy rel required rev reversed role rows rowspan rules sandbox scheme scope scrolling
    selected shape size sizes slot span spellcheck src srcdoc srclang srcset standby start step stroke style summary tabindex
    target text title transform translate type typemustmatch usemap valign value valuetype version viewbox vlink vspace width
    wrap writingsuggestions xmlns
"""))
# https://html.spec.whatwg.org/multipage/indices.html#attributes-3, #non-conforming-features, RDFa, and what SVG's rules ask for


class Names:
    """The names of one page. `elements`: of the page. `private`: what came with the request, as `private_words` has it."""

    def __init__(self, elements: Iterable[Element], private: frozenset[str] = frozenset()) -> None:
        ids: set[str] = set()
        classes: set[str] = set()
        for one in elements:
            for name, value in one.attributes:
                if name == "class":
                    classes.update(words(value))
                elif name == "id":
                    ids.add(value)
        self._ids = _made({one: generalised(one, _ID_DIGITS, private) for one in ids}, _PART, IDS_ALIKE)
        self._classes = _made({one: generalised(one, _CLASS_DIGITS, private) for one in classes}, _DIGITS, CLASSES_ALIKE)

    def key(self, one: Element) -> str:
        """What tells an element from its siblings in a sample: its name, id and classes, as a line of the file has them. Classes
        stay in their order, which `[class^="icon-"]` asks for; a lone `.` or `#` says that there was an attribute."""
        parts = [element_name(one.name, one.namespace)]
        for name, value in sorted(one.attributes, reverse=True):
            if name == "class":
                found = [self._classes[word] for word in words(value)[:MOST_CLASSES]]
                parts += [f".{word}" for word in dict.fromkeys(found) if word] or ["."]
            elif name == "id":
                parts.append(f"#{self._ids[value]}")
        return " ".join(parts)

    def attributes(self, one: Element) -> set[str]:
        """Names of attributes, as a line has them, but for those that are in the key."""
        return {f"[{name}" for name, _ in one.attributes if is_attribute(name)}


def private_words(values: Iterable[object]) -> frozenset[str]:
    """Values that came with a request, and their parts."""
    found: set[str] = set()
    for value in values:
        text = str(value).casefold()[:1000]
        found |= {text, *_PART.findall(text)}
    return frozenset(one for one in found if len(one) >= _SHORTEST)


@lru_cache(16_384)
def generalised(name: str, digits: int, private: frozenset[str] = frozenset()) -> str:
    """A class or an id with `*` for what may be data; empty where nothing is left. `digits`: in a row that are none."""
    if len(name) > LONGEST or (private and name.casefold() in private):
        return ""
    made = _ODD.sub(HOLE, _PART.sub(lambda found: _part(found[0], digits, private), _DATA.sub(HOLE, name)))
    return tidied(made)


def tidied(name: str) -> str:
    """Neighbouring holes are one, and a name of holes alone is none."""
    return _HOLES.sub(HOLE, name) if _PART.search(name) else ""


def _part(part: str, digits: int, private: frozenset[str]) -> str:
    runs = _RUN.findall(part)
    if len(runs) > 2 or _HEXADECIMAL.fullmatch(part) or (private and part.casefold() in private):
        return HOLE
    kept = (len(run) <= (digits if run.isdecimal() else _LETTERS) and run.casefold() not in private for run in runs)
    return "".join(run if keep else HOLE for run, keep in zip(runs, kept, strict=True))


def _made(names: dict[str, str], varying: re.Pattern[str], alike: int) -> dict[str, str]:
    """`names`, with a hole in the place of what `varying` finds where `alike` names differ in that alone."""
    variants: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in set(names.values()):
        for part in varying.finditer(one):
            variants[one[: part.start()], one[part.end() :]].add(part[0])
    shared = {around for around, parts in variants.items() if len(parts) >= alike and _PART.search("".join(around))}
    return {name: _hollowed(one, varying, shared) for name, one in names.items()} if shared else names


def _hollowed(name: str, varying: re.Pattern[str], shared: set[tuple[str, str]]) -> str:
    for part in varying.finditer(name):
        before, after = name[: part.start()], name[part.end() :]
        if (before, after) in shared:
            return tidied(f"{before}{HOLE}{after}")
    return name


@lru_cache(1024)
def element_name(name: str, namespace: str) -> str:
    """The name of an element in a sample: `p`, `svg|path`."""
    if namespace != "html":
        return f"{namespace}|{name if _FOREIGN.fullmatch(name) or _CUSTOM.fullmatch(name) else UNKNOWN}"
    return name if name in _ELEMENTS or (_CUSTOM.fullmatch(name) and len(name) <= LONGEST) else UNKNOWN


@lru_cache(4096)
def is_attribute(name: str) -> bool:
    """Does the name of an attribute stand in a sample, as such?"""
    known = name.lower() in _ATTRIBUTES or (len(name) <= LONGEST and _COMPOUND.fullmatch(name) is not None)
    return known and name not in ("class", "id")
