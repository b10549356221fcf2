import type { ReceivedOrder } from '@holdfast/bank-simulator/received-order'
import type { Fact } from '@holdfast/payment-stop/language'
import type { ServiceProcess, StartedAs } from '@holdfast/test-kit/service-process'
import type { Delivered, LedgerLine } from '../../checker/observations.ts'

export type EngineName = 'cluster' | 'embedded'

export const secretFile = 'engine-secret'
export const masterKeysFile = 'master-keys'
export const keysFile = 'keys.sqlite'

/** A file that cannot be recreated and belongs to the ledger. */
export interface IdentityFile {
  readonly name: typeof secretFile | typeof masterKeysFile | typeof keysFile
  readonly path: string
  /** The setting that names its path; undefined where that is the folder. */
  readonly setting: string | undefined
  isReadBy(service: string): boolean
}

/** A process of the engine, as faults use it. */
export interface SiteProcess extends Pick<ServiceProcess, 'name' | 'url' | 'pid' | 'kill'> {
  /** The service that it runs; `standalone` runs all. */
  readonly service: string
  /** It was started and has ended unexpectedly. */
  hasEndedByItself(): boolean
  isRunning(): boolean
  /** With additional settings, for this start. */
  start(env?: StartedAs['env']): Promise<void>
}

/** An order as it reaches a bank, over any transport. */
export type BankOrder = Pick<ReceivedOrder, 'orderId' | 'requestId' | 'kind' | 'amount' | 'bic'> & { readonly country: string }

/** What clients observe of a running engine. */
export interface Seeing {
  onFact(fact: Fact): void
  /** An order has reached its bank. It can be repeated. */
  onOrder(order: BankOrder): void
}

/** The records of the engine's topics once everything has ended. */
export interface Lying {
  readonly orders: readonly Delivered[]
  readonly notifications: readonly Delivered[]
  readonly ledger: readonly LedgerLine[]
}

/** A whole engine on this machine, with faults. */
export interface Site {
  readonly engine: EngineName
  readonly dataDir: string
  /** For files of a fault, on a disk that no fault fills; removed with the run. */
  readonly scratchDir: string
  readonly processes: readonly SiteProcess[]
  readonly identity: readonly IdentityFile[]
  /** The endpoints for requests, for answers, and of desks. */
  readonly endpoints: Readonly<Record<'intake' | 'answers' | 'desk', readonly string[]>>
  /** As members and banks with their own Kafka connection write; undefined without Kafka. */
  readonly publish: ((topic: string, key: string, value: string, authorization: string) => Promise<void>) | undefined
  see(seeing: Seeing): Promise<void>
  /** A group is rebalancing. */
  isChangingHands(): boolean
  /** Reads the stored records. An embedded engine is stopped for it. */
  lying(): Promise<Lying>
  stop(): Promise<void>
}
