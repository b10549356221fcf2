import { type DeadlineKind, freezeBasisSchema, type TimerKind } from '@holdfast/schemas'
import { z } from 'zod'
import {
  calendarOf,
  countryOverrideSchema,
  defaultTimers,
  defaultWarnings,
  extensionsByCountry,
  fallbackHolds,
  type HoldRules,
  holdsByCountry,
  loadProfiles,
  memberCountries,
  type Period,
  profileFileSchema,
  subBureaus,
  type TimerRule,
} from '../src/index.ts'
import { timerTexts } from './timer-texts.ts'

/** docs/profiles.md: what a profile file can say, and what holds without one, from the data itself. */
export function profilesPage(example: string): string {
  const { lowPriorityBelow, hopsMax, of } = loadProfiles()
  return `# What is known of the countries

Made by \`npm run generate\` from \`packages/profiles\`; changes belong there.

How long a hold lasts, when a deadline is due, which days are worked and who verifies are data: the defaults below, and what a country wants otherwise in
a **profile file**. \`HOLDFAST_PROFILES\` is its path ([configuration](configuration.md)), and every service of an engine is given the same. A service
reads it once, when it starts, and logs which one; a file that is not right ends it with code 2 and every problem named. Deadlines are written into the
facts as instants, so another file moves those that start running later and none that is armed.

## What the file can say

JSON, as [profiles.schema.json](profiles.schema.json) has it. All of it may be left out.

| property | what it says |
|---|---|
${described(profileFileSchema)}

Of a country:

| property | what it says |
|---|---|
${described(countryOverrideSchema)}

A period is a \`length\` and a \`unit\`: \`minutes\`, \`hours\`, \`calendarDays\` of 24 hours, or \`workingDays\` of the freezing country. Working days are counted
from the day after, and the time of day stays. A rule carries its \`source\`: the law or the agreement it is taken from.

## An example

\`\`\`json
${example.trim()}
\`\`\`

## How long a hold lasts

By the country that freezes and the basis of the hold (V20). The first period is for a hold that is reported without an end, the second is the latest end
that may be named. Each row says what it was taken from, which is not always the law itself: a country checks its own before relying on it.

| country | basis | without an end | at the latest | source |
|---|---|---|---|---|
${holds()}

## How a hold is extended

Only what is here can be extended (V21). The steps are counted from where the hold would have ended, the total from its beginning.

| country | basis | on an order of | by | times | in all | source |
|---|---|---|---|---|---|---|
${extensions()}

## When a deadline is due

In every country, by the clocks and the working days of the country that freezes.

| deadline | runs from | due | what should have happened by then | source |
|---|---|---|---|---|
${timers()}

The end of a hold is warned of ${warnings()}, as far as that is after its beginning (${defaultWarnings.source}).

## Which days are worked

The weekend is Saturday and Sunday, except: ${weekends()}.

Clocks are those of the capital. Public holidays are known with their substitute days, except of: ${withoutHolidays()}. There only weekends are not
worked, until a profile file names the days.

## The rest

Requests are verified by the rules alone (\`verification\` is \`${of('ZZ').verification}\`), and no amount needs two officers for itself. Below
${lowPriorityBelow.currency} ${lowPriorityBelow.value} a request has low priority. Money is followed ${hopsMax} times, each
time once an officer of the requesting country agrees (\`FollowOnward\`): no country has agreed to anything beforehand.
`
}

/** Throws when a property has no words. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const words = typeof property === 'object' ? property.description : undefined
    if (!words) throw new Error(`${name} has no description in packages/profiles/src/profile-file.ts`)
    return `| \`${name}\` | ${words}. |`
  })
  return rows.join('\n')
}

const names = new Intl.DisplayNames('en', { type: 'region' })
const nameOf = (country: string) => `${country} ${names.of(country)}`

const units = { minutes: 'min', hours: 'h', calendarDays: 'days', workingDays: 'working days' } as const
const words = ({ length, unit }: Period) => `${length} ${length === 1 ? units[unit].replace(/s$/, '') : units[unit]}`

function holds(): string {
  // Countries that share their rules share their rows: the members of the European Union.
  const countriesByRules = Map.groupBy(holdsByCountry.keys(), country => holdsByCountry.get(country) as HoldRules)
  const rows = (where: string, rules: HoldRules) =>
    freezeBasisSchema.options.flatMap(basis => {
      const rule = rules[basis]
      return rule ? [`| ${where} | \`${basis}\` | ${words(rule.standard)} | ${words(rule.longest)} | ${rule.source} |`] : []
    })
  const listed = [...countriesByRules].flatMap(([rules, countries]) =>
    rows(countries.length === 1 ? nameOf(countries[0] ?? '') : `European Union: ${countries.join(' ')}`, rules),
  )
  return [...listed, ...rows('any basis not listed above, and any other country', fallbackHolds)].join('\n')
}

function extensions(): string {
  const rows = [...extensionsByCountry].flatMap(([country, rules]) =>
    freezeBasisSchema.options.flatMap(basis => {
      const rule = rules[basis]
      if (!rule) return []
      const { by, step, timesMax = '–', total, source } = rule
      return [
        `| ${nameOf(country)} | \`${basis}\` | \`${by}\` | ${words(step)} | ${timesMax} | ${total ? words(total) : '–'} | ${source} |`,
      ]
    }),
  )
  return rows.join('\n')
}

function dueWords({ after, afterByAge, endOfDay }: TimerRule): string {
  if (after) return words(after)
  if (endOfDay) return `${endOfDay.at} of the local day; the next day's, when less than ${endOfDay.minutesLeftMin} min are left`
  return Object.entries(afterByAge ?? {})
    .map(([age, period]) => `${age} ${words(period)}`)
    .join(', ')
}

function timers(): string {
  const kinds = Object.keys(defaultTimers) as TimerKind[]
  const rows = kinds.map(kind => {
    const { from, missed } = timerTexts[kind]
    return `| \`${kind satisfies DeadlineKind}\` | ${from} | ${dueWords(defaultTimers[kind])} | ${missed} | ${defaultTimers[kind].source} |`
  })
  return rows.join('\n')
}

const warnings = () =>
  [...(defaultWarnings.atHalfTime ? ['at half of its time'] : []), ...defaultWarnings.hoursBefore.map(hours => `${hours} h before`)].join(
    ', ',
  )

const reachable = [...memberCountries, ...subBureaus.keys()].sort()

function weekends(): string {
  const days = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
  const byDays = Map.groupBy(reachable, country =>
    calendarOf(country)
      .weekend.map(day => days[day])
      .join(' and '),
  )
  return [...byDays]
    .filter(([weekend]) => weekend !== 'Saturday and Sunday')
    .map(([weekend, countries]) => `${weekend} in ${countries.join(' ')}`)
    .join('; ')
}

const withoutHolidays = () => reachable.filter(country => calendarOf(country).holidaysOf === undefined).join(' ')
