/** The bytes before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
export const pkcs8Head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)

/** The bytes before a public key, in SubjectPublicKeyInfo. */
export const spkiHead = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0)
