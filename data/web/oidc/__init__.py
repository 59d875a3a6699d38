"""Sign-in with the company account, by OpenID Connect."""
