"""What somebody sent, as any database takes it."""


def plain(word: str) -> str:
    """A name to look for, without NUL: PostgreSQL fails even to look for one."""
    return word.replace("\x00", "")
