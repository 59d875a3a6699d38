"""Run asynchronous tests in a thread of their own, because Playwright keeps an event loop in the main one."""

from concurrent.futures import ThreadPoolExecutor

import anyio


def run(test, *, seconds=60):
    """Run an asynchronous test to its end. Raises TimeoutError after `seconds`, and what the test raises."""

    async def limited():
        with anyio.fail_after(seconds):
            await test()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, limited).result()
