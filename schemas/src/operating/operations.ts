import type { CircuitState, StatusBody } from './status.ts'

/** One process of the engine, by its last status. */
export interface ProcessView extends Omit<StatusBody, 'readers' | 'circuits' | 'stopped'> {
  /** `late`: no status for more than 12 s; the other fields are as of the last one. */
  readonly state: 'ready' | 'notReady' | 'late'
  readonly heardAt: string
}

/** A consumer group of a topic; with `instance` a process that reads all partitions for itself, as each desk does. */
export interface ReaderView {
  readonly group: string
  readonly topic: string
  readonly instance?: string
  readonly partitions: number
  /** Partitions without an owner: their records are not processed. */
  readonly unowned: number
  /** Unprocessed records; absent if the lag of a partition is unknown. */
  readonly lag?: number
  /** Present while it lags: records newer than this have not been read. */
  readonly behindSince?: string
}

export interface CircuitView extends CircuitState {
  readonly instance: string
}

/** The response of `GET /v1/operations`. */
export interface OperationsView {
  readonly asOf: string
  /** Sorted by process and instance, so that rows keep their order. */
  readonly processes: readonly ProcessView[]
  /** Services without a status in the last half hour. */
  readonly missing: readonly string[]
  readonly readers: readonly ReaderView[]
  /** Recipients with waiting orders: open circuits first, 50 of each process. */
  readonly circuits: readonly CircuitView[]
  readonly circuitsMore: number
}
