import type { ServiceDefinition } from '@holdfast/service-kit'
import type { EncryptionCode } from './encryption.ts'

/** The services of one version. */
export interface Version {
  readonly intake: ServiceDefinition
  readonly ledger: ServiceDefinition
  readonly validation: ServiceDefinition
  readonly dispatch: ServiceDefinition
  readonly desk: ServiceDefinition
  readonly encryption: EncryptionCode
}

export type ServiceName = Exclude<keyof Version, 'encryption'>
