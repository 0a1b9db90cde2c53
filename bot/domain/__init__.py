"""The words of the product as frozen values; the standard library and msgspec only."""
