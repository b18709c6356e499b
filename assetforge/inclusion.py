"""What a stylesheet is for another that would say all of it in place of its `@import`.

Depends on the text alone, so it is kept by content. What must stay true: where browsers could disagree about what the text means at
its own place or inside of another, one of the reasons says so. Which imports a browser follows is in CSS Cascade 5, section 2:
those that nothing but `@charset`, statements of `@layer` and other imports come before.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from assetforge.formats.css.imports import Import, imported
from assetforge.formats.css.rules import GROUPS, NOWHERE, Rule, declarations, outline
from assetforge.formats.css.tokens import COMMENT, WHITE
from assetforge.stylesheet import Facts, Statement
from assetforge.text import Span

_WIDE = frozenset({"initial", "inherit", "unset", "revert", "revert-layer", "default"})
_NAME = r"-?[a-zA-Z_][\w-]*+"
_LAYER = re.compile(rf"{_NAME}(?:\.{_NAME})*+", re.ASCII)
_LAYERS = re.compile(rf"{_NAME}(?:\.{_NAME})*+(?:\s*+,\s*+{_NAME}(?:\.{_NAME})*+)*+", re.ASCII)
_SUPPORTS = re.compile(r"""\s*+[\w():,.<>=*%#+"'-][\w \t\n\r\f():,.<>=*%#+"'-]*+""", re.ASCII)
_MEDIA = re.compile(r"(?!.*(?:layer|supports))[\w \t\n\r\f():,.<>=/+-]*+", re.ASCII | re.DOTALL | re.IGNORECASE)
# A selector that every browser knows, so that the rule counts as one.
_PART = rf"(?:(?:\*|[a-zA-Z][\w-]*+|:root)(?:[.#]{_NAME})*+|(?:[.#]{_NAME})++)"
_PLAIN = re.compile(rf"{_PART}(?:(?:\s++(?:[,>+~]\s*+)?+|[,>+~]\s*+){_PART})*+", re.ASCII)
_GAP = re.compile(rf"(?:{WHITE}++|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_COMMENTS = re.compile(COMMENT)
_CHARSET = re.compile(r'@charset "([^"]*)";')
_QUERY = re.compile(rf"""["'(]{WHITE}*+(?:\?|\\0{{0,4}}3[fF])""")
_VAR = re.compile(r"(?i)var\(")
_PREFIX = re.compile(r"-(?:webkit|moz|ms|o)-")
# Properties whose value may name an image or another file.
_LOADING = (
    "background", "mask", "border-image", "list-style", "content", "cursor", "filter", "backdrop-filter", "clip-path", "src",
    "shape-outside", "fill", "stroke", "marker", "offset", "behavior",
)  # fmt: skip


def facts(text: str, urls: Sequence[Span]) -> Facts:
    """What is known of a stylesheet from its text. `urls`: where its relative URLs stand, in order."""
    rules = outline(text)
    start = 1 if text.startswith("\ufeff") else 0
    charset = "utf-8" if start else ""
    if match := _CHARSET.match(text, start):
        charset = charset or ("utf-8" if match[1].lower() in ("utf-8", "utf8") else "other")
        start = match.end()
    imports, refusal = _imports(text, rules)
    end, tail, open_end = _ending(text, rules, start)
    custom, varied = _variables(text, rules, urls)
    asks = "it has a URL that is a query alone" if _QUERY.search(text) else ""
    return Facts(
        imports,
        start,
        end,
        tail,
        charset,
        text[start:].isascii(),
        refusal,
        _in_block(text, rules, start),
        asks or ("a custom property has a URL, which browsers resolve differently" if custom else ""),
        open_end,
        custom,
        varied,
    )


def _imports(text: str, rules: Iterable[Rule]) -> tuple[tuple[Statement, ...], str]:
    """The imports that are followed, and why the sheet is to be left alone."""
    found: list[Statement] = []
    over = doubtful = False
    for rule in rules:
        if rule.keyword == "namespace":
            return tuple(found), "it declares a namespace, which holds for all of a sheet"
        if over or rule.keyword == "charset":
            continue
        if rule.keyword == "import" and rule.block == NOWHERE:
            if doubtful:
                return tuple(found), "it has an @import behind a rule that not every browser knows"
            one = imported(text, rule)
            clear = one if one is not None and _is_clear(one) else None
            found.append(Statement(rule.span, clear.at, *clear[1:4]) if clear else Statement(rule.span))
        elif rule.keyword == "layer" and rule.block == NOWHERE:
            known = _LAYERS.fullmatch(text, *rule.prelude) is not None
            over, doubtful = (known, not known) if found else (False, doubtful)
        elif _is_known(text, rule):
            over = True
        else:
            doubtful = True
    return tuple(found), ""


def _is_clear(one: Import) -> bool:
    """Do all browsers understand its conditions alike, also as those of group rules?"""
    layer = one.layer or "x"
    if _LAYER.fullmatch(layer) is None or _WIDE.intersection(layer.lower().split(".")):
        return False
    if one.supports and _SUPPORTS.fullmatch(one.supports, 1, len(one.supports) - 1) is None:
        return False
    return _MEDIA.fullmatch(one.media) is not None and one.media.count("(") == one.media.count(")")


def _is_known(text: str, rule: Rule) -> bool:
    """Is it surely a rule, behind which no import counts?"""
    if rule.block == NOWHERE:
        return False
    if rule.keyword:
        return rule.keyword in ("media", "font-face")
    return _PLAIN.fullmatch(text, *rule.prelude) is not None


def _ending(text: str, rules: Sequence[Rule], start: int) -> tuple[int, str, str]:
    """Where to stop, what to put behind, and why that is not known. What begins a rule and never becomes one means nothing at the
    end of a sheet, and would spoil what follows it."""
    if not rules:
        return (len(text) if _GAP.fullmatch(text, start) else start), "", ""
    last = rules[-1]
    if last.closed:
        return (len(text) if _GAP.fullmatch(text, last.span.end) else last.span.end), "", ""
    from assetforge.pages.style.sheet import closing

    end, tail = closing(text, last.span.start)
    tail += ";" if last.block == NOWHERE else ""
    again = outline(text[:end] + tail)
    sure = len(again) == len(rules) and again[-1].closed and again[-1].prelude == last.prelude
    return end, tail, "" if sure else "it ends in the middle of a rule"


def _in_block(text: str, rules: Iterable[Rule], start: int) -> str:
    """Brackets that lead nowhere, semicolons and marks of HTML comments mean something else inside of a block."""
    at = start
    for rule in rules:
        gap = text[at : rule.span.start]
        if gap and not gap.isspace() and _GAP.fullmatch(gap) is None:
            return "it has something between its rules that is no rule"
        prelude = text[rule.prelude.start : rule.prelude.end]
        if ("}" in prelude or ";" in prelude) and not {"}", ";"}.isdisjoint(_COMMENTS.sub("", prelude)):
            return "it has a bracket or semicolon that belongs to nothing"
        at = max(at, rule.span.end)
    return ""


def _variables(text: str, rules: Iterable[Rule], urls: Sequence[Span]) -> tuple[bool, bool]:
    """Has a custom property a relative URL, and may the value of one name a file? A browser resolves such a URL against the sheet
    that sets the property, or against the one that uses it (CSS Values 4 and Chromium disagree)."""
    sets, uses = bool(urls) and "--" in text, _VAR.search(text) is not None
    custom = varied = False
    if not sets and not uses:
        return False, False
    for rule in _all(rules):
        if rule.keyword and rule.keyword not in GROUPS:
            block = text[rule.block.start : rule.block.end]
            custom = custom or (sets and "--" in block and _any_in(urls, rule.block))
            varied = varied or (uses and _VAR.search(block) is not None)
            continue
        for one in declarations(text, rule):
            if one.name.startswith("--"):
                custom = custom or (sets and _any_in(urls, one.value))
            elif uses and not varied and _PREFIX.sub("", one.name, count=1).startswith(_LOADING):
                varied = _VAR.search(text, *one.value) is not None
    return custom, varied


def _any_in(urls: Sequence[Span], span: Span) -> bool:
    at = bisect_left(urls, (span.start, 0))
    return at < len(urls) and urls[at].start < span.end


def _all(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Every rule with a block, those inside of others too."""
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        if rule.block != NOWHERE:
            yield rule
            waiting += rule.rules
