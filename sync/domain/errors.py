"""The one tree of errors.

ComptoirError
├── InvalidInput        what was typed, scanned or sent is not acceptable; nothing was changed
├── NotFound            the thing named is not known here
├── Conflict            somebody or something else came first; look again and decide
├── Refused             a rule of the house says no, with its reason
└── Unavailable         something outside (network, printer, card terminal) does not answer

A program looks at `code`, which never changes. A person reads the sentence: `template` is the
message identifier in the translation catalogues and `params` fill its gaps.
"""

from __future__ import annotations


class ComptoirError(Exception):
    """An error with a stable `code`, a translatable `template` and the `params` that fill it."""

    code = "error"

    def __init__(self, template: str, *, code: str | None = None, **params: object) -> None:
        self.template = template
        self.params = params
        if code is not None:
            self.code = code
        super().__init__(template.format_map(params) if params else template)


class InvalidInput(ComptoirError):
    """What was typed, scanned or sent is not acceptable; nothing was changed."""

    code = "invalid_input"


class NotFound(ComptoirError):
    """The thing named is not known here."""

    code = "not_found"


class Conflict(ComptoirError):
    """Somebody or something else came first; look again and decide."""

    code = "conflict"


class Refused(ComptoirError):
    """A rule of the house says no, with its reason."""

    code = "refused"


class Unavailable(ComptoirError):
    """Something outside (network, printer, card terminal) does not answer; nothing is lost."""

    code = "unavailable"
