"""The page of the sandbox over HTTP: its few files, sent with headers that forbid all else."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).with_name("page")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# What people send is shown as text, pictures and sound of this origin, and is never run.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> list[web.RouteDef]:
    """The page at `/` and the files it is made of; the world behind it is the control API's."""
    files = {
        f"/{path.relative_to(PAGE).as_posix()}": path
        for path in PAGE.rglob("*")
        if path.suffix in TYPES
    }
    files["/"] = files.pop("/index.html")

    async def send(request: web.Request) -> web.StreamResponse:
        path = files[request.path]
        return web.FileResponse(path, headers={**HEADERS, "Content-Type": TYPES[path.suffix]})

    return [web.get(address, send) for address in files]
