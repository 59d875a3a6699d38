"""One installation, opened and closed again: on a laptop with its engine, in production on AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from data.adoption.upgrade import Report as TakenOver
from data.adoption.upgrade import Takeover
from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import Report, setup
from data.config.settings import Settings
from data.config.state_folder import master_keys_of, open_state, secret_of
from data.emulator import Engine, EngineError, Supervisor, attach
from data.registry import TABLES
from data.runtime.wiring import Wiring
from data.services import install

UNOPENED: Final = Endpoint("http://127.0.0.1:9", "none", "none")  # answers nothing


class Installation:
    """Settings, clients and services, wired at once; they answer from `open` to `close`.

    Raises StateError where the state folder does not give what it should.
    """

    def __init__(self, settings: Settings, *, joins: bool = False) -> None:
        """`joins`: on a laptop, only use an engine that somebody else runs."""
        self.settings = settings
        master_keys_of(settings)  # before anything is encrypted under others
        self.clients = Clients(settings, Endpoint() if settings.production else UNOPENED)
        self.wire = Wiring(settings, self.clients, secret=secret_of(settings))
        self.platform = self.wire.platform()
        self.services = self.wire.build(self.platform)
        self._supervisor, self._joins = None, joins and not settings.production
        if not settings.production and not joins:
            folder = open_state(settings).engine
            self._supervisor = Supervisor(folder, sorted(settings.origins), on_change=self._moved)

    @property
    def place(self) -> str:
        """Where its data is, in words: "AWS in eu-central-1", or "the engine in /home/me/dashboard/.local"."""
        if self.settings.production:
            return f"AWS in {self.settings.aws_region}"
        return f"the engine in {self.settings.state_dir.absolute()}"

    def open(self, *, complete: bool = True) -> None:
        """Start or join the engine, and make what is not there yet unless `complete` is off, for who is about to.

        In production nothing is made here. Raises EngineError, AppError.
        """
        if self._supervisor:
            self._moved(self._supervisor.start())
            if complete:
                self.setup()
        elif self._joins and not self.rejoin():
            raise EngineError("No dashboard is running here. Start it with `make run`; its worker starts with it.")
        install(self.services)

    def rejoin(self) -> bool:
        """Use the engine as it is now, where we only join it; whether it answers."""
        engine = attach(open_state(self.settings).engine) if self._joins else None
        if engine and engine.url != self.clients.endpoint_url:
            self._moved(engine)
        return engine is not None

    def setup(self) -> Report:
        """Make the tables and buckets that are missing. Raises AppError."""
        return setup(self.clients, self.settings, TABLES)

    def take_over(self, org: str) -> TakenOver:
        """The same for tables made by hand, whose items go to the organisation of that name. Raises AppError."""
        services = self.services
        return Takeover(
            self.clients,
            self.settings,
            store=self.platform.store,
            organisations=services.organisations,
            credentials=services.credentials,
            clock=services.clock,
        ).run(org)

    def close(self) -> None:
        """End what runs beside requests, and let go of the engine; it ends if it is ours. Safe to call again."""
        self.platform.memory.close()
        if self._supervisor:
            self._supervisor.stop()

    @contextmanager
    def opened(self, *, complete: bool = True) -> Iterator["Installation"]:
        """Itself, open within the block."""
        try:
            self.open(complete=complete)
            yield self
        finally:
            self.close()

    def _moved(self, engine: Engine) -> None:
        self.clients.repoint(Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
