"""AES-256-GCM (FIPS 197, NIST SP 800-38D) with nonces of 12 bytes, for reading a few blocks: it is slow, and its time depends on what it works on. For anything else take a library."""

from canonical_json import Refused

TAG_BYTES = 16


def _double(byte):
    return ((byte << 1) ^ (0x11B if byte & 0x80 else 0)) & 0xFF


def _make_sbox():
    """Inverses in GF(2^8), by the powers of 3 and of its inverse, and the affine map."""
    sbox = [0x63] * 256
    power = inverse = 1
    while True:
        power ^= _double(power)
        for shift in (1, 2, 4):
            inverse ^= (inverse << shift) & 0xFF
        if inverse & 0x80:
            inverse ^= 0x09
        turned = inverse
        for shift in (1, 2, 3, 4):
            turned ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xFF
        sbox[power] = turned ^ 0x63
        if power == 1:
            return sbox


SBOX = _make_sbox()
DOUBLED = [_double(byte) for byte in range(256)]
# What ShiftRows puts in each place of the state, which is written column by column.
SHIFTED = [(4 * (column + row) + row) % 16 for column in range(4) for row in range(4)]


def round_keys(key):
    """Of AES-256: 15 of 16 bytes each."""
    words = [list(key[at : at + 4]) for at in range(0, 32, 4)]
    constant = 1
    while len(words) < 60:
        word = words[-1]
        if len(words) % 8 == 0:
            word = [SBOX[byte] for byte in word[1:] + word[:1]]
            word[0] ^= constant
            constant = _double(constant)
        elif len(words) % 8 == 4:
            word = [SBOX[byte] for byte in word]
        words.append([one ^ other for one, other in zip(words[-8], word)])
    return [sum(words[at : at + 4], []) for at in range(0, 60, 4)]


def encrypt_block(keys, block):
    state = [one ^ other for one, other in zip(block, keys[0])]
    for number in range(1, 15):
        state = [SBOX[state[place]] for place in SHIFTED]
        if number < 14:
            state = [byte for at in range(0, 16, 4) for byte in _mixed(state[at : at + 4])]
        state = [one ^ other for one, other in zip(state, keys[number])]
    return bytes(state)


def _mixed(column):
    all_four = column[0] ^ column[1] ^ column[2] ^ column[3]
    return [column[at] ^ all_four ^ DOUBLED[column[at] ^ column[(at + 1) % 4]] for at in range(4)]


def _times(one, other):
    """In the field of GHASH, whose lowest bit stands first."""
    product = 0
    for bit in range(127, -1, -1):
        if (one >> bit) & 1:
            product ^= other
        other = (other >> 1) ^ (0xE1 << 120 if other & 1 else 0)
    return product


def _ghash(subkey, aad, text):
    whole = b"".join(part + bytes(-len(part) % 16) for part in (aad, text))
    whole += (8 * len(aad)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    digest = 0
    for at in range(0, len(whole), 16):
        digest = _times(digest ^ int.from_bytes(whole[at : at + 16], "big"), subkey)
    return digest


def _streamed(keys, nonce, text):
    stream = b"".join(
        encrypt_block(keys, nonce + counter.to_bytes(4, "big")) for counter in range(2, 2 + (len(text) + 15) // 16)
    )
    return bytes(one ^ other for one, other in zip(text, stream))


def _tag(keys, nonce, aad, text):
    subkey = int.from_bytes(encrypt_block(keys, bytes(16)), "big")
    first = int.from_bytes(encrypt_block(keys, nonce + b"\x00\x00\x00\x01"), "big")
    return (_ghash(subkey, aad, text) ^ first).to_bytes(16, "big")


def _encrypt(key, nonce, aad, words):
    keys = round_keys(key)
    text = _streamed(keys, nonce, words)
    return text + _tag(keys, nonce, aad, text)


def _decrypt(key, nonce, aad, encrypted):
    keys = round_keys(key)
    text = encrypted[:-TAG_BYTES]
    if _tag(keys, nonce, aad, text) != encrypted[-TAG_BYTES:]:
        raise Refused("the tag is another")
    return _streamed(keys, nonce, text)


# FIPS 197, C.3, and the test cases 13 to 16 of "The Galois/Counter Mode of Operation (GCM)", which NIST's own examples of SP 800-38D took over.
_KEY = "feffe9928665731c6d6a8f9467308308" * 2
_NONCE = "cafebabefacedbaddecaf888"
_WORDS = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
_TEXT = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)
_AAD = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
NIST = [
    # key, nonce, additional data, words, text and tag
    ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "", "00" * 16, "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"),
    (_KEY, _NONCE, "", _WORDS, _TEXT + "b094dac5d93471bdec1a502270e3cc6c"),
    (_KEY, _NONCE, _AAD, _WORDS[:120], _TEXT[:120] + "76fc6ece0f4e1768cddf8853bb2d551b"),
]

_proved = False


def prove():
    """Raises ValueError where this is not AES-256-GCM: before its first use, as a wrong one might well agree with itself."""
    global _proved
    if _proved:
        return
    block = encrypt_block(round_keys(bytes(range(32))), bytes.fromhex("00112233445566778899aabbccddeeff"))
    if block.hex() != "8ea2b7ca516745bfeafc49904b496089":
        raise ValueError("this is not the AES of FIPS 197")
    for case in NIST:
        key, nonce, aad, words, encrypted = map(bytes.fromhex, case)
        if _encrypt(key, nonce, aad, words) != encrypted or _decrypt(key, nonce, aad, encrypted) != words:
            raise ValueError("this is not the GCM of NIST")
        other = encrypted[:-1] + bytes([encrypted[-1] ^ 1])
        try:
            _decrypt(key, nonce, aad, other)
        except Refused:
            continue
        raise ValueError("a wrong tag is taken")
    _proved = True


def encrypt(key, nonce, aad, words):
    """The ciphertext and its tag behind it."""
    prove()
    return _encrypt(key, nonce, aad, words)


def decrypt(key, nonce, aad, encrypted):
    """The words. Refused where the tag is another."""
    prove()
    return _decrypt(key, nonce, aad, encrypted)
