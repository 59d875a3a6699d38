"""The audit actions of users."""

from data.domain import AuditAction


class UserAction(AuditAction):
    CREATED = "user_created", "added", "added this person"
    EMAIL_CHANGED = "user_updated", "changed the e-mail address of", "changed the e-mail address"
    PROFILE_UPDATED = "profile_updated", "edited the profile of", "edited the profile"
    ROLE_CHANGED = "role_changed", "changed the role of", "changed the role"
    DEACTIVATED = "user_deactivated", "deactivated", "deactivated this person"
    REACTIVATED = "user_reactivated", "reactivated", "reactivated this person"
    PICTURE_CHANGED = "picture_changed", "changed the picture of", "changed the picture"
    PICTURE_REMOVED = "picture_removed", "removed the picture of", "removed the picture"
    EXPORTED = "users_exported", "exported people", "exported people", None
