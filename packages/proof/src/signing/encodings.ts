/** What stands before the 32 bytes of a private key of Ed25519 in PKCS #8 (RFC 8410). */
export const pkcs8Head = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)

/** The same of a public key, in SubjectPublicKeyInfo. */
export const spkiHead = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0)
