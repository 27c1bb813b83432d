"""Messages to JSON and back: the one place where what comes over the wire becomes our types.

Reading stops at the first element of a sequence that is wrong. A message of eight million wrong
elements would otherwise make as many errors, of which a person is shown one.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from sync.domain.errors import InvalidInput

NAMES_MAX = 100_000  # each that is not known makes an error; of eight million that takes minutes
FAULTS_TOLD_MAX = 50
_SEQUENCES = {"list", "tuple", "set", "frozenset"}
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}
_READERS: dict[Any, SchemaValidator] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The pydantic adapter of a message type, built once."""
    found = _ADAPTERS.get(kind)
    if found is None:
        found = _ADAPTERS[kind] = TypeAdapter(kind)
    return found


def parse(kind: Any, data: Any) -> Any:
    """Read `data` (JSON-able) as `kind`; raises InvalidInput that names the first wrong field."""
    try:
        return _reader(kind).validate_python(data)
    except ValidationError as error:
        raise _wrong_field(error) from None


def parse_json(kind: Any, data: bytes | str) -> Any:
    """Like `parse`, from JSON text; what holds more than `NAMES_MAX` names is none of ours."""
    if data.count(b":" if isinstance(data, bytes) else ":") > NAMES_MAX:  # type: ignore[arg-type]
        raise InvalidInput(
            "The message is too large. Send less at once.", code="message.too_many_names"
        )
    try:
        return _reader(kind).validate_json(data)
    except ValidationError as error:
        raise _wrong_field(error) from None


def to_wire(message: Any) -> Any:
    """A message as JSON-able data."""
    return adapter(type(message)).dump_python(message, mode="json")


def to_json(message: Any) -> bytes:
    """A message as JSON text."""
    return adapter(type(message)).dump_json(message)


def _reader(kind: Any) -> SchemaValidator:
    found = _READERS.get(kind)
    if found is None:
        found = _READERS[kind] = SchemaValidator(_fail_fast(adapter(kind).core_schema))
    return found


def _fail_fast(schema: Any) -> Any:
    """`schema` with each sequence stopping at its first wrong element, as pydantic's FailFast
    annotation has it; the domain's types know nothing of pydantic."""
    if isinstance(schema, dict):
        copied = {name: _fail_fast(part) for name, part in schema.items()}
        if copied.get("type") in _SEQUENCES:
            copied["fail_fast"] = True
        return copied
    if isinstance(schema, list):
        return [_fail_fast(part) for part in schema]
    return schema


def _wrong_field(error: ValidationError) -> InvalidInput:
    if error.error_count() > FAULTS_TOLD_MAX:  # to tell of one, all are made
        return InvalidInput(
            "The message cannot be read: it has {count} faults. Nothing was changed.",
            code="message.faults",
            count=error.error_count(),
        )
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return InvalidInput(
        "The message cannot be read: {field}: {problem}. Nothing was changed.",
        code="message.invalid",
        field=where,
        problem=first["msg"],
    )
