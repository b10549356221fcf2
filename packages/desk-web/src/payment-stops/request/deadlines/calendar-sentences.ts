import type { CountryView } from '@holdfast/schemas'
import type { Translate } from '../../../locales/index.ts'
import { type Calendar, dateThere, workingTimeUntil } from './working-days.ts'

/** Any Monday, to build the names of weekdays. */
const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

const intl = (tag: string): string => `${tag}-u-nu-latn`
const weekdayName = (tag: string, day: number): string =>
  new Intl.DateTimeFormat(intl(tag), { weekday: 'long', timeZone: 'UTC' }).format(monday + (day - 1) * dayMs)

/** A day by its name if it is near, or by its date if the name could mean another week. */
function dayName(tag: string, date: string, today: string): string {
  const at = Date.parse(date)
  const isNear = at - Date.parse(today) < 7 * dayMs
  const options = isNear ? ({ weekday: 'long' } as const) : ({ weekday: 'long', day: 'numeric', month: 'long' } as const)
  return new Intl.DateTimeFormat(intl(tag), { ...options, timeZone: 'UTC' }).format(at)
}

/** A line of the calendar, and the English name of the day, which has no translation. */
export interface CalendarSentence {
  readonly text: string
  readonly englishName?: string
}

/** `2 working days left`, and why not more: `Friday and Saturday are the weekend there`, `Thursday is a holiday` with its name. Empty where days are not counted. */
export function calendarSentences(dueAt: string, nowMs: number, calendar: Calendar, t: Translate): readonly CalendarSentence[] {
  const time = workingTimeUntil(dueAt, nowMs, calendar)
  if (!time) return []
  const names = time.weekend.map(day => weekdayName(t.tag, day))
  const weekend =
    names.length > 0
      ? [{ text: t('request.calendar.weekend', { days: new Intl.ListFormat(t.tag).format(names), count: names.length }) }]
      : []
  const today = dateThere(nowMs, calendar.timeZone)
  return [
    { text: t('request.calendar.left', { count: time.days }) },
    ...weekend,
    ...time.holidays.map(({ date, name, from }) => {
      const day = dayName(t.tag, date, today)
      return from ? { text: t('request.calendar.dayOff', { day }) } : { text: t('request.calendar.holiday', { day }), englishName: name }
    }),
  ]
}

/** The instant as clocks there have it: `14 Nov, 18:00 in Timor-Leste`, with the year where it is another one. */
export function localTime(dueAt: string, nowMs: number, { timeZone }: Pick<Calendar, 'timeZone'>, country: string, t: Translate): string {
  const isThisYear = dateThere(Date.parse(dueAt), timeZone).slice(0, 4) === dateThere(nowMs, timeZone).slice(0, 4)
  const options = { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  const text = new Intl.DateTimeFormat(intl(t.tag), isThisYear ? options : { ...options, year: 'numeric' }).format(Date.parse(dueAt))
  return t('request.calendar.local', { time: text, country })
}

/** From where the calendar is known, in the reader's words. Undefined where a part of it has none. */
export function calendarSource({ sources }: Pick<CountryView, 'sources'>, t: Translate): string | undefined {
  const parts = sources?.map(source => t.find(`request.calendar.sources.${source}`))
  return parts?.every(part => part !== undefined) ? parts.join(' · ') : undefined
}
