"""Decisions about whole pages. Each pass takes facts and returns one field of a `PagePlan`."""
