"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.users.actions import UserAction
from data.users.export import EXPORT
from data.users.profile_table import PROFILES
from data.users.table import USERS

DOMAIN = Domain(
    name="users",
    help="identity, profile, role, status, reporting line, lists and exports",
    tables=(USERS, PROFILES),
    actions=UserAction,
    entities=("user",),
    jobs=(EXPORT,),
)
