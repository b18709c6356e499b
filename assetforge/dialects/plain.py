"""Files that no template engine reads: one token, no islands."""

from assetforge.dialects.islands import Lexed, Token


def tokens(text: str) -> Lexed:
    return Lexed((Token("text", 0, len(text)),) if text else ())


def escape(text: str) -> str:
    return text
