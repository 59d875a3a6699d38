"""The audit actions of Health."""

from data.domain import AuditAction


class HealthAction(AuditAction):
    RAW_ITEM_VIEWED = "raw_item_viewed", "looked at the stored items of", "looked at the stored items"
