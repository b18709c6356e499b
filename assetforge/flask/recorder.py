"""Flask: records which elements the pages of each template have, while the app is in debug mode or tested.

    from assetforge.flask.recorder import Recorder

    if app.debug or app.testing:
        Recorder(app)                       # or: recorder = Recorder(); recorder.init_app(app)

The file is `samples` of `app.config["ASSETFORGE"]`, else `assetforge-samples.txt` in the app's folder (`assetforge.samples` tells
what it holds). Without debug mode and tests nothing is recorded, unless ASSETFORGE_RECORD is True. Make it before other extensions
that change pages: Flask asks the first one last.

What must stay true: pages are sent as they are, but for the header `X-Assetforge-Template`, by which `assetforge sample` knows a
page's template; and pages that are streamed are not recorded.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, g, request

from assetforge.config import SAMPLES_FILE
from assetforge.jinja_recorder import Recorder as JinjaRecorder
from assetforge.samples.answers import HEADER, is_page, text_of

_NAME = "assetforge-recorder"


class Recorder:
    """The extension. One may serve several apps; each has its own file."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Watch the pages of `app`."""
        if _NAME not in app.extensions:
            app.extensions[_NAME] = watching = _Watching(app)
            app.before_request(watching.begin)
            app.after_request(watching.take)
            app.teardown_request(watching.end)


class _Watching:
    """One app's recorder."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._recorder: JinjaRecorder | None = None

    def begin(self) -> None:
        app = self._app
        if not (app.debug or app.testing or app.config.get("ASSETFORGE_RECORD")):
            return
        if self._recorder is None:  # only now everything is configured
            self._recorder = JinjaRecorder(samples_file(app))
        self._recorder.watch(app.jinja_env)
        with ExitStack() as stack:
            g._assetforge_recorded = stack.enter_context(self._recorder.request())
            g._assetforge_watch = stack.pop_all()

    def take(self, response: Response) -> Response:
        recorded = g.get("_assetforge_recorded")
        whole = not response.is_streamed and not response.direct_passthrough
        if recorded is None or not whole or not is_page(response.status_code, response.content_type or ""):
            return response
        charset = response.mimetype_params.get("charset", "utf-8")
        text = text_of(response.get_data(), charset, response.headers.get("Content-Encoding", ""))
        template = recorded.take(text, (request.view_args or {}).values()) if text else None
        if template is not None:
            response.headers.setdefault(HEADER, quote(template))
        return response

    def end(self, error: BaseException | None = None) -> None:
        stack = g.pop("_assetforge_watch", None)
        if stack is not None:
            stack.close()


def samples_file(app: Flask) -> Path:
    """Where samples of an app are kept."""
    chosen = app.config.get("ASSETFORGE", {}).get("samples")
    return Path(os.path.realpath(os.path.join(app.root_path, chosen or SAMPLES_FILE)))
