"""Verifies signatures of ECDSA on P-256 with SHA-256 (FIPS 186-5, 6.4.2), for verifying alone.

As ES256 has them: 32 bytes of r and 32 of s (RFC 7518, 3.4).
"""

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(one, other):
    """The sum of two points; None is the one at infinity."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return (x, (slope * (x1 - x) - y1) % P)


def times(factor, point):
    total = None
    while factor > 0:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def verify(x, y, message, signature):
    """Whether `signature` is that of `message` by the key with these numbers (32 bytes each)."""
    key = (int.from_bytes(x, "big"), int.from_bytes(y, "big"))
    on_curve = max(key) < P and (key[1] ** 2 - key[0] ** 3 + 3 * key[0] - B) % P == 0
    if len(x) != 32 or len(y) != 32 or len(signature) != 64 or not on_curve:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, ORDER)
    point = add(times(digest * inverse % ORDER, BASE), times(r * inverse % ORDER, key))
    return point is not None and point[0] % ORDER == r
