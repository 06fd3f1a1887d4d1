"""A capture made safe to share: see run.py."""
