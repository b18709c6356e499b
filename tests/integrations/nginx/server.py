"""A real nginx over a build, on the loopback, as long as a test wants it.

It includes the generated snippets as a deployment would, in a configuration of its own; files it writes lie in a temporary folder.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATHS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin"))
NGINX = shutil.which("nginx", path=_PATHS)
_MODULES = (Path("/usr/lib/nginx/modules"), Path("/usr/lib64/nginx/modules"), Path("/usr/share/nginx/modules"))
_PATIENCE = 10.0  # seconds


def brotli_module() -> Path | None:
    """The module that serves `.br` twins, where the system has it."""
    return next((folder / _BROTLI for folder in _MODULES if (folder / _BROTLI).exists()), None)


_BROTLI = "ngx_http_brotli_static_module.so"


def require_nginx() -> None:
    """Skip the test, with the reason, where there is no nginx."""
    if NGINX is None:
        pytest.skip("nginx is not installed: `apt-get install nginx-light libnginx-mod-http-brotli-static`")


@contextlib.contextmanager
def serve(output: Path, *, server: str = "", http: str = "", port: int | None = None) -> Iterator[str]:
    """Serve the build in `output`; yields `http://127.0.0.1:PORT`. `server`, `http`: more lines for these blocks. nginx must
    accept the configuration and end with its error log free of alerts."""
    assert NGINX is not None
    with tempfile.TemporaryDirectory(prefix="assetforge-nginx-") as folder:
        prefix = Path(folder)
        port = port or free_port()
        (prefix / "nginx.conf").write_bytes(configuration(output, prefix, port, server=server, http=http))
        check(prefix)
        command = [NGINX, "-p", str(prefix), "-c", str(prefix / "nginx.conf"), "-e", str(prefix / "error.log"), "-g", "daemon off;"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, process, prefix)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(_PATIENCE)
        log = (prefix / "error.log").read_text(errors="replace")
        assert not [line for line in log.splitlines() if "[alert]" in line or "[emerg]" in line or "[crit]" in line], log


def check(prefix: Path) -> None:
    """`nginx -t`, without a warning."""
    assert NGINX is not None
    command = [NGINX, "-t", "-p", str(prefix), "-c", str(prefix / "nginx.conf"), "-e", "stderr"]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60)
    assert result.returncode == 0, result.stderr
    assert "[warn]" not in result.stderr, result.stderr


def configuration(output: Path, prefix: Path, port: int, *, server: str = "", http: str = "") -> bytes:
    """A whole `nginx.conf` around the snippets."""
    text = (output / "nginx" / "assetforge-server.conf").read_text(errors="surrogateescape")
    module = brotli_module() if "brotli_static on" in text else None
    return "\n".join(
        [
            f"load_module {module};" if module else "",
            # workers of a master that root started would lose the right to read a test's folder
            "user root;" if os.geteuid() == 0 else "",
            "worker_processes 1;",
            f"pid {prefix}/nginx.pid;",
            "events { worker_connections 256; }",
            "http {",
            "    access_log off;",
            *(f"    {name}_temp_path {prefix}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
            f"    include {output}/nginx/assetforge-http.conf;",
            f"    {http}",
            "    server {",
            f"        listen 127.0.0.1:{port};",
            "        server_name localhost;",
            f"        set $assetforge_root {output};",
            f"        include {output}/nginx/assetforge-server.conf;",
            f"        {server}",
            "    }",
            "}",
            "",
        ]
    ).encode()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait(port: int, process: "subprocess.Popen[bytes]", prefix: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    log = prefix / "error.log"
    raise AssertionError(f"nginx did not start: {log.read_text(errors='replace') if log.exists() else 'no log'}")
