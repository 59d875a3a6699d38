"""The local engine: DynamoDB, S3, SQS, SNS and Cognito in a child process of ours, on loopback, signed and durable.

    Supervisor ──start──▶ process.py ═ stdin ══▶ main.py  ──▶ guard.py ──▶ saving.py ──▶ ministack
    (watches, restarts)   (attach, spawn)        (lifetime)   (refuses)    (answers wait   │
                                                                           for journal.py)─┘

One event loop serves everything, and a handler does not give way between its first write and its commit: that is
all the isolation there is, and it is enough. What it keeps in memory: all items, as text (about 1.3 KB each with
their places in indexes). Uploads larger than 16 MB come in by way of a file, those larger than 1 GB in parts.

Nothing here imports boto3: a client is `data.aws.clients`' to make, from an Engine's address and key.
"""

from data.emulator.engine import Engine, EngineError
from data.emulator.process import attach, start
from data.emulator.supervisor import Supervisor

__all__ = ["Engine", "EngineError", "Supervisor", "attach", "start"]
