"""Proves what takes long.   python -m benchmarks.soak PART [PART ...] | all

SOAK_SCALE=0.01 runs a hundredth of it, to see that it runs; nothing is recorded of that.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from importlib import import_module
from threading import Event

from benchmarks.figures import main as tell
from benchmarks.record import KEPT, commit, record
from benchmarks.result import Result
from benchmarks.soak.children import end_all
from benchmarks.soak.part import Broken, Counts, Part
from benchmarks.soak.progress import Progress

NAMES = ("kills", "api", "races", "clicks", "mutate", "imports", "emulator", "processes")


def main(words: Sequence[str]) -> int:
    """0: all held, 1: something did not, 2: no such part."""
    chosen = NAMES if list(words) == ["all"] else tuple(words)
    if not chosen or not set(chosen) <= set(NAMES):
        print(f"make soak PART={'|'.join(NAMES)}|all", file=sys.stderr)
        return 2
    try:
        return max([0 if _held(name) else 1 for name in chosen])
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130


def _held(name: str) -> bool:
    """Whether the part held; all of it is recorded once it is done."""
    scale = float(os.environ.get("SOAK_SCALE", "1"))
    part = part_of(name, scale)
    kept = KEPT / "soak" / (f"{name}.json" if scale == 1 else f"{name}-{scale:g}.json")
    progress = Progress(kept, commit=commit(), chunks=tuple(part.chunks))
    results = run(name, part, progress)
    for result in results:
        print(f"{name}: {result.name}: {result.figure:,} {result.unit} {result.met}".rstrip(), flush=True)
    progress.forget()
    if scale == 1:
        record("soak", name, results, progress.seconds)
        tell()
    return all(result.met != "missed" for result in results)


def part_of(name: str, scale: float) -> Part:
    """The part of that name, so many times as long as the whole."""
    made: Part = import_module(f"benchmarks.soak.{name}").part(scale)
    return made


def run(name: str, part: Part, progress: Progress) -> list[Result]:
    """Run what is left of `part`; after a chunk that failed, no other is begun."""
    began, before, failed = time.monotonic(), progress.seconds, Event()
    print(f"{name}: {len(part.chunks)} chunks, {len(progress.done)} of them done before", flush=True)
    with ThreadPoolExecutor(part.at_once) as pool:
        runs = {pool.submit(_unless, failed, part.chunks[left]): left for left in progress.left}
        try:
            for done in as_completed(runs):
                counts = _counts(runs[done], done)
                if counts is None:
                    break
                progress.note(runs[done], counts, before + time.monotonic() - began)
                _say(name, part, progress)
        except KeyboardInterrupt:
            end_all()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return [*part.results(progress.total), Result("chunks that failed", int(failed.is_set()), "", 0)]


def _unless(failed: Event, chunk: Callable[[], Counts]) -> Counts:
    """The chunk's counts. Raises Broken, and for all chunks that come to their turn after that."""
    if failed.is_set():
        raise Broken("Not begun: another had failed.")
    try:
        return chunk()
    except Broken:
        failed.set()
        raise


def _counts(chunk: str, done: Future[Counts]) -> Counts | None:
    """What the chunk counted; None where it failed, and then what it said is printed."""
    try:
        return done.result()
    except Broken as broken:
        print(f"{chunk} failed:\n{broken}", file=sys.stderr, flush=True)
        return None


def _say(name: str, part: Part, progress: Progress) -> None:
    done, of = len(progress.done), len(part.chunks)
    to_go = progress.seconds / done * (of - done)
    print(f"{name}: {done} of {of}, {progress.seconds:.0f} s, about {to_go:.0f} s to go", flush=True)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:]))
