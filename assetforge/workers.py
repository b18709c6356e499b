"""What worker processes know from birth: the rooms, imported, with their grammars and patterns compiled.

`parallel` names this module to the process that workers are forked from, which imports it once while the build still reads files: a
worker that had to do it itself would take a quarter of a second before its first file. What must stay true: importing it changes
nothing but what is in memory, and starts no thread, since it is forked.
"""

from assetforge import content, prepare

__all__ = ["content", "prepare"]

# Small texts that lead through every room, its minifier and the libraries behind it.
_SAMPLES = {
    "css": "@import url(a.css);\na { color: red; background: url( 'a.png' ) }\n",
    "js": "import a from './a.js';\nconst b = new URL('b.png', import.meta.url);\nimport( './c.js' ); // d\n",
    "json": '{ "a": 1 }',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg">\n  <style> a { fill: red } </style>\n  <image href="a.png"/>\n</svg>\n',
    "html": '<!DOCTYPE html>\n<link rel="stylesheet" href="a.css">\n<p style="color: red">\n<script>a( 1 )</script>\n',
}

for _format, _text in _SAMPLES.items():
    prepare.prepare_text(_text, _format, "")
