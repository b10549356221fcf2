import type { ServiceConfig } from '@holdfast/runtime'
import type { Registry } from '@holdfast/trust'

/**
 * Whether two persons of a country have to be proved by keys or sign-ins of their own (ADR 54): always in production, and in development where the registry has a person of that country. Without one a
 * country's key says who its persons are, as in an engine that somebody tries out.
 */
export const personsNeedProof =
  ({ config, members }: { readonly config: Pick<ServiceConfig, 'HOLDFAST_ENV'>; readonly members: Pick<Registry, 'hasPersons'> }) =>
  (country: string): boolean =>
    config.HOLDFAST_ENV === 'production' || members.hasPersons(country)
