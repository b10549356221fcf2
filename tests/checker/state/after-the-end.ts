import { type Chart, hasEnded, isKept, phaseOf } from './chart.ts'
import { forgetApproved } from './dual-approval.ts'
import type { Moves } from './moves.ts'

const wrong = (chart: Chart) => `is not possible in ${chart.state}`

/**
 * Personal data is destroyed after a request's end and retention. One fact orders it before, one confirms it after
 * (V30).
 */
export const afterTheEnd: Moves = {
  ErasureOrdered(chart, fact) {
    if (!hasEnded(phaseOf(chart))) return wrong(chart)
    if (!isKept(chart)) return 'orders an erasure that is already ordered'
    forgetApproved(chart, fact)
    chart.deadlines = []
    chart.proposals = []
  },
  KeysDestroyed(chart) {
    if (!hasEnded(phaseOf(chart)) || isKept(chart)) return 'destroys keys during the retention period'
    if (chart.areKeysDestroyed) return 'destroys again'
    chart.areKeysDestroyed = true
  },
  DestructionConfirmed(chart) {
    if (!chart.areKeysDestroyed) return 'confirms an erasure that was not done'
  },
}
