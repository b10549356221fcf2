import { stateVersions } from './state-versions.ts'

export { stateVersions }

/**
 * The namespace of a service's stored states. It contains the version of the states, so that two versions of a service
 * can run during an upgrade or a rollback.
 */
export const stateSpace = (service: 'ledger' | 'validation' | 'dispatch'): string => `${service}.${stateVersions[service]}`
