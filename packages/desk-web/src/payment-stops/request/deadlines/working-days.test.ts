import type { CalendarSource } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { timeLong } from '../../../components/countdown.tsx'
import { loadTranslate, type Translate } from '../../../locales/translate.ts'
import { calendarSentences, calendarSource, localTime } from './calendar-sentences.ts'
import { type Calendar, workingTimeUntil } from './working-days.ts'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

const kuwait: Calendar = {
  timeZone: 'Asia/Kuwait',
  weekend: [5, 6],
  holidays: [{ date: '2024-07-25', name: 'Hijri New Year' }],
}
/** Tuesday, 23 July 2024, 11:00 in Kuwait. */
const tuesday = Date.parse('2024-07-23T08:00:00Z')

test('weekend and holidays of the freezing country are no working days', () => {
  expect(workingTimeUntil('2024-07-28T09:00:00Z', tuesday, kuwait)).toEqual({
    days: 3,
    weekend: [5, 6],
    holidays: [{ date: '2024-07-25', name: 'Hijri New Year' }],
  })
})

test('a day starts by the clock there, not by that of the reader', () => {
  // 22:30 UTC on Tuesday is Wednesday in Kuwait.
  const night = Date.parse('2024-07-23T22:30:00Z')
  expect(workingTimeUntil('2024-07-24T09:00:00Z', night, kuwait)?.days).toBe(1)
  expect(workingTimeUntil('2024-07-24T09:00:00Z', tuesday, kuwait)?.days).toBe(2)
})

test('a deadline at midnight does not include that day', () => {
  expect(workingTimeUntil('2024-07-23T21:00:00Z', tuesday, kuwait)?.days).toBe(1)
})

test('a deadline within a weekend has no working day left', () => {
  const friday = Date.parse('2024-07-26T08:00:00Z')
  expect(workingTimeUntil('2024-07-27T10:00:00Z', friday, kuwait)).toEqual({ days: 0, weekend: [5, 6], holidays: [] })
})

test('a holiday on a weekend is mentioned once, as the weekend', () => {
  const calendar = { ...kuwait, holidays: [{ date: '2024-07-26', name: 'A feast' }] }
  expect(workingTimeUntil('2024-07-28T09:00:00Z', tuesday, calendar)).toMatchObject({ days: 4, holidays: [] })
})

test('days are not counted for past deadlines and those years away', () => {
  expect(workingTimeUntil('2024-07-23T07:00:00Z', tuesday, kuwait)).toBeUndefined()
  expect(workingTimeUntil('2029-07-23T07:00:00Z', tuesday, kuwait)).toBeUndefined()
})

describe('as sentences', () => {
  test.each([
    [en, ['3 working days left', 'Friday and Saturday are the weekend there', 'Thursday is a holiday']],
    [fr, ['restent 3 jours ouvrables', 'le week-end y est : vendredi et samedi', 'jeudi est férié']],
    [es, ['quedan 3 días hábiles', 'allí el fin de semana es: viernes y sábado', 'jueves es festivo']],
    [ar, ['بقيت 3 أيام عمل', 'عطلة نهاية الأسبوع هناك: الجمعة والسبت', 'الخميس عطلة']],
  ] as ReadonlyArray<readonly [Translate, readonly string[]]>)('$0.tag', (t, sentences) => {
    const said = calendarSentences('2024-07-28T09:00:00Z', tuesday, kuwait, t)
    expect(said.map(({ text }) => text)).toEqual(sentences)
    // Apart from the sentence, so that it can be marked as English.
    expect(said.map(({ englishName }) => englishName)).toEqual([undefined, undefined, 'Hijri New Year'])
  })

  test('a day that only the country profile has needs no name', () => {
    const calendar = { ...kuwait, holidays: [{ date: '2024-07-25', name: 'A day off by the profile file', from: 'profileFile' as const }] }
    const sentencesShown = calendarSentences('2024-07-28T09:00:00Z', tuesday, calendar, ar)
    expect(sentencesShown.at(-1)).toEqual({ text: 'الخميس يوم عطلة وفق ملف البلد' })
  })

  test('the source of the calendar is named, except an unknown one of a newer desk', () => {
    expect(calendarSource({ sources: ['timeZoneOfCapital', 'noPublicHolidays', 'profileFile'] }, ar)).not.toMatch(/date-holidays/)
    expect(calendarSource({ sources: ['timeZoneOfCapital', 'publicHolidays'] }, fr)).toMatch(/^Fuseau horaire .* · jours fériés /)
    expect(calendarSource({ sources: ['timeZoneOfCapital', 'ofTomorrow' as CalendarSource] }, ar)).toBeUndefined()
    expect(calendarSource({}, ar)).toBeUndefined()
  })

  test('a holiday beyond a week is shown with its date', () => {
    const calendar = { ...kuwait, holidays: [{ date: '2024-08-01', name: 'A feast' }] }
    expect(calendarSentences('2024-08-02T09:00:00Z', tuesday, calendar, en)).toContainEqual({
      text: 'Thursday, August 1 is a holiday',
      englishName: 'A feast',
    })
  })
})

const hour = 3_600_000
test.each([
  [en, ['4 years 11 months', '179 days 22 h', '2 days 4 h', '3 h 12 min', '4 min 10 s', '59 s']],
  [fr, ['4 ans 11 mois', '179 jours 22 h', '2 jours 4 h', '3 h 12 min', '4 min 10 s', '59 s']],
  [es, ['4 años 11 meses', '179 días 22 h', '2 días 4 h', '3 h 12 min', '4 min 10 s', '59 s']],
  [ar, ['4 سنوات 11 شهراً', '179 يوماً 22 س', 'يومان 4 س', '3 س 12 د', '4 د 10 ث', '59 ث']],
] as ReadonlyArray<readonly [Translate, readonly string[]]>)('how long there is, in $0.tag', (t, texts) => {
  expect([(1_804 * 24 + 20) * hour, (179 * 24 + 22) * hour, 52 * hour, 3.2 * hour, 250_000, 59_999].map(ms => timeLong(ms, t))).toEqual(
    texts,
  )
})

test('an instant there is shown with its year if that is not the current one', () => {
  const there = (dueAt: string) => localTime(dueAt, Date.parse('2024-12-31T12:00:00Z'), { timeZone: 'Asia/Dili' }, 'Timor-Leste', en)
  expect(there('2024-12-31T14:00:00Z')).not.toContain('2024')
  // There it is already the new year, an hour later.
  expect(there('2024-12-31T15:00:00Z')).toContain('2025')
})
