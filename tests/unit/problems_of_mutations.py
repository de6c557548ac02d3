"""What a mutation of the reference book holds."""

from typing import NamedTuple


class Seen(NamedTuple):
    """A problem that the user reads: the file of the book, the entity, its line, the message with its id."""

    file: str
    entity: str
    line: str
    message: str


class Mutation(NamedTuple):
    """One change: what is wrong, where a text is replaced by which, and every problem in order."""

    name: str
    file: str
    entity: str
    old: str
    new: str
    problems: tuple[Seen, ...]
