"""Captures judged by one process, by several, or by a cluster. Whatever the number, the report is the same."""
