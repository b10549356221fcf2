import type { Money, OutcomeReport } from '@holdfast/schemas'
import { describeMoney } from './describe.ts'

/** What became of a request, in two sentences: the money, and how long it took. */
export function describeOutcome({ end, reason, amounts, secondsToVerify, secondsToFreeze }: OutcomeReport): string[] {
  const what = Object.entries(amounts ?? {}).flatMap(([name, amount]: [string, Money]) =>
    /[1-9]/.test(amount.value) ? [`${name === 'movedOnward' ? 'moved onward' : name} ${describeMoney(amount)}`] : [],
  )
  const times = [
    ...(secondsToVerify === undefined ? [] : [`checked after ${duration(secondsToVerify)}`]),
    ...(secondsToFreeze === undefined ? [] : [`first held after ${duration(secondsToFreeze)}`]),
  ]
  return [`outcome: ${end}${reason ? `, ${reason}` : ''}; ${what.join(', ')}`, times.join(', ')]
}

const duration = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
