import { useEffect, useReducer } from 'react'
import { type Translate, useTranslate } from '../locales/index.ts'
import { serverNowMs } from '../time/server-time.ts'
import { onTick } from '../time/ticks.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** The average calendar year; a time this far off is shown to the month. */
const yearMs = 365.2425 * dayMs
const monthMs = yearMs / 12

/** The one or two largest parts of a time: `4 years 11 months`, `2 days 4 h`, `3 h 12 min`, `4 min 10 s`. */
export function timeLong(ms: number, t: Translate): string {
  const parts = [
    [yearMs, 'years', monthMs, 'months'],
    [dayMs, 'days', hourMs, 'hours'],
    [hourMs, 'hours', minuteMs, 'minutes'],
    [minuteMs, 'minutes', 1_000, 'seconds'],
  ] as const
  for (const [large, largeUnit, small, smallUnit] of parts) {
    if (ms < large) continue
    const rest = Math.floor((ms % large) / small)
    const whole = t(largeUnit, { count: Math.floor(ms / large) })
    return rest === 0 ? whole : `${whole} ${t(smallUnit, { count: rest })}`
  }
  return t('seconds', { count: Math.floor(ms / 1_000) })
}

/** Counts down, urgent from four hours on. A screen reader is not told each second: the list announces changes. */
export function Countdown({ dueAt }: { readonly dueAt: string }) {
  const t = useTranslate()
  const leftMs = useLeft(dueAt)
  const text = leftMs >= 0 ? t('in', { long: timeLong(leftMs, t) }) : t('passed', { long: timeLong(-leftMs, t) })
  return <span className={`countdown figures ${leftMs < 4 * hourMs ? 'urgent' : ''}`}>{text}</span>
}

function useLeft(dueAt: string): number {
  const [, draw] = useReducer((times: number) => times + 1, 0)
  const leftMs = Date.parse(dueAt) - serverNowMs()
  const isNear = Math.abs(leftMs) < hourMs
  useEffect(() => onTick(isNear ? 1_000 : 30_000, draw), [isNear])
  return leftMs
}
