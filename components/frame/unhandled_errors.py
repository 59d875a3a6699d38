"""What no page caught: said in our words where the page broke off, and logged under the reference that is shown."""

import logging
from secrets import token_hex

from components.kit import feedback
from data.core.errors import AppError, Defect

log = logging.getLogger(__name__)


def surprised(error: Exception) -> bool:
    """For `st.App(on_script_error=…)`. True: Streamlit need not show anything of its own."""
    if isinstance(error, AppError) and not isinstance(error, Defect):
        feedback.show(error)
        return True
    reference = token_hex(4)
    log.error("a page failed", exc_info=error, extra={"reference": reference})
    feedback.show(Defect("This should not have happened. It was recorded under this reference."), reference=reference)
    return True
