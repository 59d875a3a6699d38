"""Keeps an engine there: starts it or joins it, and watches it as long as we live."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from data.emulator.engine import Engine, EngineError, FolderInUse
from data.emulator.process import Child, announce, answers, attach, start

LOOK_SECONDS: Final = 0.25
ASK_SECONDS: Final = 1
SILENCES: Final = 4  # our own engine is idle and gives no answer so often, for two seconds each: it hangs
MOST_SILENCES: Final = 45  # or it is at work so long that it will not come back
AT_WORK: Final = 0.05  # seconds of processor time between two of them; on a loaded machine it gets no more
MISSES: Final = 4  # a joined engine that fails so often in a row is gone: its owner would have restarted it
JOIN_ATTEMPTS: Final = 20
log = logging.getLogger(__name__)


class Supervisor:
    """The engine of one state folder, whoever started it. Safe to share between threads.

    The process that starts it owns it, and restarts it when it was killed or hangs; others join it, and one of them
    takes over when the owner is gone with its engine. Key and port stay what they were; if another program
    took the port meanwhile, `on_change` is called with the engine to make new clients for. It must not stop
    the supervisor.
    """

    def __init__(
        self, folder: Path, origins: Sequence[str], *, on_change: Callable[[Engine], None] | None = None
    ) -> None:
        self._folder, self._origins, self._on_change = folder, tuple(origins), on_change
        self._engine: Engine | None = None
        self._last: Engine | None = None
        self._child: Child | None = None
        self._trouble = EngineError("The engine is not running. Start the dashboard with `make run`.")
        self._misses = self._idle = 0
        self._asked = self._worked = 0.0
        self._turn = threading.Lock()  # one thread at a time starts, looks or stops
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def engine(self) -> Engine:
        """The engine as it is now; while it restarts, as it was. Raises EngineError if there is none."""
        if self._engine is None:
            raise self._trouble
        return self._engine

    @property
    def owner(self) -> bool:
        """Whether the engine is our child, and ends with us."""
        return self._child is not None

    def start(self) -> Engine:
        """The folder's engine: the one that runs there, else one of our own.

        Raises:
            EngineError: it cannot start; says why, and what helps.
        """
        with self._turn:
            if self._engine is None:
                self._ended.clear()
                self._take()
                self._watch = threading.Thread(target=self._keep, name="engine-watch", daemon=True)
                self._watch.start()
            return self.engine

    def stop(self) -> None:
        """Let go of the engine; it ends if it is ours. Safe to call again."""
        self._ended.set()
        with self._turn:
            child, self._child, self._engine = self._child, None, None
            if child:
                child.stop()
        if self._watch and self._watch is not threading.current_thread():
            self._watch.join()

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            with self._turn:
                if not self._ended.is_set():
                    self._look()

    def _look(self) -> None:
        try:
            if self._gone():
                log.warning("the engine is gone and will be started again")
                self._take()
        except EngineError as error:
            log.warning("the engine cannot be started again: %s", error)
            self._engine, self._trouble = None, error
        except Exception:
            log.exception("the watch over the engine goes on")

    def _gone(self) -> bool:
        if self._child:
            return not self._child.alive or self._hangs(self._child)
        found = attach(self._folder)
        self._misses = 0 if found else self._misses + 1
        if found:
            self._hold(found)
        return self._misses >= MISSES

    def _hangs(self, child: Child) -> bool:
        """An engine that is there and silent lets everyone wait until their calls time out, one after the other.

        One that is at work will answer; to end it would only have it read all its state again.
        """
        if not self._misses and time.monotonic() < self._asked + ASK_SECONDS:
            return False
        self._asked = time.monotonic()
        self._misses = 0 if answers(child.engine) else self._misses + 1
        before, self._worked = self._worked, child.worked
        idle = self._misses and self._worked - before < AT_WORK
        self._idle = self._idle + 1 if idle else 0
        return self._idle >= SILENCES or self._misses >= MOST_SILENCES

    def _take(self) -> None:
        """Join the engine that runs, or start one; if somebody else is just doing that, join theirs."""
        if self._child:
            self._child.kill()
        self._child, self._misses, self._idle = None, 0, 0
        for _ in range(JOIN_ATTEMPTS):
            found = attach(self._folder)
            if found:
                self._hold(found)
                return
            with contextlib.suppress(FolderInUse):
                self._child = start(self._folder, self._origins)
                self._hold(self._child.engine)
                return
            if self._ended.wait(LOOK_SECONDS):
                break
        raise EngineError(f"{self._folder} is held by a process that does not answer. End it, and start again.")

    def _hold(self, engine: Engine) -> None:
        if engine != self._engine and not self._child:
            announce(engine, self._origins)
        before, self._engine, self._last = self._last, engine, engine
        moved = before and (before.url, before.access_key_id) != (engine.url, engine.access_key_id)
        if moved and self._on_change:
            self._on_change(engine)
