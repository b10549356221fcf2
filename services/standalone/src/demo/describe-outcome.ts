import type { Money, OutcomeReport } from '@holdfast/payment-stop/language'
import { describeMoney } from './describe.ts'

/** Describes the outcome of a request in two lines: the money and the times. */
export function describeOutcome({ end, reason, amounts, secondsToVerify, secondsToFreeze }: OutcomeReport): string[] {
  const what = Object.entries(amounts ?? {}).flatMap(([name, amount]: [string, Money]) =>
    /[1-9]/.test(amount.value) ? [`${name === 'movedOnward' ? 'moved onward' : name} ${describeMoney(amount)}`] : [],
  )
  const times = [
    ...(secondsToVerify === undefined ? [] : [`validated after ${duration(secondsToVerify)}`]),
    ...(secondsToFreeze === undefined ? [] : [`first frozen after ${duration(secondsToFreeze)}`]),
  ]
  return [`outcome: ${end}${reason ? `, ${reason}` : ''}; ${what.join(', ')}`, times.join(', ')]
}

const duration = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
