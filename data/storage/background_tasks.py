"""What no visitor waits for: it runs in threads of its own, and all of it ends with the process that began it."""

from collections.abc import Callable
from threading import Event, Lock, Timer


class Background:
    """Starts acts beside requests. An act that takes long looks at `closing` now and then, and ends when it is set."""

    def __init__(self) -> None:
        self.closing = Event()
        self._timers: set[Timer] = set()
        self._lock = Lock()

    def start(self, act: Callable[[], None], *, after: float = 0) -> None:
        """Run `act` in so many seconds; never, once this is closed."""

        def run() -> None:
            try:
                if not self.closing.is_set():
                    act()
            finally:
                with self._lock:
                    self._timers.discard(timer)

        timer = Timer(after, run)
        timer.daemon = True
        with self._lock:
            if self.closing.is_set():
                return
            self._timers.add(timer)
            timer.start()

    def close(self) -> None:
        """Forget what waits, and wait for what runs. Safe to call again, but not from within an act."""
        self.closing.set()
        with self._lock:
            timers = tuple(self._timers)
        for timer in timers:
            timer.cancel()
        for timer in timers:
            timer.join()
