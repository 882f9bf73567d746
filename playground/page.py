"""The page for people: our shell in ``static/`` around the browser modules of simcord's Preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from playground._simcord import PreviewParts, load_preview
from playground.control import local
from playground.page_session import PageSession

if TYPE_CHECKING:
    from playground.world import StandIn

_STATIC = Path(__file__).with_name("static")
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


class Page:
    """Serves the page and keeps its open connections."""

    def __init__(self, world: StandIn) -> None:
        self.world = world
        self.sessions: set[PageSession] = set()
        self._parts: PreviewParts = load_preview()

    @classmethod
    def extend(cls, world: StandIn, app: web.Application) -> None:
        """Add the page to a world; pass this as ``StandIn.start(extend=…)``."""
        page = cls(world)
        app.router.add_get("/", page.index)
        app.router.add_get("/page/socket", page.socket)
        app.router.add_get("/page/{path:.+}", page.own_file)
        app.router.add_get("/preview/{path:.+}", page.preview_file)
        app.on_shutdown.append(page.close)
        world.on_bot_change = page.bot_changed

    def bot_changed(self) -> None:
        """Tell every browser that the bot's state may have changed."""
        for session in self.sessions:
            session.world_changed()

    async def index(self, http: web.Request) -> web.Response:
        """The one document."""
        return self._file(http, _STATIC, "index.html")

    async def own_file(self, http: web.Request) -> web.Response:
        """A file of ours."""
        return self._file(http, _STATIC, http.match_info["path"])

    async def preview_file(self, http: web.Request) -> web.Response:
        """A file of simcord's Preview; its style sheet names its fonts from the root."""
        path = http.match_info["path"]
        answer = self._file(http, self._parts.static, path)
        if path == "preview.css" and answer.text is not None:
            answer.text = answer.text.replace('url("/fonts/', 'url("/preview/fonts/')
        return answer

    def _file(self, http: web.Request, folder: Path, path: str) -> web.Response:
        if not local(http, self.world.port):
            raise web.HTTPForbidden(text="This address is for this machine only.")
        file = (folder / path).resolve()
        kind = _TYPES.get(file.suffix)
        if kind is None or not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise web.HTTPNotFound
        if file.suffix == ".ttf":
            headers = {**_HEADERS, "Cache-Control": "private, max-age=86400"}
            return web.Response(body=file.read_bytes(), content_type=kind, headers=headers)
        return web.Response(text=file.read_text(encoding="utf-8"), content_type=kind, headers=_HEADERS)

    async def socket(self, http: web.Request) -> web.StreamResponse:
        """A browser's connection."""
        if not local(http, self.world.port):
            raise web.HTTPForbidden(text="This address is for this machine only.")
        connection = web.WebSocketResponse(max_msg_size=1 << 26, heartbeat=20.0)
        await connection.prepare(http)
        session = PageSession(self.world, self._parts, connection)
        self.sessions.add(session)
        try:
            await session.run()
        finally:
            self.sessions.discard(session)
        return connection

    async def close(self, _: web.Application) -> None:
        """Let the browsers go."""
        for session in tuple(self.sessions):
            await session.socket.close()
