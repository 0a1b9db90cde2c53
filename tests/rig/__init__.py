"""The rig: bots killed at any moment, a Slack that fails, and a count of what came of it."""
