"""The few exceptions. A user's mistake inside a site is a `Diagnostic`, never an exception: these are for a configuration
that cannot be used, an output that cannot be written, and bugs."""


class AssetforgeError(Exception):
    """Base of all errors this package raises on purpose. `str(error)` is a whole sentence for a person."""


def sentence(error: Exception) -> str:
    """What a person is told of an error that ended a command."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return str(error)


class ConfigError(AssetforgeError):
    """The configuration, or a path or option given instead of it, cannot be used. Exit status 2."""


class EmitError(AssetforgeError):
    """The output could not be written (disk full, read-only, another build holds it). What was there is untouched."""


class EditConflict(AssetforgeError):
    """Two edits of one file overlap: a bug in the rooms that made them. Names both reasons."""


class CycleError(AssetforgeError):
    """An `Integrity` hole stands inside a reference cycle, so no digest can exist. Prints the cycle."""
