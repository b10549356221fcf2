import type { EngineKeys } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

/** `GET /v1/engine-keys`: the public keys by which this engine signs orders, as a JWK set, for institutions too: got once, over a way that is trusted, and kept. */
export function getEngineKeys({ http, signer }: ServiceContext): void {
  const keys: EngineKeys = { keys: [signer.key] }
  http.get('/v1/engine-keys', { config: { forUnits: true, forInstitutions: true } }, async (_request, reply) => reply.send(keys))
}
