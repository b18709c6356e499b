"""Build-time asset pipeline: digests in names, minified, precompressed, cacheable for ever.

    from assetforge.settings import load            # assetforge.toml -> Config
    from assetforge.build import build              # Config -> Build: computes, writes nothing
    from assetforge.emit import emit                # Build -> files
    from assetforge.manifest import Manifest        # the names, at request time; standard library only

Nothing is imported here: a server that looks names up must not pay for the pipeline, and a function cannot share its name with the
module it lives in.
"""

__version__ = "0.1.0"
