"""Where people talk: each platform translates at its own door, inward and outward."""
