import type { CountryView } from '@holdfast/schemas'
import type { Words } from '../../words/index.ts'
import { type Calendar, dateThere, workingTimeUntil } from './working-days.ts'

/** Any Monday: names of days of the week are made of it. */
const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

const intl = (tag: string): string => `${tag}-u-nu-latn`
const weekdayName = (tag: string, day: number): string =>
  new Intl.DateTimeFormat(intl(tag), { weekday: 'long', timeZone: 'UTC' }).format(monday + (day - 1) * dayMs)

/** A day by its name where it is near, by its date where the name alone could be another week's. */
function dayName(tag: string, date: string, today: string): string {
  const at = Date.parse(date)
  const isNear = at - Date.parse(today) < 7 * dayMs
  const options = isNear ? ({ weekday: 'long' } as const) : ({ weekday: 'long', day: 'numeric', month: 'long' } as const)
  return new Intl.DateTimeFormat(intl(tag), { ...options, timeZone: 'UTC' }).format(at)
}

/** What a line of the calendar says, and what the day is called there: in English, as nobody has it in every language. */
export interface CalendarSentence {
  readonly text: string
  readonly englishName?: string
}

/** `2 working days left`, and why not more: `Friday and Saturday are the weekend there`, `Thursday is a holiday` with its name. Empty where days are not counted. */
export function calendarSentences(dueAt: string, nowMs: number, calendar: Calendar, { tag, request }: Words): readonly CalendarSentence[] {
  const time = workingTimeUntil(dueAt, nowMs, calendar)
  if (!time) return []
  const words = request.calendar
  const names = time.weekend.map(day => weekdayName(tag, day))
  const weekend = names.length > 0 ? [{ text: words.weekend(new Intl.ListFormat(tag).format(names), names.length) }] : []
  const today = dateThere(nowMs, calendar.timeZone)
  return [
    { text: words.left(time.days) },
    ...weekend,
    ...time.holidays.map(({ date, name, from }) => {
      const day = dayName(tag, date, today)
      return from ? { text: words.dayOff(day) } : { text: words.holiday(day), englishName: name }
    }),
  ]
}

/** The instant as clocks there have it: `14 Nov, 18:00 in Timor-Leste`, with the year where it is another one. */
export function localTime(
  dueAt: string,
  nowMs: number,
  { timeZone }: Pick<Calendar, 'timeZone'>,
  country: string,
  { tag, request }: Words,
): string {
  const isThisYear = dateThere(Date.parse(dueAt), timeZone).slice(0, 4) === dateThere(nowMs, timeZone).slice(0, 4)
  const options = { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  const text = new Intl.DateTimeFormat(intl(tag), isThisYear ? options : { ...options, year: 'numeric' }).format(Date.parse(dueAt))
  return request.calendar.local(text, country)
}

/** From where the calendar is known, in the reader's words. Undefined where a part of it has none. */
export function calendarSource({ sources }: Pick<CountryView, 'sources'>, { request }: Words): string | undefined {
  const parts = sources?.map(source => request.calendar.sources[source] as string | undefined)
  return parts?.every(part => part !== undefined) ? parts.join(' · ') : undefined
}
