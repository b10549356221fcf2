import type { EngineKeys } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

/**
 * `GET /v1/engine-keys`: the public keys that sign this engine's orders, as a JWK set. Institutions fetch them once
 * over a trusted connection and store them.
 */
export function getEngineKeys({ http, signer }: ServiceContext): void {
  const keys: EngineKeys = { keys: [signer.key] }
  http.get('/v1/engine-keys', { config: { forUnits: true, forInstitutions: true } }, async (_request, reply) => reply.send(keys))
}
