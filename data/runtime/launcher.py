"""What `dashboard.py` begins and ends with: all is up before the first visitor comes, and gone after the last."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from data.config.settings import Settings
from data.config.state_folder import open_state
from data.core import logs
from data.core.log_streams import capture_streams
from data.platform import Platform
from data.registry import load_settings
from data.runtime.installation import Installation
from data.runtime.instance_lock import held
from data.runtime.preflight import TROUBLE, ending_with_a_sentence, look, told
from data.runtime.worker_supervisor import Companion
from data.sample import service as sample
from data.sample import tasks
from data.sample.organisation import SIGN_INS
from data.services import Services


@dataclass(frozen=True, slots=True)
class Launch:
    """A dashboard that may start: made by `launch`, run by the server through `lifespan`."""

    settings: Settings
    installation: Installation
    warm: Callable[[], None]
    _held: ExitStack = field(repr=False)
    _companion: Companion | None = field(repr=False)

    @property
    def services(self) -> Services:
        return self.installation.services

    @property
    def platform(self) -> Platform:
        return self.installation.platform

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Start the engine while the pages' modules are imported; freeze what lives long; at the end, stop it all."""
        try:
            await asyncio.gather(asyncio.to_thread(self._open), asyncio.to_thread(self.warm))
        except TROUBLE as error:
            self._give_up(told(error))
        try:
            gc.collect()
            gc.freeze()  # a full collection would hold everybody's clicks for as long as all these modules take
            print(self._welcome(), flush=True)  # noqa: T201 - what the command says
            capture_streams()
            if self._companion:
                self._companion.start()
            yield
        finally:
            await asyncio.to_thread(self._close)

    def _open(self) -> None:
        self.installation.open()
        if not self.settings.production and not sample.present(self.services):
            sample.write_sample(
                self.services,
                self.installation.wire,
                before_last=partial(tasks.ask, self.services, self.installation.wire.store),
            )

    def _close(self) -> None:
        if self._companion:
            self._companion.stop()
        self.installation.close()
        self._held.close()

    def _give_up(self, sentence: str) -> None:
        """End here. The server would print what a lifespan raises with its traceback, which helps nobody."""
        self._close()
        print(sentence, file=sys.stderr)  # noqa: T201
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)

    def _welcome(self) -> str:
        lines = [f"The dashboard is at {self.settings.url}"]
        if not self.settings.production:
            lines += ["", "Sample people to sign in as (Ctrl-C stops the dashboard):"]
            lines += [f"  {one.role:8} {one.email:32} {one.password:20} {one.organisation}" for one in SIGN_INS]
        return "\n".join(lines)


def launch(server_port: int, warm: Callable[[], None]) -> Launch:
    """Look whether a dashboard can start here, served on `server_port`, and claim the place.

    Ends the process with one sentence where it cannot. `warm` imports what the pages need.
    """
    with ending_with_a_sentence():
        settings = load_settings()
        logs.install(logging.INFO if settings.production else logging.WARNING)
        for server in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(server).setLevel(logging.WARNING)  # a line for each request is the gate's to write
        look(settings, server_port)
        place, companion = ExitStack(), None
        if not settings.production:
            folder = open_state(settings).folder
            place.enter_context(held(folder, settings.port, settings.url))
            companion = Companion(folder)
        return Launch(settings, Installation(settings), warm, place, companion)
