import { stateVersions } from './state-versions.ts'

export { stateVersions }

/**
 * The namespace in which a service keeps its states. It has the version of what it folds in its name, so that during an upgrade, and when one is taken back, services of two versions
 * each have their own side by side, and neither takes the other's for its own.
 */
export const stateSpace = (service: 'ledger' | 'validation' | 'dispatch'): string => `${service}.${stateVersions[service]}`
