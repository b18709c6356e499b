"""10,000 small files, of which none changed."""

from pathlib import Path

from tests.benchmarks.measure import ASSETFORGE, Failed, Options, Program, in_turns, tell
from tests.benchmarks.measure import run as run_once
from tests.benchmarks.peers import collectstatic

FOLDERS, FILES = 200, 50


def run(folder: Path, options: Options) -> None:
    source = folder / "source"
    make(source)
    build = Program(
        (*ASSETFORGE, "build", str(source), "--output", str(folder / "output"), "--quiet", "--no-compress"),
        Path.cwd(),
        environment={"ASSETFORGE_CACHE": str(folder / "cache")},
    )
    try:
        peer = collectstatic(folder / "peer", "collectstatic", folder / "root", dirs=str(source), apps="django.contrib.staticfiles")
    except Failed as error:
        print(f"  could not run collectstatic: {error}")
        return
    first = run_once(build), run_once(peer)
    print(f"first time: assetforge {first[0].seconds:.2f} s, collectstatic {first[1].seconds:.2f} s")
    found = in_turns({"nothing changed": build, "collectstatic, nothing changed": peer}, max(options.runs, 5), unmeasured=1)
    tell(f"{FOLDERS * FILES:,} files, nothing changed", found, "nothing changed", "collectstatic, nothing changed", 0.25)


def make(source: Path) -> None:
    """Stylesheets that refer to pictures, scripts that import each other, and pictures."""
    for number in range(FOLDERS):
        folder = source / f"part-{number:03}"
        folder.mkdir(parents=True)
        for one in range(FILES):
            kind = one % 5
            if kind == 0:
                (folder / f"{one}.css").write_text(f".p{number} .c{one} {{ background: url({one + 2}.svg) }}\n" * 8)
            elif kind == 1:
                (folder / f"{one}.js").write_text(f'import "./{(one + 5) % FILES}.js";\nexport const n{one} = {number};\n')
            else:
                (folder / f"{one}.svg").write_text(
                    f'<svg xmlns="http://www.w3.org/2000/svg"><path d="M{number} {one}h{kind}"/></svg>\n'
                )
