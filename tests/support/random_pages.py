"""Random pages and random selectors that have something to do with each other."""

from random import Random

_CLASSES = ("a", "b", "c", "A", "btn", "btn-x")
_WORDS = ("", "a", "b", "a b", "ab", "a-b", "A", "x y", "a b-c")
_TYPES = ("text", "checkbox", "radio", "submit", "TEXT", "number", "odd", "button", "hidden", "tel")
_BLOCKS = ("div", "section", "ul", "li", "fieldset", "form", "p", "span", "em", "svg", "math", "details", "my-box", "legend")
_VOID = ("input", "br", "img")
_LEAVES = ("a", "button", "textarea", "progress", "option", "select", "label", "i", "b", "output", "audio", "dialog", "bdo")
_COMBINATORS = (" ", ">", "+", "~", " > ", " + ", "  ", " ~ ")
_STATES = (
    "root", "empty", "link", "any-link", "checked", "disabled", "enabled", "required", "optional", "read-only", "read-write",
    "placeholder-shown", "default", "indeterminate", "first-child", "last-child", "only-child", "first-of-type", "last-of-type",
    "only-of-type", "defined", "open",
)  # fmt: skip
_DYNAMIC = ("hover", "focus", "active", "visited", "focus-within", "focus-visible", "target")
_FORMULAS = ("1", "2n", "2n+1", "odd", "even", "-n+2", "n", "3n-1", "0", "n+2", "-2n+5")


def page(random: Random, size: int = 25) -> str:
    """A page of about `size` elements. No element in it is moved or dropped by the parser in a way that matters here."""
    parts = [random.choice(("<!doctype html>", "<!doctype html>", ""))]
    parts.append(f"<html{_attributes(random, 0.3)}><body{_attributes(random, 0.3)}>")
    open_: list[str] = []
    for _ in range(size):
        kind = random.random()
        if kind < 0.45:
            name = random.choice(_BLOCKS)
            parts.append(f"<{name}{_attributes(random)}>")
            open_.append(name)
        elif kind < 0.6:
            parts.append(f"<{random.choice(_VOID)}{_attributes(random)}>")
        else:
            name = random.choice(_LEAVES)
            parts.append(f"<{name}{_attributes(random)}>{random.choice(('', '', 'x', ' '))}</{name}>")
        if random.random() < 0.3:
            parts.append(random.choice(("x", " ", "<!-- x -->")))
        while open_ and random.random() < 0.3:
            parts.append(f"</{open_.pop()}>")
    return "".join(parts)


def _attributes(random: Random, chance: float = 0.5) -> str:
    found = []
    if random.random() < chance:
        found.append(f'class="{" ".join(random.choices(_CLASSES, k=random.randint(0, 3)))}"')
    if random.random() < chance / 4:
        found.append(f"id={random.choice('xyX')}")
    for name, values in (
        ("title", _WORDS), ("data-x", _WORDS), ("type", _TYPES), ("lang", ("de", "en-US", "", "zh-Hant-TW", "DE-at")),
        ("dir", ("ltr", "rtl")),
        ("href", ("#", "")), ("name", ("n", "m")), ("value", ("", "v")), ("placeholder", ("p", "")), ("rel", ("A b", "b")),
        ("contenteditable", ("", "false")),
    ):  # fmt: skip
        if random.random() < chance / 4:
            found.append(f'{name}="{random.choice(values)}"')
    found += [
        name
        for name in ("checked", "disabled", "selected", "required", "readonly", "multiple", "open")
        if random.random() < chance / 5
    ]
    return "".join(" " + one for one in found)


def selector(random: Random, depth: int = 2, dynamic: bool = False) -> str:
    """A complex selector; `depth`: how deep lists may stand in it."""
    parts = [_compound(random, depth, dynamic)]
    while random.random() < 0.45 and len(parts) < 7:
        parts += [random.choice(_COMBINATORS), _compound(random, depth, dynamic)]
    return "".join(parts)


def listed(random: Random, depth: int = 2, dynamic: bool = False) -> str:
    return ", ".join(selector(random, depth, dynamic) for _ in range(random.choice((1, 1, 1, 2, 3))))


def _compound(random: Random, depth: int, dynamic: bool) -> str:
    name = random.choice(("", "", "*", *_BLOCKS, *_LEAVES, *_VOID, "DIV", "body", "html", "*|a", "|p"))
    parts = [name]
    while (random.random() < 0.5 and len(parts) < 5) or parts == [""]:
        parts.append(_part(random, depth, dynamic))
    return "".join(parts)


def _part(random: Random, depth: int, dynamic: bool) -> str:
    kind = random.random()
    if kind < 0.35:
        return "." + random.choice(_CLASSES)
    if kind < 0.42:
        return "#" + random.choice("xyX")
    if kind < 0.6:
        return _attribute(random)
    if kind < 0.78:
        return ":" + random.choice(_STATES + (_DYNAMIC * 2 if dynamic else ()))
    if kind < 0.86 or not depth:
        return _nth(random, depth)
    if kind < 0.88:
        return random.choice((":lang(de)", ":lang('*-US')", ":lang(en, zh)", ":lang('')", ":dir(rtl)", ":dir(ltr)"))
    function = random.choice(("is", "where", "not", "not", "has", "has"))
    inner = listed(random, depth - 1 if function != "has" else 0, dynamic)
    if function == "has" and random.random() < 0.5:
        inner = random.choice(("> ", "+ ", "~ ")) + inner
    return f":{function}({inner})"


def _attribute(random: Random) -> str:
    name = random.choice(("title", "data-x", "type", "class", "id", "lang", "TITLE", "rel", "*|title", "disabled"))
    operator = random.choice(("", "=", "~=", "|=", "^=", "$=", "*="))
    if not operator:
        return f"[{name}]"
    value = random.choice((*_WORDS, "text", "radio", "de", "x", "btn-"))
    return f'[{name}{operator}"{value}"{random.choice(("", "", " i", " s"))}]'


def _nth(random: Random, depth: int) -> str:
    name = random.choice(("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"))
    of = f" of {listed(random, 0)}" if depth and name.endswith("child") and random.random() < 0.3 else ""
    return f":{name}({random.choice(_FORMULAS)}{of})"
