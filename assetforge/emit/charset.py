"""May a server label a file `charset=utf-8`?

A header's charset beats what the file declares, and what it inherits from the page that loads it. So the label is put on only
where it changes nothing: the bytes are valid UTF-8 and nothing near their start declares another encoding.
"""

import re

# HTML Standard, prescan (the first 1024 bytes); CSS Syntax, 3.2 (`@charset`); XML 1.0, 4.3.3.
_DECLARED = re.compile(rb"""(?:charset\s{0,9}=|@charset\s{1,9}|encoding\s{0,9}=)\s{0,9}["']?\s{0,9}([a-zA-Z0-9_:.\-]{2,40})""",
re.IGNORECASE)
_PRESCAN = 1024
_UTF8 = frozenset({b"utf-8", b"utf8", b"unicode-1-1-utf-8", b"unicode11utf8", b"unicode20utf8", b"x-unicode20utf8"})


def is_plain_utf8(data: bytes) -> bool:
    """Valid UTF-8 that declares no other encoding."""
    if any(found.lower() not in _UTF8 for found in _DECLARED.findall(data[:_PRESCAN])):
        return False
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
