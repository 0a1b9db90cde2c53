"""What the bot remembers: tables, one file per aggregate, and functions that take a Session.

A Session is both a unit of work and a repository, so there is neither of these here.
Facts, not words: no text of an ordinary message has a column anywhere.
"""
