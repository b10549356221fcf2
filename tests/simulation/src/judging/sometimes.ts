import type { WritingCall } from '../engine/process.ts'

/** What a campaign has to reach at least once: one that never does has tried nothing of it. */
export const milestones = {
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
  torn: 'of what was published at once to several topics or partitions, one part was written and another was not',
  leap: 'the clock of a process was wrong',
  cut: 'a partition lost what it had acknowledged',
  undone: 'a commit failed, and what was done since the one before was undone',
  deadline: 'a deadline passed',
  race: 'two persons said the same at the same time, and one was the first and one the second',
  atDeadline: 'a confirmation came at the instant at which a hold ends',
  parked: 'a request was parked, as code threw on it',
  raise: 'the level of the ledger was raised to that of the next version',
  back: 'a service went back to the version before, with the level raised',
  recall: 'a fact of the next version was written',
} as const
export type Milestone = keyof typeof milestones

export interface Sometimes {
  reached(moment: Milestone): void
  /** By an act of a process. */
  see(call: WritingCall): void
  readonly counts: ReadonlyMap<Milestone, number>
}

export function createSometimes(): Sometimes {
  const counts = new Map<Milestone, number>()
  const reached = (moment: Milestone): void => void counts.set(moment, (counts.get(moment) ?? 0) + 1)
  /** What became of the parts of what was last published at once, by process. */
  const parts = new Map<string, { readonly at: string; readonly isDone: boolean }>()
  function seePart({ process, incarnation, madeMs, fault }: WritingCall): void {
    const [at, isDone] = [`${incarnation} ${madeMs}`, fault !== 'failing']
    const last = parts.get(process)
    if (last?.at === at && last.isDone !== isDone) reached('torn')
    parts.set(process, { at, isDone })
  }

  return {
    reached,
    see(call) {
      const { operation, topic, isStale, fault } = call
      if (operation === 'streams.publish') seePart(call)
      if (fault === 'failing') return
      const isAppend = operation === 'streams.append' && topic === 'freeze.ledger'
      if (operation === 'streams.publish' && isStale && topic?.startsWith('freeze.orders.')) reached('lateOrder')
      if (isAppend && isStale) reached('staleAppend')
      if (isAppend && fault === 'answerLost') reached('lostAppend')
      if (operation === 'snapshots.save' && fault === 'answerLost') reached('lostSave')
    },
    counts,
  }
}
