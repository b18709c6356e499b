"""Whether a document is XML, by lxml.

What must stay true: no network, no external entity, no expansion of the document's own, and the parser's limits stay on
(`huge_tree` is off): a hostile file is refused, never followed. The text is handed over as UTF-8 with its declared encoding blanked
out, because whoever read the file has decoded it already.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_DECLARATION = re.compile(r"\ufeff?+<\?xml[ \t\r\n][^?>]*+\?>")
_ENCODING = re.compile(r"""[ \t\r\n]encoding[ \t\r\n]*+=[ \t\r\n]*+(?:"[^"]*+"|'[^']*+')""")


def _bytes(text: str) -> bytes:
    """`text` as a parser wants it. A byte that was not text stands as a lone surrogate here: any character does for it."""
    match = _DECLARATION.match(text)
    if match:
        head = _ENCODING.sub(lambda found: " " * len(found[0]), match[0]).removeprefix("\ufeff")
        text = head + text[match.end() :]
    return text.removeprefix("\ufeff").encode("utf-8", "replace")


def tree(text: str, *, remove_comments: bool = False) -> "_Element":
    """The root of the document. Raises lxml's XMLSyntaxError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=remove_comments,
        strip_cdata=True,
    )
    return etree.fromstring(_bytes(text), parser)


def fault(text: str) -> str:
    """Why `text` is not well-formed; empty where it is."""
    from lxml import etree

    try:
        tree(text)
    except etree.XMLSyntaxError as error:
        return (error.msg or "no element").partition("\n")[0]
    except ValueError as error:
        return str(error)
    return ""
