"""What our frame costs: an empty page in our shell over an empty Streamlit page, both servers tuned alike."""

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.result import Result
from benchmarks.servers import serving
from benchmarks.tab import Tab

ROUNDS, CLICKS = 15, 4
PAUSE = 0.3  # seconds between clicks; closer together they meet a delay of TCP that no one who clicks sees


def run() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("benchmarks/bare_streamlit.py", Path(folder) / "bare", ready="/_stcore/health") as bare,
        serving("benchmarks/in_our_shell.py", Path(folder) / "ours") as ours,
        Tab(bare.url) as theirs,
        Tab(ours.url, "empty", cookie=ours.cookie()) as our_tab,
    ):
        sides = {"bare": (bare, theirs), "ours": (ours, our_tab)}
        wall: dict[str, list[float]] = {"bare": [], "ours": []}
        cpu: dict[str, list[float]] = {"bare": [], "ours": []}
        for _, tab in sides.values():
            tab.click()
            tab.click()
        for _ in range(ROUNDS):
            for name, (server, tab) in sides.items():
                before = server.cpu()
                for _ in range(CLICKS):
                    time.sleep(PAUSE)
                    wall[name].append(tab.click().milliseconds)
                cpu[name].append((server.cpu() - before) / CLICKS)
    return [
        Result.ratio("empty page in our shell over an empty Streamlit page, wall", wall["ours"], wall["bare"], 2.0),
        Result.ratio("the same, processor time", cpu["ours"], cpu["bare"], None),
        Result.value("empty page in our shell, wall", median(wall["ours"]), "ms"),
    ]
