"""The well-known libraries whose files are recorded, as a table: which files of a package pages load as classic scripts.

A new library is one row. The order of the rows is the order in which they are recorded: what many pages load comes first.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Package(NamedTuple):
    """`files`: globs over the package's paths, in every stable release; `*` does not cross a slash. `needs`: what its files use
    on a page, as `package@major:path` (the newest release of that major), in the order in which it runs; `older`: the same for
    releases of one major. `cdnjs`: its name on cdnjs, and the folders of the package that may stand for the root there, where
    that is known."""

    files: tuple[str, ...]
    needs: tuple[str, ...] = ()
    older: Mapping[int, tuple[str, ...]] = {}
    cdnjs: tuple[str, ...] = ()


_JQUERY = ("jquery@3:dist/jquery.min.js",)
_JQUERY1 = ("jquery@1:dist/jquery.min.js",)
_POPPER1 = "popper.js@1:dist/umd/popper.min.js"
_POPPER2 = "@popperjs/core@2:dist/umd/popper.min.js"
_DATATABLES = (*_JQUERY, "datatables.net@1:js/jquery.dataTables.min.js")

PACKAGES: dict[str, Package] = {
    "jquery": Package(("dist/jquery*.js",), cdnjs=("jquery", "dist/")),
    "bootstrap": Package(("dist/js/bootstrap*.js",), (*_JQUERY, _POPPER2), {3: _JQUERY1, 4: (*_JQUERY, _POPPER1)},
                         ("twitter-bootstrap", "dist/")),
    "jquery.easing": Package(("jquery.easing*.js",), _JQUERY, cdnjs=("jquery-easing", "")),
    "popper.js": Package(("dist/umd/popper.js", "dist/umd/popper.min.js"), cdnjs=("popper.js", "dist/")),
    "@popperjs/core": Package(("dist/umd/popper.js", "dist/umd/popper.min.js"), cdnjs=("popper.js", "dist/")),
    "jquery-migrate": Package(("dist/jquery-migrate*.js",), _JQUERY, {1: _JQUERY1}, ("jquery-migrate", "dist/")),
    "slick-carousel": Package(("slick/slick*.js",), _JQUERY, cdnjs=("slick-carousel", "slick/")),
    "owl.carousel": Package(("dist/owl.carousel*.js",), _JQUERY, cdnjs=("OwlCarousel2", "dist/")),
    "magnific-popup": Package(("dist/*.js",), _JQUERY, cdnjs=("magnific-popup.js", "dist/")),
    "aos": Package(("dist/aos.js",), cdnjs=("aos", "dist/")),
    "wowjs": Package(("dist/*.js",), cdnjs=("wow", "dist/")),
    "html5shiv": Package(("dist/*.js",), cdnjs=("html5shiv", "dist/")),
    "respond.js": Package(("dest/*.js",), cdnjs=("respond.js", "dest/")),
    "simple-datatables": Package(("dist/umd/simple-datatables*.js",)),
    "datatables.net": Package(("js/*ataTables*.js",), _JQUERY),
    "datatables.net-bs": Package(("js/dataTables*.js",), _DATATABLES),
    "datatables.net-bs4": Package(("js/dataTables*.js",), _DATATABLES),
    "datatables.net-bs5": Package(("js/dataTables*.js",), _DATATABLES),
    "jquery-ui": Package(("dist/jquery-ui*.js",), _JQUERY),
    "jquery-ui-dist": Package(("jquery-ui*.js",), _JQUERY, cdnjs=("jqueryui", "")),
    "jquery.cookie": Package(("jquery.cookie*.js",), _JQUERY, cdnjs=("jquery-cookie", "")),
    "js-cookie": Package(("src/js.cookie.js", "dist/js.cookie*.js"), cdnjs=("js-cookie", "src/", "dist/")),
    "toastr": Package(("toastr*.js", "build/toastr*.js"), _JQUERY, cdnjs=("toastr.js", "", "build/")),
    "metismenu": Package(("dist/metisMenu*.js",), _JQUERY, cdnjs=("metisMenu", "dist/")),
    "isotope-layout": Package(("dist/*.js",), _JQUERY, cdnjs=("jquery.isotope", "dist/")),
    "masonry-layout": Package(("dist/*.js",), _JQUERY, cdnjs=("masonry", "dist/")),
    "imagesloaded": Package(("imagesloaded*.js",), _JQUERY, cdnjs=("jquery.imagesloaded", "")),
    "waypoints": Package(("lib/*.js",), _JQUERY, cdnjs=("waypoints", "lib/")),
    "typed.js": Package(("lib/typed*.js", "dist/typed.umd.js"), cdnjs=("typed.js", "lib/", "dist/")),
    "nprogress": Package(("nprogress.js",), cdnjs=("nprogress", "")),
    "jquery-form": Package(("dist/*.js", "jquery.form*.js"), _JQUERY, cdnjs=("jquery.form", "dist/", "")),
    "jquery-mousewheel": Package(("jquery.mousewheel*.js",), _JQUERY, cdnjs=("jquery-mousewheel", "")),
    "@fortawesome/fontawesome-free": Package(("js/all.js", "js/all.min.js"), cdnjs=("font-awesome", "")),
    "chart.js": Package(("dist/Chart*.js", "dist/chart.js", "dist/chart.min.js", "dist/chart.umd*.js"),
                        cdnjs=("Chart.js", "dist/", "")),
    "select2": Package(("dist/js/select2*.js", "select2*.js"), _JQUERY, cdnjs=("select2", "dist/", "")),
    "moment": Package(("moment.js", "min/moment.min.js", "min/moment-with-locales*.js"), cdnjs=("moment.js", "", "min/")),
    "htmx.org": Package(("dist/htmx.js", "dist/htmx.min.js"), cdnjs=("htmx", "dist/")),
    "feather-icons": Package(("dist/feather*.js",), cdnjs=("feather-icons", "dist/")),
    "jquery-validation": Package(("dist/jquery.validate*.js", "dist/additional-methods*.js"), _JQUERY,
                                 cdnjs=("jquery-validate", "dist/")),
    "lightbox2": Package(("dist/js/lightbox*.js",), _JQUERY, cdnjs=("lightbox2", "dist/")),
}  # fmt: skip
