"""What stops the program, as opposed to what is wrong with the data.

Bad data is a `Finding` in a `Report`; an exception means that work cannot go on::

    AmipError
    ├── UsageError          wrong use: unknown question, parameter or format   (exit 2)
    ├── InputError          input that cannot be read at all                    (exit 3)
    ├── RefusedError        a dataset with violations is not published          (exit 1)
    └── RemoteError         a SPARQL endpoint failed or cannot be reached       (exit 4)
"""

from __future__ import annotations


class AmipError(Exception):
    """The base of all exceptions that the library raises on purpose.

    `subject` keeps the offending object (a path, a name, a URL); `advice` says what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, *, subject: object = None, advice: str = "") -> None:
        """Keep the message, the offending object and the next step."""
        super().__init__(message)
        self.subject = subject
        self.advice = advice


class UsageError(AmipError):
    """The caller asked for something that does not exist."""

    exit_code = 2


class InputError(AmipError):
    """Input cannot be read: missing, empty, not UTF-8, not a programme, broken syntax."""

    exit_code = 3


class RefusedError(AmipError):
    """The result was not written because the data violates the shapes."""

    exit_code = 1


class RemoteError(AmipError):
    """A remote SPARQL endpoint is down or answered with an error."""

    exit_code = 4
