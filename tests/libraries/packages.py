"""The well-known libraries whose files are recorded, as a table: which files of a package pages load as classic scripts.

A new library is one row. `files`: globs over the package's paths, every release; `*` does not cross a slash. `needs`: packages that
must have run before (their newest release of `major`, where that is given), in this order, for its files to do what they do on a page.
"""

from typing import NamedTuple


class Package(NamedTuple):
    """`cdnjs`: the name under which cdnjs has it where that is another; releases whose version `skip` matches are left out."""

    files: tuple[str, ...]
    needs: tuple[str, ...] = ()
    cdnjs: str = ""


_JQUERY = ("jquery@3",)
_DATATABLES = ("jquery@3", "datatables.net@1")

PACKAGES: dict[str, Package] = {
    "jquery": Package(("dist/jquery*.js",)),
    "jquery-migrate": Package(("dist/*.js",), _JQUERY),
    "jquery-ui": Package(("dist/jquery-ui*.js",), _JQUERY, "jqueryui"),
    "jquery-ui-dist": Package(("jquery-ui*.js",), _JQUERY),
    "bootstrap": Package(("dist/js/bootstrap*.js",), ("jquery@3", "popper.js@1"), "twitter-bootstrap"),
    "popper.js": Package(("dist/umd/popper*.js",)),
    "@popperjs/core": Package(("dist/umd/popper*.js",), cdnjs="popper.js"),
    "lodash": Package(("lodash.js", "lodash.min.js", "core.js", "core.min.js", "dist/lodash*.js"), cdnjs="lodash.js"),
    "underscore": Package(("underscore*.js",), cdnjs="underscore.js"),
    "backbone": Package(("backbone*.js",), ("underscore@1", *_JQUERY), "backbone.js"),
    "d3": Package(("d3.js", "d3.min.js", "build/d3*.js", "dist/d3*.js")),
    "vue": Package(("dist/vue.js", "dist/vue.min.js", "dist/vue.runtime.js", "dist/vue.runtime.min.js", "dist/vue.global*.js",
                    "dist/vue.runtime.global*.js")),
    "alpinejs": Package(("dist/cdn*.js", "dist/alpine*.js"), cdnjs="alpinejs"),
    "htmx.org": Package(("dist/htmx.js", "dist/htmx.min.js"), cdnjs="htmx"),
    "swiper": Package(("swiper-bundle*.js", "js/swiper*.js", "dist/js/swiper*.js"), cdnjs="Swiper"),
    "slick-carousel": Package(("slick/slick*.js",), _JQUERY),
    "datatables.net": Package(("js/*.js",), _JQUERY),
    "datatables.net-bs": Package(("js/*.js",), _DATATABLES),
    "datatables.net-bs4": Package(("js/*.js",), _DATATABLES),
    "datatables.net-bs5": Package(("js/*.js",), _DATATABLES),
    "html5shiv": Package(("dist/*.js",)),
    "respond.js": Package(("dest/*.js",)),
    "moment": Package(("moment.js", "min/moment*.js"), cdnjs="moment.js"),
    "dayjs": Package(("dayjs.min.js",)),
    "chart.js": Package(("dist/Chart*.js", "dist/chart.js", "dist/chart.min.js", "dist/chart.umd*.js"), cdnjs="Chart.js"),
    "axios": Package(("dist/axios.js", "dist/axios.min.js")),
    "leaflet": Package(("dist/leaflet.js", "dist/leaflet-src.js")),
    "select2": Package(("dist/js/select2*.js", "select2*.js"), _JQUERY),
    "@fortawesome/fontawesome-free": Package(("js/all.js", "js/all.min.js"), cdnjs="font-awesome"),
    "aos": Package(("dist/aos.js",)),
    "wowjs": Package(("dist/*.js",), cdnjs="wow"),
    "owl.carousel": Package(("dist/owl.carousel*.js",), _JQUERY, "OwlCarousel2"),
    "magnific-popup": Package(("dist/*.js",), _JQUERY, "magnific-popup.js"),
    "isotope-layout": Package(("dist/*.js",), cdnjs="jquery.isotope"),
    "masonry-layout": Package(("dist/*.js",), cdnjs="masonry"),
    "imagesloaded": Package(("imagesloaded*.js",), cdnjs="jquery.imagesloaded"),
    "jquery.easing": Package(("jquery.easing*.js",), _JQUERY, "jquery-easing"),
    "jquery-validation": Package(("dist/jquery.validate*.js", "dist/additional-methods*.js"), _JQUERY, "jquery-validate"),
    "jquery-form": Package(("dist/*.js", "jquery.form*.js"), _JQUERY, "jquery.form"),
    "jquery-mousewheel": Package(("jquery.mousewheel*.js",), _JQUERY),
    "jquery.cookie": Package(("jquery.cookie*.js",), _JQUERY, "jquery-cookie"),
    "js-cookie": Package(("src/js.cookie.js", "dist/js.cookie*.js")),
    "toastr": Package(("toastr*.js", "build/toastr*.js"), _JQUERY, "toastr.js"),
    "feather-icons": Package(("dist/feather*.js",)),
    "clipboard": Package(("dist/*.js",), cdnjs="clipboard.js"),
    "lazysizes": Package(("lazysizes*.js",)),
    "metismenu": Package(("dist/metisMenu*.js",), _JQUERY, "metisMenu"),
    "simple-datatables": Package(("dist/umd/simple-datatables.js", "dist/umd/simple-datatables.min.js")),
    "handlebars": Package(("dist/handlebars*.js",), cdnjs="handlebars.js"),
    "mustache": Package(("mustache*.js",), cdnjs="mustache.js"),
    "knockout": Package(("build/output/knockout-latest*.js",)),
    "angular": Package(("angular.js", "angular.min.js"), cdnjs="angular.js"),
    "flatpickr": Package(("dist/flatpickr*.js",)),
    "hammerjs": Package(("hammer*.js",), cdnjs="hammer.js"),
    "typed.js": Package(("lib/typed*.js", "dist/typed.umd.js")),
    "scrollreveal": Package(("dist/scrollreveal.js", "dist/scrollreveal.min.js")),
    "sortablejs": Package(("Sortable*.js",), cdnjs="Sortable"),
    "uikit": Package(("dist/js/uikit.js", "dist/js/uikit.min.js", "dist/js/uikit-icons*.js")),
    "bootstrap-datepicker": Package(("dist/js/bootstrap-datepicker*.js",), ("jquery@3", "bootstrap@4")),
    "bootstrap-select": Package(("dist/js/bootstrap-select*.js",), ("jquery@3", "popper.js@1", "bootstrap@4")),
    "waypoints": Package(("lib/*.js",), _JQUERY, "waypoints"),
    "chosen-js": Package(("chosen*.js",), _JQUERY, "chosen"),
    "parsleyjs": Package(("dist/parsley*.js",), _JQUERY, "parsley.js"),
    "@fancyapps/fancybox": Package(("dist/jquery.fancybox*.js",), _JQUERY, "fancybox"),
    "nprogress": Package(("nprogress.js",)),
    "animejs": Package(("lib/anime.js", "lib/anime.min.js"), cdnjs="animejs"),
    "lightbox2": Package(("dist/js/lightbox*.js",), _JQUERY),
    "dropzone": Package(("dist/dropzone*.js", "dist/min/dropzone*.js")),
    "holderjs": Package(("holder*.js",), cdnjs="holder"),
    "raphael": Package(("raphael*.js",)),
    "tom-select": Package(("dist/js/tom-select*.js",)),
    "gsap": Package(("dist/gsap*.js", "dist/ScrollTrigger*.js", "src/minified/TweenMax*.js", "src/minified/TweenLite*.js"), cdnjs="gsap"),
    "foundation-sites": Package(("dist/js/foundation.js", "dist/js/foundation.min.js"), _JQUERY, "foundation"),
}  # fmt: skip
