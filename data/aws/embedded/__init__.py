"""The local engine: DynamoDB, S3, SQS and SNS in a child process of ours, on loopback, signed and durable.

    Supervisor ──start──▶ parent.py ══ stdin ══▶ child.py ──▶ guard.py ──▶ saving.py ──▶ ministack
    (watches, restarts)   (attach, spawn)        (lifetime)   (refuses)    (answers wait   │
                                                                           for journal.py)─┘

Nothing here imports boto3: a client is `data.aws.clients`' to make, from an Engine's address and key.
"""

from data.aws.embedded.engine import Engine, EngineError
from data.aws.embedded.parent import attach, start
from data.aws.embedded.supervisor import Supervisor

__all__ = ["Engine", "EngineError", "Supervisor", "attach", "start"]
