import type { Claim } from './claims.ts'
import { everythingEnds } from './model.ts'
import { createNames } from './names.ts'
import { sigOf, type Trace } from './trace.ts'

/** The steps of a run as text, and its consequence at the end. */
export function tell({ model, about }: Claim, trace: Trace): string[] {
  const names = createNames()
  const told: string[] = []
  for (const [index, before] of trace.entries()) {
    const act = sigOf(before.one('Step', 'act'))
    const after = trace[index + 1]
    if (act === 'Rests' || !after) {
      if (act !== 'Rests' && about === everythingEnds) told.push('and so on forever')
      break
    }
    told.push(model.tell({ act, before, after, names }))
  }
  const comesTo = about === everythingEnds ? model.ends?.broken : model.promises[about]
  return comesTo === undefined ? told : [...told, `so ${comesTo}`]
}
