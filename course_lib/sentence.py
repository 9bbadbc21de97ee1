"""The sentence that is carried through the whole course."""

__all__ = ["TOKENS"]

#: "a fluffy blue creature roamed the verdant forest", a word a token.
TOKENS = ["a", "fluffy", "blue", "creature", "roamed", "the", "verdant", "forest"]
