import type { WritingCall } from '../engine/process.ts'

/** Milestones that a campaign must reach at least once: otherwise it has not tested them. */
export const milestones = {
  staleAppend: 'a late owner appended to the ledger',
  lostAppend: 'an append to the ledger succeeded and was reported as failed',
  lostSave: 'a save succeeded and was reported as failed',
  crash: 'a process was killed',
  flush: 'the stores were flushed',
  rewind: 'the stores were restored from an older copy',
  lateOrder: 'a late owner sent an order',
  repeat: 'an accepted request was sent again',
  otherWords: 'another document under a used key was refused',
  twin: 'a request was found to be a duplicate by payment',
  torn: 'a publish to several topics or partitions was written in part',
  leap: 'the clock of a process was wrong',
  cut: 'a partition lost acknowledged records',
  undone: 'a commit failed, and the work since the last one was rolled back',
  deadline: 'a deadline was reached',
  race: 'of two identical commands at the same time, one became the proposal and one the approval',
  atDeadline: 'a confirmation arrived at the instant at which a hold ends',
  check: 'a check of documents was settled in an engine with both workflows',
  parked: 'a request was parked, because code threw on it',
  raise: 'the feature level was raised to that of the next version',
  back: 'a service was downgraded after the feature level was raised',
  recall: 'a fact of the next version was written',
} as const
export type Milestone = keyof typeof milestones

export interface Sometimes {
  reached(moment: Milestone): void
  /** Counts the milestones of a process's call. */
  see(call: WritingCall): void
  readonly counts: ReadonlyMap<Milestone, number>
}

export function createSometimes(): Sometimes {
  const counts = new Map<Milestone, number>()
  const reached = (moment: Milestone): void => void counts.set(moment, (counts.get(moment) ?? 0) + 1)
  /** The result of the last part of each process's latest publish. */
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
      if (operation === 'streams.publish' && isStale && topic !== undefined && /^\w+\.(orders|notifications)\./.test(topic))
        reached('lateOrder')
      if (isAppend && isStale) reached('staleAppend')
      if (isAppend && fault === 'answerLost') reached('lostAppend')
      if (operation === 'snapshots.save' && fault === 'answerLost') reached('lostSave')
    },
    counts,
  }
}
