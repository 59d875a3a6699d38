"""Sample data for a laptop: two organisations with about 250 people between them."""

from data.sample.service import SIGN_INS, SignIn, present, write_sample

__all__ = ["SIGN_INS", "SignIn", "present", "write_sample"]
