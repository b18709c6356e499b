"""What is known of a stylesheet that imports others or is imported: values, which `inclusion` finds in its text.

What must stay true: they follow from the text alone and are kept by content, so `VERSION` changes with what they say.
"""

from typing import NamedTuple

from assetforge.text import Span

VERSION = 1


class Statement(NamedTuple):
    """An `@import` that browsers follow. `at`: where its URL begins, -1 where the rule is not understood. `layer`: its name, empty
    for an anonymous one, None for none; `supports`, `media`: conditions of group rules, empty where there is none."""

    span: Span
    at: int = -1
    layer: str | None = None
    supports: str = ""
    media: str = ""


class Facts(NamedTuple):
    """`imports`: in order. `start`, `end`: what is said elsewhere, without `@charset`, a byte order mark, and what browsers drop at
    the end; `tail` closes what the text leaves open. `charset`: `utf-8` or `other` where it says which, else empty; `ascii`: can
    that make no difference? `refusal`: why neither it nor its imports can be said elsewhere; `in_block`: why it cannot stand in a
    block; `in_folder`: why it cannot stand in a sheet of another folder; `in_front`: why nothing can follow it; all empty where
    they can. `custom`: has a custom property a relative URL? `varied`: may a file be named by a custom property?"""

    imports: tuple[Statement, ...]
    start: int
    end: int
    tail: str
    charset: str
    ascii: bool
    refusal: str = ""
    in_block: str = ""
    in_folder: str = ""
    in_front: str = ""
    custom: bool = False
    varied: bool = False
