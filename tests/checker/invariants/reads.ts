import { type Money, minorOf } from '../money.ts'
import type { Read } from '../observations.ts'
import type { CheckedState } from '../state/step.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofReads: Invariants = {
  'read-forward': 'For one reader and request the sequence never goes back.',
  'read-ledger': 'A read shows the phase and amounts of the request after that fact in the ledger.',
}

const names = {
  requested: 'requested',
  frozen: 'frozen',
  recovered: 'recovered',
  charges: 'charges',
  movedOnward: 'moved',
  released: 'released',
} as const

export function checkReads({ observations, derived, ledger }: World, report: Report): void {
  const last = new Map<string, number>()
  for (const read of observations.reads.toSorted((one, other) => one.atMs - other.atMs)) {
    const { by, requestId, sequence, phase } = read
    const before = last.get(`${by} ${requestId}`) ?? 0
    if (sequence < before) report('read-forward', requestId, `${by} read fact ${before} and then fact ${sequence}`)
    last.set(`${by} ${requestId}`, Math.max(before, sequence))
    const fact = ledger.histories.get(requestId)?.facts[sequence - 1]?.fact
    if (!fact) report('read-ledger', requestId, `${by} read fact ${sequence}, which is not in the ledger`)
    else if (fact.phase !== phase)
      report('read-ledger', requestId, `${by} read phase ${phase} after fact ${sequence}, the ledger has ${fact.phase}`)
    const after = derived.get(requestId)?.steps[sequence - 1]?.after
    if (after) checkAmounts(read, after, report)
  }
}

function checkAmounts({ by, requestId, sequence, amounts }: Read, after: CheckedState, report: Report): void {
  if (typeof amounts !== 'object' || amounts === null || after.requested === undefined) return
  for (const [name, part] of Object.entries(names)) {
    const money = (amounts as Readonly<Record<string, Money | undefined>>)[name]
    if (money && (money.currency !== after.currency || minorOf(money) !== after[part]))
      report(
        'read-ledger',
        requestId,
        `${by} read ${money.value} ${money.currency} ${name} after fact ${sequence}, the ledger has ${after[part]}`,
      )
  }
}
