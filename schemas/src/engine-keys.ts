/** A public key that verifies the engine's signatures (RFC 7517, RFC 8037); `kid` is its thumbprint (RFC 7638). */
export interface EngineKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'Ed25519'
  readonly use: 'sig'
}

/** The response of `GET /v1/engine-keys`: a JWK set. */
export interface EngineKeys {
  readonly keys: readonly EngineKey[]
}
