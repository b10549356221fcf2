import type { CircuitState, StatusBody } from './status.ts'

/** One process of the engine, by the last that was heard of it. */
export interface ProcessView extends Omit<StatusBody, 'readers' | 'circuits' | 'stopped'> {
  /** `late`: nothing has been heard of it for more than 12 s, and the rest is of then. */
  readonly state: 'ready' | 'notReady' | 'late'
  readonly heardAt: string
}

/** A group of readers of one topic; `instance` of one that reads all of it for itself, as each desk does. */
export interface ReaderView {
  readonly group: string
  readonly topic: string
  readonly instance?: string
  readonly partitions: number
  /** Partitions that no process has: nothing in them is worked on. */
  readonly unowned: number
  /** Records that are there and have not been worked on; absent where that is not known of a partition. */
  readonly lag?: number
  /** There where it does not keep up: what is newer than this has not been read. */
  readonly behindSince?: string
}

export interface CircuitView extends CircuitState {
  readonly instance: string
}

/** What `GET /v1/operations` answers. */
export interface OperationsView {
  readonly asOf: string
  /** By what was started and where, so that a row stays where it is. */
  readonly processes: readonly ProcessView[]
  /** Services of which no process has been heard within half an hour. */
  readonly missing: readonly string[]
  readonly readers: readonly ReaderView[]
  /** Recipients for which orders wait; those that are left alone first, 50 of each process. */
  readonly circuits: readonly CircuitView[]
  readonly circuitsMore: number
}
