"""Scripts that pages share have one decision, which holds in each page."""

from scripted import page, verbs

from assetforge.pages.script.family import reduced

BASE = "<!doctype html><html><head><title>t</title><script src=shop.js></script></head><body><p>x</p>{}</body></html>"
SCRIPTS = {"shop.js": "var shop = 1", "buy.js": "console.log(shop)"}
KEYS = {0: "base.html 1"}


def test_what_one_page_cannot_do_no_page_does() -> None:
    needy = page(BASE.format("<script>document.documentElement.id = shop</script><p>y</p>"), SCRIPTS)
    plain = page(BASE.format(""), SCRIPTS)
    plans = reduced([plain, needy], [KEYS, KEYS])
    assert [verbs(plan)[0] for plan in plans] == ["keep:dep", "keep:dep"]
    assert "in another page of the family" in plans[0].decisions[0].detail


def test_what_all_pages_can_do_is_done() -> None:
    plain, other = page(BASE.format(""), SCRIPTS), page(BASE.format("<script src=buy.js></script><p>y</p>"), SCRIPTS)
    assert [verbs(plan) for plan in reduced([plain, other], [KEYS, KEYS])] == [["defer"], ["defer", "defer"]]


def test_where_one_defers_and_one_moves_both_move() -> None:
    plain, other = page(BASE.format(""), SCRIPTS), page(BASE.format("<script>console.log(shop)</script><p>y</p>"), SCRIPTS)
    assert [verbs(plan) for plan in reduced([plain, other], [KEYS, KEYS])] == [["move"], ["move", "move"]]


def test_branches_of_a_condition_share_a_verb() -> None:
    text = BASE.replace("</script></head>", "</script><script src=//x/min.js></script></head>").format("")
    alone = page(text, SCRIPTS)
    assert [one.partition(":")[0] for one in verbs(reduced([alone], [{0: "arm", 1: "arm"}])[0])] == ["keep", "keep"]


def test_pages_that_share_nothing_are_decided_alone() -> None:
    plain, needy = (
        page(BASE.format(""), SCRIPTS),
        page(BASE.format("<script>document.documentElement.id = shop</script><p>y</p>"), SCRIPTS),
    )
    assert [verbs(plan)[0] for plan in reduced([plain, needy], [{}, {}])] == ["defer", "keep:dep"]


def test_what_changes_in_one_page_is_followed_in_all() -> None:
    """The first page holds `a.js`, so the second may not change it, so there `b.js`, which comes before it, stays too."""
    first = page(
        "<!doctype html><head><script src=a.js></script><script>document.documentElement.id = a</script></head><body><p>x</body>",
        {"a.js": "var a"},
    )
    second = page(
        "<!doctype html><head><script src=b.js></script><script src=a.js></script></head><body><p>x</p></body>",
        {"a.js": "var a = b", "b.js": "var b"},
    )
    plans = reduced([first, second], [{0: "a"}, {1: "a"}])
    assert [verbs(plan) for plan in plans] == [["keep:dep", "keep:paint"], ["keep:dep", "keep:dep"]]
