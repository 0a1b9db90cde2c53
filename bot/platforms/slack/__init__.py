"""Slack: what is said there comes in by one door, and goes out by another."""
