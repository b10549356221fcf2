import type { TargetResult } from './run-target.ts'
import { ratiosOf } from './summary.ts'

/** What a ratio of the same run may not fall below: how the machine is that day is in both. */
export interface Budget {
  readonly of: string
  readonly to: string
  readonly load: string
  readonly atLeast: number
}

/** What is to be said of each that is not kept, or was not measured. */
export function belowBudgets(budgets: readonly Budget[], rounds: ReadonlyArray<readonly TargetResult[]>): string[] {
  const ratios = ratiosOf(rounds)
  return budgets.flatMap(({ of, to, load, atLeast }) => {
    const found = ratios.find(each => each.of === of && each.to === to && each.load === load && each.what === 'lifecycles a second')
    if (!found) return [`BUDGET: ${of} : ${to}, ${load}: was not measured`]
    const { median } = found.ratio
    return median >= atLeast ? [] : [`BUDGET: ${of} : ${to}, ${load}: ${median.toFixed(3)}, and at least ${atLeast} is asked`]
  })
}
