import type { CircuitView, OperationsView, ProcessView, ReaderView } from '@holdfast/schemas'
import type { Health } from './state-mark.tsx'

export const healthOfProcess: Readonly<Record<ProcessView['state'], Health>> = { ready: 'good', notReady: 'bad', late: 'silent' }
export const healthOfCircuit: Readonly<Record<CircuitView['state'], Health>> = { closed: 'good', halfOpen: 'watch', open: 'bad' }

/** State of a consumer: it has an unowned partition, it is behind, or it keeps up. */
export type ReaderState = 'unowned' | 'behind' | 'keepsUp'
export const readerState = ({ unowned, behindSince }: Pick<ReaderView, 'unowned' | 'behindSince'>): ReaderState =>
  unowned > 0 ? 'unowned' : behindSince === undefined ? 'keepsUp' : 'behind'
export const healthOfReader: Readonly<Record<ReaderState, Health>> = { unowned: 'bad', behind: 'watch', keepsUp: 'good' }

/** The number of processes in each state. */
export const countStates = ({ processes }: Pick<OperationsView, 'processes'>): Readonly<Record<ProcessView['state'], number>> => {
  const counts = { ready: 0, notReady: 0, late: 0 }
  for (const { state } of processes) counts[state]++
  return counts
}

/** A tolerable clock difference: deadlines count in minutes. */
const clockRightMs = 1_000

/** The rating of a clock, with its difference in milliseconds. */
export const clockState = (
  aheadMs: number | undefined,
): { readonly is: 'unknown' | 'right' | 'ahead' | 'behind'; readonly byMs: number } =>
  aheadMs === undefined
    ? { is: 'unknown', byMs: 0 }
    : { is: Math.abs(aheadMs) < clockRightMs ? 'right' : aheadMs > 0 ? 'ahead' : 'behind', byMs: Math.abs(aheadMs) }

/** By name, so that a row keeps its position while its state changes: the engine sends the worst first. */
export const inNameOrder = (circuits: readonly CircuitView[]): readonly CircuitView[] => {
  const nameOf = ({ recipient, instance }: CircuitView): string => `${recipient} ${instance}`
  return circuits.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}
