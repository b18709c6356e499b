"""What the browser makes of a `<script>` follows from its attributes and its place alone."""

import pytest

from assetforge.formats.html.outline import outline
from assetforge.pages.script.kinds import is_external, kind, source
from assetforge.pages.script.running import author_words


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("<script>1</script>", "sync"),
        ("<script src=a.js></script>", "sync"),
        ("<script type='' language=x>1</script>", "sync"),
        ("<script language=JavaScript1.2>1</script>", "sync"),
        ("<script language=vbscript>1</script>", "data"),
        ("<script type=' Text/JavaScript '>1</script>", "sync"),
        ("<script type=text/jscript>1</script>", "sync"),
        ("<script type='text/javascript; charset=utf-8'>1</script>", "data"),
        ("<script type=application/ld+json>{}</script>", "data"),
        ("<script type=importmap>{}</script>", "data"),
        ("<script type=speculationrules>{}</script>", "data"),
        ("<script type=text/template><b></b></script>", "data"),
        ("<script type=text/module>1</script>", "data"),
        ("<script language=module>1</script>", "data"),
        ("<script></script>", "data"),
        ("<script src></script>", "data"),
        ("<script defer>1</script>", "sync"),
        ("<script async>1</script>", "sync"),
        ("<script defer src=a.js></script>", "defer"),
        ("<script async src=a.js></script>", "async"),
        ("<script defer async src=a.js></script>", "async"),
        ("<script type=module>1</script>", "module"),
        ("<script type=MODULE src=a.js></script>", "module"),
        ("<script type=module async>1</script>", "async"),
        ("<script type=module nomodule>1</script>", "module"),
        ("<script nomodule>1</script>", "never"),
        ("<script nomodule src=a.js></script>", "never"),
        ("<script for=window event=onload>1</script>", "event"),
        ("<script for=' Window ' event=' onload() '>1</script>", "event"),
        ("<script for=document event=onload>1</script>", "never"),
        ("<script for=window>1</script>", "sync"),
        ("<svg><script>1</script></svg>", "foreign"),
        ("<svg><script href=a.js></script></svg>", "foreign"),
        ("<svg><script type=text/x>1</script></svg>", "data"),
        ("<template><script>1</script></template>", "inert"),
    ],
)
def test_kinds(script: str, expected: str) -> None:
    [one] = outline(f"<!doctype html><title>t</title><body>{script}").loading
    assert kind(one) == expected


def test_a_script_of_svg_is_loaded_by_its_href() -> None:
    [one] = outline("<!doctype html><body><svg><script href=a.js src=b.js></script></svg>").loading
    assert (source(one), is_external(one)) == ("a.js", True)


@pytest.mark.parametrize("script", ["<noscript><script>1</script></noscript>", "<!--[if IE]><script>1</script><![endif]-->"])
def test_what_is_text_is_no_script(script: str) -> None:
    assert outline(f"<!doctype html><head>{script}</head><body>").loading == ()


def test_the_author_may_say_more_than_one_word_and_no_other() -> None:
    assert author_words(" Critical  async please ") == ("async", "critical")
    assert author_words(None) == ()
