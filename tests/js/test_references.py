"""What a script refers to, construct by construct: URL, kind, base and span; what is left alone; what is only computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetforge.formats.js import parse, strings
from assetforge.reference import Parsed, Reference


def found(text: str, variant: str = "js") -> list[tuple[str, str]]:
    return [(one.url, one.kind) for one in parse(text, variant).references]


def only(text: str) -> Reference:
    references = parse(text, "js").references
    assert len(references) == 1
    return references[0]


@pytest.mark.parametrize(
    "text",
    [
        "import './a.js'",
        "import './a.js';",
        'import"./a.js"',
        "import a from './a.js'",
        "import * as a from './a.js'",
        "import a, {b as c, default as d} from './a.js'",
        "import {\n  a, // one\n  b\n}\nfrom\n'./a.js'",
        "import {} from './a.js'",
        "import/**/a/**/from/**/'./a.js'",
        "export * from './a.js'",
        "export * as ns from './a.js'",
        "export {a, b as default} from './a.js'",
        "export{a}from'./a.js'",
        "import('./a.js')",
        "import(`./a.js`)",
        "import( /* webpackChunkName: 'x' */ './a.js' )",
        "x = async () => { const {y} = await import('./a.js'); }",
        "import.meta.resolve('./a.js')",
    ],
)
def test_module_specifiers_are_modules_beside_the_file(text: str) -> None:
    one = only(text)
    assert (one.url, one.kind, one.mode, one.base) == ("./a.js", "module", "cors", "file")
    assert text[one.span.start : one.span.end] == "./a.js"
    assert text[one.tail : one.span.end] == "a.js"


def test_statements_without_semicolons_are_each_found() -> None:
    assert found("import './n.js'\nexport * from './n.js'\nimport m from './m.js'\n") == [
        ("./n.js", "module"),
        ("./n.js", "module"),
        ("./m.js", "module"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import d from './d.json' with {type: 'json'}", "json"),
        ('import s from "./d.json" with { "type": "css" };', "style"),
        ("import('./d.json', {with: {type: 'json'}})", "json"),
        ("import('./d.json', {with: {type: 'css'}})", "style"),
        ("import d from './d.json'", "module"),
    ],
)
def test_an_attribute_says_what_a_module_is(text: str, kind: str) -> None:
    assert found(text) == [("./d.json", kind)]


def test_a_bare_specifier_is_reported_as_it_stands() -> None:
    text = 'import * as THREE from "three"; import.meta.resolve("three/addons/x.js")'
    assert found(text) == [("three", "module"), ("three/addons/x.js", "module")]
    one = parse(text, "js").references[1]
    assert text[one.tail : one.span.end] == "x.js"


@pytest.mark.parametrize("argument", ['"./l/" + name + ".js"', "`./x/${n}.js`", "name", "a ? './a.js' : './b.js'"])
def test_a_computed_import_is_a_span_and_no_reference(argument: str) -> None:
    text = f"import({argument}).then(run)"
    parsed = parse(text, "js")
    assert parsed.references == ()
    assert [text[span.start : span.end] for span in parsed.computed_imports] == [argument]


@pytest.mark.parametrize(
    ("url", "kind", "mode"),
    [
        ("./i.png", "image", "no-cors"),
        ("./i.SVG?v=1#x", "image", "no-cors"),
        ("f.woff2", "font", "cors"),
        ("s.css", "style", "no-cors"),
        ("m.mp4", "video", "no-cors"),
        ("m.wasm", "fetch", "no-cors"),
        ("w.js", "fetch", "no-cors"),
    ],
)
def test_new_url_beside_the_module(url: str, kind: str, mode: str) -> None:
    one = only(f'const u = new URL("{url}", import.meta.url).href')
    assert (one.url, one.kind, one.mode, one.base) == (url, kind, mode, "file")


@pytest.mark.parametrize(
    "text", ['new URL("x.png")', 'new URL("x.png", location)', 'URL("x.png", import.meta.url)', "new URL(x, import.meta.url)"]
)
def test_other_urls_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_workers_resolve_against_the_page_unless_their_url_is_built_from_the_module() -> None:
    text = 'new Worker("w.js"); new SharedWorker(`s.js`, "n"); new Worker(new URL("./m.js", import.meta.url), {type: "module"})'
    assert [(one.url, one.kind, one.base, one.mode) for one in parse(text, "js").references] == [
        ("w.js", "worker", "document", "same-origin"),
        ("s.js", "worker", "document", "same-origin"),
        ("./m.js", "worker", "file", "same-origin"),
    ]


def test_import_scripts_loads_every_argument() -> None:
    text = "importScripts('a.js', \"b.js\", c); self.importScripts('d.js'); x.importScripts('e.js')"
    assert found(text) == [("a.js", "script"), ("b.js", "script"), ("d.js", "script")]


@pytest.mark.parametrize(
    "text",
    [
        "navigator.serviceWorker.register('/sw.js', {scope: '/'})",
        "navigator.serviceWorker\n  .register('/sw.js')\n  .then(ok)",
        "navigator.serviceWorker?.register('/sw.js')",
    ],
)
def test_a_service_worker(text: str) -> None:
    one = only(text)
    assert (one.url, one.kind, one.base, one.mode) == ("/sw.js", "serviceworker", "document", "same-origin")


@pytest.mark.parametrize("worklet", ["ctx.audioWorklet", "CSS.paintWorklet", "CSS.layoutWorklet", "w"])
def test_a_worklet_module_resolves_against_the_page(worklet: str) -> None:
    one = only(f"await {worklet}.addModule('w.js')")
    assert (one.url, one.kind, one.base) == ("w.js", "module", "document")


@pytest.mark.parametrize(
    "text",
    [
        "import {Worker} from 'node:worker_threads'; new Worker('x.js')",
        "class Worker {} new Worker('x.js')",
        "function importScripts(a) {} importScripts('x.js')",
        "const Worker = require('w'); new Worker('x.js')",
        "(function (Worker) { new Worker('x.js') })(Fake)",
        "import * as URL from 'node:url'; new URL('x.js', import.meta.url)",
        "new my.Worker('x.js')",
    ],
)
def test_a_name_of_the_files_own_is_not_the_global(text: str) -> None:
    assert "x.js" not in [url for url, _ in found(text)]


def test_a_local_name_for_the_global_is_the_global() -> None:
    assert found("var URL = window.URL || window.webkitURL; new URL('x.png', import.meta.url)") == [("x.png", "image")]
    assert found("new window.Worker('x.js')") == [("x.js", "worker")]


@pytest.mark.parametrize(
    "text",
    [
        "// import './a.js'",
        "/* export * from './a.js' */ x",
        "x = \"import './a.js'\"",
        "x = `import('./a.js')`",
        "x = /import('.\\/a.js')/",
        "require('./a.js')",
        "x.import('./a.js')",
        "export default './a.js'; var from",
        "export const a = './a.js' // from",
        "// importScripts\n('./a.js')",
        "import('data:text/javascript,1')",
        "import('')",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("x\n//# sourceMappingURL=x.js.map", "x.js.map"),
        ("x\n//@ sourceMappingURL=x.js.map\n", "x.js.map"),
        ("x\n/*# sourceMappingURL=x.js.map */", "x.js.map"),
        ("x\n//# sourceMappingURL=a.map\n//# sourceMappingURL=x.js.map\n", "x.js.map"),
        ("x\n//# sourceMappingURL=x.js.map\n// the end\n", "x.js.map"),
        ("x()//# sourceMappingURL=x.js.map", "x.js.map"),
    ],
)
def test_the_last_source_map_comment_counts(text: str, url: str) -> None:
    one = only(text)
    assert (one.url, one.kind, text[one.span.start : one.span.end]) == (url, "sourcemap", url)


@pytest.mark.parametrize(
    "text",
    [
        "x = '//# sourceMappingURL=x.js.map'",
        "x = `\n//# sourceMappingURL=x.js.map\n`",
        "/*\n//# sourceMappingURL=x.js.map\n*/",
        "x\n//# sourceURL=x.js",
        "x\n//# sourceMappingURL=data:application/json,{}",
        "x(a + '//# sourceMappingURL=' + b)",
    ],
)
def test_what_is_no_source_map(text: str) -> None:
    assert found(text) == []


def test_string_escapes_are_decoded_and_lead_back() -> None:
    text = r'import "./\x61\u0062\u{63}\/\d\ud83d\ude00.js?q"'
    one = only(text)
    assert one.url == "./abc/d\U0001f600.js?q"
    assert text[one.span.start : one.span.end] == r"./\x61\u0062\u{63}\/\d\ud83d\ude00.js"
    assert text[one.tail : one.span.end] == r"\d\ud83d\ude00.js"


def test_a_line_continuation_and_octal_escapes() -> None:
    assert found("importScripts('a\\\nb\\\r\nc\\141.js')") == [("abca.js", "script")]
    assert found("import(`a\r\nb.js`)") == [("a\nb.js", "module")]


def test_offsets_hold_beyond_ascii() -> None:
    text = "\ufeff/* \U0001f600 é\u2028 */ var é = '日本\udcff'; import 'ü/ö.js'"
    one = only(text)
    assert one.url == "ü/ö.js"
    assert text[one.span.start : one.span.end] == "ü/ö.js"
    assert text[one.tail : one.span.end] == "ö.js"


def test_handlers_may_return() -> None:
    assert found("return import('./a.js'), false", "js-handler") == [("./a.js", "module")]


def test_past_an_error_nothing_is_claimed_but_the_source_map() -> None:
    text = "import './a.js'\nvar = = ;\nimport './b.js'\n//# sourceMappingURL=x.map"
    parsed = parse(text, "js")
    assert [one.url for one in parsed.references] == ["./a.js", "x.map"]
    (note,) = parsed.findings
    assert (note.code, note.severity) == ("not-parsed", "note")
    assert text[: note.span.start].count("\n") == 1


def test_a_text_that_is_no_javascript_has_a_note_and_no_reference() -> None:
    parsed = parse("{% extends 'x' %} import('./a.js')", "js")
    assert parsed.references == ()
    assert [one.code for one in parsed.findings] == ["not-parsed"]


def test_strings_of_a_service_worker() -> None:
    text = "F = ['/', './app.css', \"img/a.png?v=1\", `o.html`, `x/${y}.js`, 'two words.js', 'install', 'fetch'] // '/no.js'"
    made = strings(text)
    assert [one.url for one in made] == ["/", "./app.css", "img/a.png?v=1", "o.html"]
    assert all(one.optional and one.kind == "fetch" and one.base == "file" for one in made)


def test_strings_of_an_unreadable_text_are_none() -> None:
    assert strings("((( '/a.js'") == ()


PIECES = st.sampled_from(
    [
        *["import", "export", " from ", "'./a.js'", '"b.css"', "`c${", "}`", "`", "(", ")", "{", "}", "new URL", "new Worker", ","],
        *["\n", "//", "/*", "*/", "import.meta.url", "importScripts", "x.src.match(", "/a\\.js$/", "[src$='w.js']", "\\", "\0"],
        *["\U0001f600", "\udc80", "\ud800", "\u2028", "\ufeff", "//# sourceMappingURL=m.map", ".test(", "=", "with {type:'json'}"],
        *["'", ";", "\r", "é"],
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=24).map("".join), st.sampled_from(["js", "js-module", "js-handler"]))
def test_any_text_is_read_and_every_span_lies_in_it(text: str, variant: str) -> None:
    parsed = parse(text, variant)
    assert isinstance(parsed, Parsed)
    for one in (*parsed.references, *strings(text)):
        assert 0 <= one.span.start <= one.tail <= one.span.end <= len(text)
        raw = text[one.span.start : one.span.end]
        assert "\\" in raw or "\r" in raw or one.url.startswith(raw)
    for lookup in parsed.lookups:
        assert lookup.needle and 0 <= lookup.span.start < lookup.span.end <= len(text)
    for span in (*parsed.computed_imports, *(finding.span for finding in parsed.findings)):
        assert 0 <= span.start <= span.end <= len(text)
    assert parse(text, variant) == parsed
