import type { ReceivedOrder } from '@holdfast/bank-simulator/received-order'
import type { Fact } from '@holdfast/schemas'
import type { ServiceProcess, StartedAs } from '@holdfast/test-kit/service-process'
import type { Delivered, LedgerLine } from '../../checker/observations.ts'

export type EngineName = 'cluster' | 'embedded'

export const secretFile = 'engine-secret'
export const masterKeysFile = 'master-keys'
export const keysFile = 'keys.sqlite'

/** A file that can't be made again and that the ledger belongs to. */
export interface IdentityFile {
  readonly name: typeof secretFile | typeof masterKeysFile | typeof keysFile
  readonly path: string
  /** By which a process is told where it is; undefined where that is its folder. */
  readonly setting: string | undefined
  isReadBy(service: string): boolean
}

/** A process of the engine, as faults meet it. */
export interface SiteProcess extends Pick<ServiceProcess, 'name' | 'url' | 'pid' | 'kill'> {
  /** Which service it runs; `standalone` runs all. */
  readonly service: string
  /** It was started, and is gone without having been ended. */
  hasEndedByItself(): boolean
  isRunning(): boolean
  /** With what it is told beside its settings, this once. */
  start(env?: StartedAs['env']): Promise<void>
}

/** An order as it comes to a bank, by whichever way. */
export type BankOrder = Pick<ReceivedOrder, 'orderId' | 'requestId' | 'kind' | 'amount' | 'bic'> & { readonly country: string }

/** What the outside sees of an engine while it runs. */
export interface Seeing {
  onFact(fact: Fact): void
  /** An order has come to its bank. It may come again. */
  onOrder(order: BankOrder): void
}

/** What lies in the engine's topics once everything has ended. */
export interface Lying {
  readonly orders: readonly Delivered[]
  readonly notices: readonly Delivered[]
  readonly ledger: readonly LedgerLine[]
}

/** A whole engine on this machine, to which faults happen. */
export interface Site {
  readonly engine: EngineName
  readonly dataDir: string
  /** For what a fault needs, on a disk that none fills; it goes with the run. */
  readonly scratchDir: string
  readonly processes: readonly SiteProcess[]
  readonly identity: readonly IdentityFile[]
  /** Addresses of who takes requests, of who takes answers, and of desks. */
  readonly doors: Readonly<Record<'intake' | 'answers' | 'desk', readonly string[]>>
  /** As members and banks with a connection of their own write; undefined where there is none. */
  readonly publish: ((topic: string, key: string, value: string, authorization: string) => Promise<void>) | undefined
  see(seeing: Seeing): Promise<void>
  /** A partition has no settled owner just now. */
  isChangingHands(): boolean
  /** Reads what lies there. An embedded engine is ended for it. */
  lying(): Promise<Lying>
  stop(): Promise<void>
}
