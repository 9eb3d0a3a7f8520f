"""Whether our own settings are good, as far as a provider has shown it."""

import threading


class Trust:
    """A provider answers the same to a device that is none of ours and to every device where a setting of ours is
    wrong: another project's key, the sandbox switched the wrong way. So such an answer removes a device only once this
    process has had a push accepted with the same settings.
    """

    def __init__(self) -> None:
        self._accepted = threading.Event()

    def note_accepted(self) -> None:
        """A push was accepted."""
        self._accepted.set()

    @property
    def is_earned(self) -> bool:
        """Whether one ever was."""
        return self._accepted.is_set()

    def forget(self) -> None:
        """Begin anew, with other settings."""
        self._accepted.clear()
