"""Other processes that own an engine, to be killed."""

import subprocess
import sys
from pathlib import Path

from data.emulator.process import ROOT

OWNER = """
import sys, time
from pathlib import Path
from data.emulator import Supervisor
engine = Supervisor(Path(sys.argv[1]), ()).start()
print(engine.pid, flush=True)
time.sleep(60)
"""


def owning_process(folder: Path) -> tuple[subprocess.Popen, int]:
    """Another process that owns the engine of `folder`, and the engine's process id."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, cwd=ROOT)
    return process, int(process.stdout.readline())
