"""Pure functions from numbers to judgements: what the figures of a network may mean."""
