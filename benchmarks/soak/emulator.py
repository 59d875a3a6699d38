"""The long proofs of the emulator: what survives a kill, how engines are supervised, large objects."""

from benchmarks.soak.long_tests import long_tests
from benchmarks.soak.part import Part

FILES = tuple(
    f"tests/emulator/test_{name}.py"
    for name in ("durability", "identities", "kills", "objects", "silence", "supervisor")
)


def part(_scale: float) -> Part:
    return long_tests("long tests of the emulator, passed", FILES)
