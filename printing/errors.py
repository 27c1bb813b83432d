"""What can go wrong when something is printed.

InvalidInput
├── DoesNotFit       the content is larger than the paper; found when the page is made
└── Unprintable      a character, code, picture or printer profile that no printer can be given
Unavailable
├── NotPrinted       the printer did not take the job: nothing came out, it is safe to try again
└── PerhapsPrinted   the connection broke in mid-job: only a person can see what came out
"""

from __future__ import annotations

from sync.domain.errors import InvalidInput, Unavailable


class DoesNotFit(InvalidInput):
    """The content is larger than the paper."""

    code = "printing.does_not_fit"


class Unprintable(InvalidInput):
    """A character, code, picture or profile that no printer can be given."""

    code = "printing.unprintable"


class NotPrinted(Unavailable):
    """The printer did not take the job; nothing came out."""

    code = "printing.not_printed"


class PerhapsPrinted(Unavailable):
    """The connection broke in mid-job; a person must look at what came out."""

    code = "printing.perhaps_printed"
