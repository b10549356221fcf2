"""JSON as RFC 8785 writes it, and what it does not: I-JSON (RFC 7493) is read, anything else is refused."""

import hashlib
import json
import math


class Refused(Exception):
    """What is not to be taken. Its text says why."""


def read_json(text):
    """The value of a JSON text. Every number becomes a float, as RFC 8785 takes them for doubles."""
    try:
        return json.loads(
            text, object_pairs_hook=_members, parse_int=float, parse_float=float, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {error}") from error


def read_json_bytes(data):
    try:
        return read_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused(f"no UTF-8: {error}") from error


def _members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("a member is there twice")
    return members


def _no_number(name):
    raise Refused(f"{name} is no JSON")


def canonical_json(value):
    """The canonical text of a value of lists, dicts, texts, floats, booleans and None."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return number(float(value))
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    names = sorted(value, key=_utf16)
    return "{" + ",".join(_text(name) + ":" + canonical_json(value[name]) for name in names) + "}"


def sha256_of(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _utf16(name):
    """Names are in the order of their UTF-16 code units, which Python's own order of characters is not."""
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise Refused("half of a surrogate pair in a name") from error


_short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _text(text):
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("half of a surrogate pair")
    written = (_short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text)
    return '"' + "".join(written) + '"'


def number(double):
    """Number::toString of ECMAScript. Python finds the same shortest digits, and sets the point elsewhere."""
    if math.isnan(double) or math.isinf(double):
        raise Refused("no number that JSON has")
    if double == 0:
        return "0"
    sign = "-" if double < 0 else ""
    mantissa, _, exponent = repr(abs(double)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + int(exponent or 0)
    digits = whole + ("" if fraction == "0" else fraction)
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    fraction = "." + digits[1:] if count > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'+' if power > 0 else '-'}{abs(power)}"
