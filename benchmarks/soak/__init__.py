"""The long proofs, in parts of at most twenty minutes; a run that was stopped goes on where it was.

__main__.py ──▶ kills.py api.py races.py clicks.py mutate.py ...     what is proved: chunks, and what they come to
     │                 └──▶ proofs.py     a chunk that is a short run of the tests, with larger counts
     └──▶ progress.py                     what is done of a part, kept beside the results
"""
