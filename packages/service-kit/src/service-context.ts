import type { Ingress } from '@holdfast/http'
import type { Profiles } from '@holdfast/profiles'
import type { Clock, Drivers, Logger, LogTime, Readiness, ServiceConfig, StatusParts } from '@holdfast/runtime'
import type { PersonalDataCipher } from '@holdfast/sealing'
import type { EndedSessions, EngineSecret, EngineSigner, Registry } from '@holdfast/trust'

/** What every service is given. */
export interface ServiceContext extends Drivers, Ingress {
  readonly clock: Clock
  readonly logTime: LogTime
  readonly log: Logger
  /** The countries that have a part in this engine. */
  readonly members: Registry
  /** Of what stays open for longer than an answer: whether its session was ended meanwhile. */
  readonly endedSessions: Pick<EndedSessions, 'has'>
  /** What ids of requests and places in streams are made from: the same for every service of an engine. */
  readonly secret: EngineSecret
  /** Signs orders and notices as this engine. */
  readonly signer: EngineSigner
  /** Encrypts and decrypts personal data. Undefined at a service that reads none. */
  readonly words: PersonalDataCipher | undefined
  /** What is known of the countries, by the profile file that was named. */
  readonly profiles: Profiles
  readonly config: ServiceConfig
  /** Where a part says that it can't do its work, and why. */
  readonly readiness: Pick<Readiness, 'note' | 'ask'>
  /** Where a part says what an operator has to see of it, and its process does not know. */
  readonly status: StatusParts
}

export interface ServiceDefinition {
  readonly name: string
  readonly defaultPort: number
  /** The services that run in it, where it is several. */
  readonly parts?: readonly string[]
  /** False of one that neither writes nor reads the words of persons: it is given no keys. */
  readonly readsWords?: false
  /** False of one that may not read the ledger where brokers ask who comes. */
  readonly readsLedger?: false
  /** Each throws what is wrong with files and settings that this service alone uses. */
  readonly checks?: readonly ((config: ServiceConfig) => void)[]
  /** What whoever started it is told on standard output, once it is there: the log, on standard error, is for operators. */
  readonly greeting?: (url: string) => string
  /** Adds routes and starts reading; the server listens once it resolves. What it starts is put into the stack at once, so that it is stopped also where the start fails later. */
  start(context: ServiceContext, stack: AsyncDisposableStack): Promise<void>
}
