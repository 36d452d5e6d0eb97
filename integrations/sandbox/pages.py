"""How does the sandbox make a page? Django's templates, alone, in two languages."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine

from .http import Answer, Request, html_answer
from .words import LANGUAGES, words

HERE = Path(__file__).parent
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
TYPES[".svg"] = "image/svg+xml"
COOKIE = "sandbox_language"


class Pages:
    """The templates of the sandbox, ready to render."""

    def __init__(self) -> None:
        if not settings.configured:
            settings.configure(USE_I18N=False, USE_TZ=False)  # Times are converted already.
        self._engine = Engine(dirs=[str(HERE / "templates")])

    def language(self, request: Request) -> str:
        """The one asked for in the address, else the one chosen before, else the browser's."""
        for wanted in (request.query.get("lang"), request.cookie(COOKIE)):
            if wanted in LANGUAGES:
                return wanted
        first = request.headers.get("accept-language", "en")[:2].lower()
        return first if first in LANGUAGES else "en"

    def render(self, template: str, request: Request, **context: Any) -> str:
        language = self.language(request)
        context |= {"t": words(language), "language": language, "request": request}
        page: str = self._engine.get_template(f"sandbox/{template}").render(Context(context))
        return page

    def answer(
        self, template: str, request: Request, *, status: int = 200, **context: Any
    ) -> Answer:
        answer = html_answer(self.render(template, request, **context), status)
        if request.query.get("lang") in LANGUAGES:
            language = request.query["lang"]
            answer.headers["Set-Cookie"] = f"{COOKIE}={language}; Path=/; SameSite=Lax"
        return answer

    def static(self, name: str) -> Answer:
        """A stylesheet or script of the sandbox's own; 404 for anything else."""
        files = {path.name: path for path in (HERE / "static").iterdir()}
        path = files.get(name)
        if path is None:
            return Answer(404)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
        return Answer(200, path.read_bytes(), TYPES[path.suffix], headers)
