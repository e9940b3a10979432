"""Every request: check its rate and its access, then hand it to the API that its path names."""

import asyncio
import logging
from contextlib import suppress
from http import HTTPStatus

from rigd.api.alpaca.app import AlpacaApp
from rigd.api.alpaca.setup_pages import SetupPages
from rigd.api.http.access import NOT_ALLOWED, AccessRules, Refusal
from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.page_token import given_cookie
from rigd.api.http.rate_limits import Budget, Limits, TooManyRequestsError
from rigd.api.http.refusal_log import RefusalLog
from rigd.api.http.reply import (
    App,
    ClientGoneError,
    Headers,
    Receive,
    Scope,
    Send,
    header,
    reply,
    reply_text,
)
from rigd.api.http.settings import ServerSettings
from rigd.api.metrics import MetricsPage
from rigd.api.rest.app import rest_app
from rigd.api.rest.problem import PROBLEM_MEDIA, problem_body
from rigd.api.rest.route import RestApi
from rigd.api.web.pages import TOKEN_PATH, WebPages
from rigd.view.alerts import Alerts
from rigd.view.first_run import FirstRun
from rigd.view.observatory import Observatory
from rigd.view.publishing import Publishing

log = logging.getLogger(__name__)

_CLOSE = ((b"connection", b"close"),)


class Dispatch:
    """The whole HTTP server as one ASGI app."""

    def __init__(
        self,
        observatory: Observatory,
        settings: ServerSettings,
        closing: asyncio.Event,
        pages: App | None = None,
        alerts: Alerts | None = None,
        *,
        publishing: Publishing | None = None,
        first_run: FirstRun | None = None,
    ) -> None:
        self.access = AccessRules(settings)
        self._is_loopback_only = settings.is_loopback_only
        self._refusals = RefusalLog()
        self._limits = Limits(settings)
        self.alpaca = AlpacaApp(observatory, settings)
        self._rest: App = rest_app(
            RestApi(
                observatory=observatory,
                settings=settings,
                closing=closing,
                alerts=alerts,
                publishing=publishing,
                first_run=first_run,
            )
        )
        self._setup = SetupPages(observatory, settings)
        self._metrics = MetricsPage(observatory, settings)
        self._web = WebPages(
            observatory, settings, closing, self._rest, alerts, first_run=first_run
        )
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an unexpected error is logged, and the client gets one sentence."""
        if scope["type"] != "http":
            return
        try:
            await self._answer(scope, receive, send)
        except TooManyRequestsError as error:
            log.debug("%s %s: %s", scope["method"], scope["path"], error)
            await _refuse(scope, send, error.status, str(error), ((b"retry-after", b"1"),))
        except NotUnderstoodError as error:
            more = () if error.status == HTTPStatus.BAD_REQUEST else _CLOSE
            if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
                path = scope["path"]
                verbs = self._web.verbs(path) if self._web.serves(path) else b"GET, PUT"
                more = (*more, (b"allow", verbs))
            await reply_text(send, error.status, str(error), more)
        except ClientGoneError:
            log.debug("%s %s: the client went away", scope["method"], scope["path"])
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            with suppress(RuntimeError):  # the reply had begun: uvicorn closes the connection
                status = HTTPStatus.INTERNAL_SERVER_ERROR
                await reply_text(send, status, "internal error, see rigd's log")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        address = client[0] if client else "local"
        budget = self._limits.request(address)
        with budget as allowed:
            if not allowed:
                await self._limits.turn_away(address)
            refusal = self.access.check(scope)
            if refusal is None and scope["path"] == TOKEN_PATH:
                await self._take_token(scope, receive, send, budget)
                return
            is_form = self.access.needs_token(scope) and self._web.serves(scope["path"])
            refusal = refusal or self._check_token(scope, budget, is_form=is_form)
            if refusal is None:
                await self._route(scope, receive, send)
                return
            status, sentence, more = refusal
            self._refusals.note(address, f"{scope['method']} {scope['path']}", sentence)
            if is_form and status == HTTPStatus.UNAUTHORIZED:
                await self._web.ask_token(scope, send)
            else:
                await _refuse(scope, send, status, sentence, more)

    def may_discover(self, address: str) -> bool:
        """Whether an address that looks for Alpaca servers is answered."""
        allowed = self.access.allows(address)
        if not allowed and not self._is_loopback_only:
            self._refusals.note(address, "discovery", NOT_ALLOWED)
        return allowed

    def _check_token(self, scope: Scope, budget: Budget, *, is_form: bool) -> Refusal | None:
        """Return why a request is refused for want of the token.

        Raises:
            TooManyRequestsError: its address has sent too many wrong ones.
        """
        if not self.access.needs_token(scope):
            return None
        budget.check_tokens()
        refusal = self.access.check_token(scope, is_form=is_form)
        given = (header(scope, b"authorization"), given_cookie(scope) if is_form else None)
        if refusal is not None and given != (None, None):
            budget.note_wrong_token()
        return refusal

    async def _take_token(self, scope: Scope, receive: Receive, send: Send, budget: Budget) -> None:
        """Answer where a browser gives the token, or forgets it.

        Raises:
            TooManyRequestsError: its address has sent too many wrong ones.
        """
        if self.access.needs_token(scope):
            budget.check_tokens()
        if not await self._web.take_token(scope, receive, send):
            budget.note_wrong_token()

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(("/api/", "/management/")):
            await self.alpaca(scope, receive, send)
        elif path == "/setup" or path.startswith("/setup/"):
            await self._setup(scope, receive, send)
        elif path.startswith("/rigd/"):
            await self._rest(scope, receive, send)
        elif path == "/metrics":
            await self._metrics(scope, receive, send)
        elif self._web.serves(path):
            await self._web(scope, receive, send)
        elif self._pages is not None:
            await self._pages(scope, receive, send)
        else:
            msg = "not served: see /, /setup, /management/apiversions, /rigd/v1/rigs"
            is_alpaca = path.startswith(("/api", "/management"))
            raise NotUnderstoodError(
                msg, HTTPStatus.BAD_REQUEST if is_alpaca else HTTPStatus.NOT_FOUND
            )


async def _refuse(
    scope: Scope, send: Send, status: HTTPStatus, sentence: str, more: Headers
) -> None:
    if scope["path"].startswith("/rigd/"):
        body = problem_body(status, sentence)
        await reply(send, status.value, PROBLEM_MEDIA.encode(), body, more)
    else:
        await reply_text(send, status, sentence, more)
