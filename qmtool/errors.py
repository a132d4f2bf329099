"""What stops a run: one sentence each, and the exit code of `product.md` §7."""


class QmError(Exception):
    """A run that cannot go on, for a reason the user can mend.

    The single argument is the sentence: a `str`, or a `Text` that the command line translates.
    """

    exit_code = 4

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @property
    def sentences(self) -> list[object]:
        """Return the sentences: several where the reason is a list of them."""
        return [*self.sentence] if isinstance(self.sentence, list | tuple) else [self.sentence]


class UsageError(QmError):
    """The command or one of its arguments is not understood."""

    exit_code = 2


class SettingsError(QmError):
    """`qm.yaml`, `adopt.yaml`, a kind or a referential is unreadable or holds an unknown key."""

    exit_code = 2


class Refused(QmError):
    """The person may not do this, or a condition of doing it does not hold."""

    exit_code = 3


class RepositoryError(QmError):
    """The repository is not in a state that allows this, or the disk failed."""

    exit_code = 4


class NoRepository(RepositoryError):
    """The folder is in no Git repository at all."""


class Busy(QmError):
    """Another program holds a lock; trying again may work."""

    exit_code = 5
