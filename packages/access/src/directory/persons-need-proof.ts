import type { ServiceConfig } from '@holdfast/runtime'
import type { Registry } from '@holdfast/trust'

/**
 * Whether dual approval in a country needs persons with their own keys or sign-ins (ADR 54): always in production, and
 * in development if the registry has a person of that country. Otherwise the country's key may name any person, for
 * engines that are only tried out.
 */
export const personsNeedProof =
  ({ config, members }: { readonly config: Pick<ServiceConfig, 'HOLDFAST_ENV'>; readonly members: Pick<Registry, 'hasPersons'> }) =>
  (country: string): boolean =>
    config.HOLDFAST_ENV === 'production' || members.hasPersons(country)
