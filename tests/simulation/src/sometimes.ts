import type { DoneCall } from './process.ts'

/** What a campaign has to reach at least once: one that never does has tried nothing of it. */
export const moments = {
  staleAppend: 'an owner that had lost its partition appended to the ledger',
  lostAppend: 'an append to the ledger was done, and who did it was told that it failed',
  lostSave: 'a save was done, and who did it was told that it failed',
  crash: 'a process was killed',
  flush: 'the stores forgot everything',
  rewind: 'the stores went back to what they had been before',
  lateOrder: 'an owner that had lost its partition sent an order',
  repeat: 'a request was sent again whose first sending had been taken',
  otherWords: 'a key was used again for other words, and refused',
  twin: 'a request was found to be for a payment that another one stands for',
} as const
export type Moment = keyof typeof moments

export interface Sometimes {
  reached(moment: Moment): void
  /** By an act of a process. */
  see(call: DoneCall): void
  readonly counts: ReadonlyMap<Moment, number>
}

export function createSometimes(): Sometimes {
  const counts = new Map<Moment, number>()
  const reached = (moment: Moment): void => void counts.set(moment, (counts.get(moment) ?? 0) + 1)
  return {
    reached,
    see({ operation, topic, isStale, answerLost }) {
      const isAppend = operation === 'streams.append' && topic === 'freeze.ledger'
      if (operation === 'streams.publish' && isStale && topic?.startsWith('freeze.orders.')) reached('lateOrder')
      if (isAppend && isStale) reached('staleAppend')
      if (isAppend && answerLost) reached('lostAppend')
      if (operation === 'snapshots.save' && answerLost) reached('lostSave')
    },
    counts,
  }
}
