"""The tokenizer against html5lib-tests, with a ledger of known failures that is strict both ways.

The suite tests a tokenizer alone, before the tree builder and after the input stream's preprocessing; so newlines are normalised
here first, NUL characters are replaced where the standard replaces them, and names are lowered.
"""

import json
import re
from pathlib import Path
from typing import Any

from assetforge.formats.html.charrefs import decode
from assetforge.formats.html.elements import RAW_TEXT
from assetforge.formats.html.tokens import Token, attributes, is_self_closing, tokens

FOLDER = Path(__file__).parent
SUITE = FOLDER / "html5lib-tests" / "tokenizer"
LEDGER = FOLDER / "known-failures.txt"
_CDATA = "<![CDATA["
_COMMENT_TAIL = re.compile(r"(?:--!?|-)\Z")
_DOCTYPE = re.compile(
    r"<!doctype[ \t\n\f]*(?P<name>[^ \t\n\f>]*)[ \t\n\f]*(?P<rest>.*?)>?\Z", re.IGNORECASE | re.DOTALL
)
_PUBLIC = re.compile(r"""public[ \t\n\f]*(?:"([^"]*)("?)|'([^']*)('?))[ \t\n\f]*""", re.IGNORECASE)
_SYSTEM = re.compile(r"""(?:"([^"]*)("?)|'([^']*)('?))[ \t\n\f]*""")


def test_every_tokenizer_test_passes_unless_the_ledger_lists_it() -> None:
    known = {line for line in LEDGER.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    failed = {name for name, test, state in cases() if actual(test, state) != expected(test)}
    assert not failed - known, "newly failing"
    assert not known - failed, "listed, but passing now: take them out of the ledger"


def test_the_suite_is_all_there() -> None:
    assert len(cases()) == 7032


def cases() -> list[tuple[str, dict[str, Any], str]]:
    """Every test of the suite with each of its initial states, under a name that stays the same."""
    found = []
    for file in sorted(SUITE.glob("*.test")):
        tests = json.loads(file.read_text("utf-8"))
        for number, test in enumerate(tests.get("tests", ())):
            found += [
                (f"{file.stem}:{number}:{state}", test, state) for state in test.get("initialStates", ["Data state"])
            ]
    return found


def expected(test: dict[str, Any]) -> list[Any]:
    return _unescape(test["output"]) if test.get("doubleEscaped") else test["output"]


def actual(test: dict[str, Any], state: str) -> list[Any]:
    """What the room makes of the input of `test`."""
    text = _unescape(test["input"]) if test.get("doubleEscaped") else test["input"]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if state == "CDATA section state":
        text = _CDATA + text
        found = list(tokens(text, foreign=True))
    else:
        found = list(tokens(text, inside=_element(text, state, test.get("lastStartTag", ""))))
    assert "".join(text[one.start : one.end] for one in found) == text
    result: list[Any] = []
    for token in found:
        for one in _converted(text, token, state):
            if one[0] == "Character" and result and result[-1][0] == "Character":
                result[-1][1] += one[1]
            else:
                result.append(one)
    return [one for one in result if one != ["Character", ""]]


def _element(text: str, state: str, last: str) -> str:
    """The element in whose raw text `state` begins."""
    kinds = {"PLAINTEXT state": "plaintext", "RCDATA state": "rcdata", "RAWTEXT state": "rawtext", "Script data state": "script"}
    kind = kinds.get(state)
    if kind is None or kind == "plaintext" or (kind == "script" and last in ("", "script")):
        return kind or ""
    return last if last in RAW_TEXT else next(name for name in RAW_TEXT if f"</{name}" not in text.lower())


def _converted(text: str, token: Token, state: str) -> list[list[Any]]:
    raw = text[token.start : token.end]
    match token.kind:
        case "start":
            found: dict[str, str] = {}
            for one in attributes(text, token):
                value = decode(text, one.start, one.end, attribute=True).text if one.start >= 0 else ""
                found.setdefault(_replaced(_lower(one.name)), _replaced(value))
            return [["StartTag", _replaced(_lower(token.name)), found, *([True] if is_self_closing(text, token) else [])]]
        case "end":
            return [["EndTag", _replaced(_lower(token.name))]]
        case "comment":
            return [["Comment", _replaced(_comment(raw))]]
        case "bogus":
            inner = raw[1 if raw[1] == "?" else 2 :]
            return [] if raw == "</>" else [["Comment", _replaced(inner.removesuffix(">"))]]
        case "doctype":
            return [_doctype(raw)]
        case "lost":
            return []
        case "cdata":
            return [["Character", raw[len(_CDATA) :].removesuffix("]]>")]]
        case "text":
            return [["Character", decode(text, token.start, token.end, attribute=False).text]]
    if state == "RCDATA state" or (state == "Data state" and token.kind == "rcdata"):
        return [["Character", decode(text.replace("\0", "\ufffd"), token.start, token.end, attribute=False).text]]
    return [["Character", _replaced(raw)]]


def _comment(raw: str) -> str:
    if raw in ("<!-->", "<!--->"):
        return ""
    inner = raw[4:]
    if inner.endswith(("-->", "--!>")):
        return inner.removesuffix("--!>").removesuffix("-->") if inner.endswith("--!>") else inner.removesuffix("-->")
    return _COMMENT_TAIL.sub("", inner)


def _doctype(raw: str) -> list[Any]:
    """#doctype-state and the states after it. The suite expects of a broken doctype what was read of it."""
    match = _DOCTYPE.fullmatch(raw)
    assert match
    name, rest, complete = _replaced(_lower(match["name"])) or None, match["rest"], raw.endswith(">")
    public = system = None
    correct = complete and name is not None
    if found := _PUBLIC.match(rest):
        public = _replaced(found[1] if found[1] is not None else found[3])
        closed, rest = bool(found[2] or found[4]), rest[found.end() :]
        correct = correct and closed
        if closed and (found := _SYSTEM.match(rest)):
            system, correct = _system(found, rest, complete)
        elif closed and rest:
            correct = False
    elif rest[:6].lower() == "system" and (found := _SYSTEM.match(rest[6:].lstrip(" \t\n\f"))):
        system, correct = _system(found, rest[6:].lstrip(" \t\n\f"), complete)
    elif rest:
        correct = False
    return ["DOCTYPE", name, public, system, correct]


def _system(found: re.Match[str], rest: str, complete: bool) -> tuple[str, bool]:
    """What follows a system identifier makes a doctype bogus, not wrong (#after-doctype-system-identifier-state)."""
    closed = bool(found[2] or found[4])
    return _replaced(found[1] if found[1] is not None else found[3]), closed and (complete or found.end() < len(rest))


def _lower(name: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name)


def _replaced(text: str) -> str:
    return text.replace("\0", "\ufffd")


def _unescape(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), value)
    if isinstance(value, list):
        return [_unescape(one) for one in value]
    if isinstance(value, dict):
        return {_unescape(key): _unescape(one) for key, one in value.items()}
    return value
