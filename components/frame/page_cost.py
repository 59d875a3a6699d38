"""The bill at the foot of every page: what it asked of AWS. No page hides what it costs."""

from components.kit import elements
from components.kit.formatting import plural
from data.aws.metering import Bill
from data.core.permissions import Actor, Role


def show_bill(bill: Bill, actor: Actor) -> None:
    """Calls, capacity, time and cache hits; for admins it opens to the list of calls."""
    summary = (
        f"{plural(len(bill.calls), 'call', 'calls')} · {bill.units:.1f} capacity units · "
        f"{bill.milliseconds:.0f} ms · {bill.hits} from cache"
    )
    calls = [
        (call.service, call.operation, call.resource, f"{call.units:.1f}", f"{call.milliseconds:.0f} ms")
        for call in bill.calls
    ]
    elements.cost(summary, calls if actor.role is Role.ADMIN else ())
