import { useEffect, useReducer } from 'react'
import { serverNowMs } from '../time/server-time.ts'
import { onTick } from '../time/ticks.ts'
import { useWords, type Words } from '../words/index.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Of a year of the calendar, on average; what is so far off is told to the month. */
const yearMs = 365.2425 * dayMs
const monthMs = yearMs / 12

/** The one or two largest parts of a time: `4 years 11 months`, `2 days 4 h`, `3 h 12 min`, `4 min 10 s`. */
export function timeLong(ms: number, words: Words): string {
  const parts = [
    [yearMs, words.years, monthMs, words.months],
    [dayMs, words.days, hourMs, words.hours],
    [hourMs, words.hours, minuteMs, words.minutes],
    [minuteMs, words.minutes, 1_000, words.seconds],
  ] as const
  for (const [large, largeWords, small, smallWords] of parts) {
    if (ms < large) continue
    const rest = Math.floor((ms % large) / small)
    const whole = largeWords(Math.floor(ms / large))
    return rest === 0 ? whole : `${whole} ${smallWords(rest)}`
  }
  return words.seconds(Math.floor(ms / 1_000))
}

/** Counts down; urgent from four hours on. Nobody is told each second aloud: what is announced is announced by who shows a list. */
export function Countdown({ dueAt }: { readonly dueAt: string }) {
  const words = useWords()
  const leftMs = useLeft(dueAt)
  const text = leftMs >= 0 ? words.in(timeLong(leftMs, words)) : words.passed(timeLong(-leftMs, words))
  return <span className={`countdown figures ${leftMs < 4 * hourMs ? 'urgent' : ''}`}>{text}</span>
}

function useLeft(dueAt: string): number {
  const [, draw] = useReducer((times: number) => times + 1, 0)
  const leftMs = Date.parse(dueAt) - serverNowMs()
  const isNear = Math.abs(leftMs) < hourMs
  useEffect(() => onTick(isNear ? 1_000 : 30_000, draw), [isNear])
  return leftMs
}
