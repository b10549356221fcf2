import type { OpenPersonalData } from '@holdfast/encryption'
import type { Ingress } from '@holdfast/http'
import type { Clock, Drivers, LedgerOwner, Logger, LogTime, ProfileLoader, Readiness, ServiceConfig, StatusParts } from '@holdfast/runtime'
import type { EndedSessions, EngineSecret, EngineSigner, Registry } from '@holdfast/trust'

/** The dependencies of every service. */
export interface ServiceContext extends Drivers, Ingress {
  readonly clock: Clock
  readonly logTime: LogTime
  readonly log: Logger
  /** The countries of this engine. */
  readonly members: Registry
  /** For long-lived streams: whether their session has ended. */
  readonly endedSessions: Pick<EndedSessions, 'has'>
  /** The secret from which request ids and cursors are derived: the same for every service of an engine. */
  readonly secret: EngineSecret
  /** Signs orders and notifications as this engine. */
  readonly signer: EngineSigner
  /** Encrypts and decrypts personal data of a workflow. Undefined at a service that reads none. */
  readonly cipherOf: OpenPersonalData['cipherOf'] | undefined
  /** The rules of countries for a workflow, from the configured profile file. */
  readonly profilesOf: <P>(workflow: ProfileLoader<P>) => P
  readonly config: ServiceConfig
  /** Where a part reports why it cannot work. */
  readonly readiness: Pick<Readiness, 'note' | 'ask'>
  /** Where a part reports what operators must see and its process does not know. */
  readonly status: StatusParts
}

export interface ServiceDefinition {
  readonly name: string
  readonly defaultPort: number
  /** The services in it, if there are several. */
  readonly parts?: readonly string[]
  /** The workflows whose requests it takes. Each must accept the configured profile file, and have a ledger that can be used. */
  readonly workflows?: readonly (ProfileLoader<unknown> & LedgerOwner)[]
  /** False for a service without personal data: it gets no keys. */
  readonly readsPersonalData?: false
  /** False for a service without permission to read the ledger at secured brokers. */
  readonly readsLedger?: false
  /** Each throws the problems of files and settings that only this service uses. */
  readonly checks?: readonly ((config: ServiceConfig) => void)[]
  /**
   * The text on standard output once it is ready, for the person who started it. The log on standard error is for
   * operators.
   */
  readonly greeting?: (url: string) => string
  /**
   * Adds routes and starts reading; the server listens once it resolves. Registers each started part in the stack at
   * once, so that a later failure stops it too.
   */
  start(context: ServiceContext, stack: AsyncDisposableStack): Promise<void>
}
