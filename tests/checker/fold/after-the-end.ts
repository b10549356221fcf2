import { type Chart, hasEnded, isKept, phaseOf } from './chart.ts'
import { forgetApproved } from './dual-approval.ts'
import type { Moves } from './moves.ts'

const wrong = (chart: Chart) => `is not possible in ${chart.state}`

/** What was said of a request is destroyed once it has ended and is no longer kept: that is known before it is done, and confirmed after (V30). */
export const afterTheEnd: Moves = {
  ErasureOrdered(chart, fact) {
    if (!hasEnded(phaseOf(chart))) return wrong(chart)
    if (!isKept(chart)) return 'orders what is being done already'
    forgetApproved(chart, fact)
    chart.deadlines = []
    chart.proposals = []
  },
  KeysDestroyed(chart) {
    if (!hasEnded(phaseOf(chart)) || isKept(chart)) return 'destroys what may still be kept'
    if (chart.areKeysDestroyed) return 'destroys again'
    chart.areKeysDestroyed = true
  },
  DestructionConfirmed(chart) {
    if (!chart.areKeysDestroyed) return 'confirms what was not done'
  },
}
