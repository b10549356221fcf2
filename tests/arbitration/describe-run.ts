import type { Claim } from './claims.ts'
import { everythingEnds } from './model.ts'
import { createNames } from './names.ts'
import { sigOf, type Trace } from './trace.ts'

/** The steps of a run as text, and its consequence at the end. */
export function describeRun({ model, about }: Claim, trace: Trace): string[] {
  const names = createNames()
  const steps: string[] = []
  for (const [index, before] of trace.entries()) {
    const act = sigOf(before.one('Step', 'act'))
    const after = trace[index + 1]
    if (act === 'Rests' || !after) {
      if (act !== 'Rests' && about === everythingEnds) steps.push('and so on forever')
      break
    }
    steps.push(model.describe({ act, before, after, names }))
  }
  const comesTo = about === everythingEnds ? model.ends?.broken : model.promises[about]
  return comesTo === undefined ? steps : [...steps, `so ${comesTo}`]
}
