"""The declaration of this domain; see `data/domain.py`."""

from data.audit.table import AUDIT_LOG
from data.domain import Domain

DOMAIN = Domain(
    name="audit",
    help="a record of every change, written with the change and sealed to the previous record",
    tables=(AUDIT_LOG,),
)
