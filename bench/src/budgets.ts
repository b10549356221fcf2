import type { TargetResult } from './run-target.ts'
import { ratiosOf } from './summary.ts'

/** The lower limit of a ratio within one run, which is independent of the machine. */
export interface Budget {
  readonly of: string
  readonly to: string
  readonly load: string
  readonly atLeast: number
}

/** A line for each budget that is not met or was not measured. */
export function belowBudgets(budgets: readonly Budget[], rounds: ReadonlyArray<readonly TargetResult[]>): string[] {
  const ratios = ratiosOf(rounds)
  return budgets.flatMap(({ of, to, load, atLeast }) => {
    const found = ratios.find(each => each.of === of && each.to === to && each.load === load && each.what === 'lifecycles a second')
    if (!found) return [`BUDGET: ${of} : ${to}, ${load}: was not measured`]
    const { median } = found.ratio
    return median >= atLeast ? [] : [`BUDGET: ${of} : ${to}, ${load}: ${median.toFixed(3)}, below the budget of ${atLeast}`]
  })
}
