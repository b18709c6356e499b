"""Tables of words: written as text, wrapped where the line ends."""


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())
