"""The audit actions of sign-ins, sessions, passwords and access tokens."""

from data.domain import AuditAction


class AccessAction(AuditAction):
    SIGNED_IN = "signed_in", "signed in as", "signed in"
    SIGNED_OUT = "signed_out", "signed out", "signed out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "ended all sessions of", "signed out everywhere"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", "ended the other sessions of", "signed out everywhere else"
    SIGN_IN_DELAYED = "sign_in_delayed", "delayed further sign-ins of", "delayed after wrong passwords"
    ADDRESS_LIMITED = "address_limited", "limited sign-ins from", "limited sign-ins from this address"
    SIGN_IN_UNLOCKED = "sign_in_unlocked", "lifted the delay on the sign-in of", "lifted the delay on signing in"
    SESSION_REVOKED = "session_revoked", "ended a session of", "ended a session"
    PASSWORD_CHANGED = "password_changed", "changed the password of", "changed the password"
    PASSWORD_SET = "password_set", "set the password of", "set a password by a link"
    PASSWORD_LINK_MADE = "password_link_made", "made a set-password link for", "made a set-password link"
    TOKEN_CREATED = "token_created", "made a personal token of", "made a personal token"
    TOKEN_REVOKED = "token_revoked", "revoked a personal token of", "revoked a personal token"
