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

/** docs/reference/profiles.md: the properties of a profile file and the defaults, from the data itself. */
export function profilesPage(example: string): string {
  const { lowPriorityBelow, hopsMax, of } = loadProfiles()
  return `---
reader: operator
task: set the periods, deadlines and working days of a country
test: packages/profiles/page/profiles-page.test.ts
---
# Country profiles

For operators and countries. Periods of holds, deadlines, working days and verification are data: these are the defaults, and a profile file overrides them.

Made by \`npm run generate\` from \`packages/profiles\`; change it there.

Set \`HOLDFAST_PROFILES\` to the path of the file, the same for every service ([configuration](configuration.md)). A service reads it at the start.
An invalid file stops the service with code 2 and all problems. Another file changes only deadlines that start later.

## The profile file

JSON by [profiles.schema.json](../profiles.schema.json). All properties are optional.

| property | meaning |
|---|---|
${described(profileFileSchema)}

Of a country:

| property | meaning |
|---|---|
${described(countryOverrideSchema)}

A period is a \`length\` and a \`unit\`: \`minutes\`, \`hours\`, \`calendarDays\` of 24 hours, or \`workingDays\` of the freezing country. Working days are
counted from the next day, and the time of day stays. A rule has its \`source\`: the law or the agreement.

## An example

\`\`\`json
${example.trim()}
\`\`\`

## Periods of holds

By freezing country and legal basis (V20). \`FIU_SUSPENSION\` is an order of a Financial Intelligence Unit (FIU). The first period is the default for a hold without an end, the second is the latest end that an institution may name.
Each row has its source, which is not always the law itself: a country should check its own rows before relying on them.

| country | basis | without an end | at the latest | source |
|---|---|---|---|---|
${holds()}

## Extensions of holds

Only the holds in this table can be extended (V21). A step counts from the previous end, the total from the start of the hold.

| country | basis | order of | step | most steps | total | source |
|---|---|---|---|---|---|---|
${extensions()}

## Deadlines

The defaults of every country, by the time zone and working days of the freezing country.

| deadline | starts when | due after | expected by then | source |
|---|---|---|---|---|
${timers()}

Warnings of the end of a hold come ${warnings()}, if that is after its start (${defaultWarnings.source}).

## Working days

The weekend is Saturday and Sunday, except:

${weekends()}

The time zone is that of the capital. Public holidays and their substitute days are known, except for: ${withoutHolidays()}. There only weekends
are days off, unless a profile file adds holidays.

## Other defaults

Rules alone verify requests (\`verification\` is \`${of('ZZ').verification}\`), and no amount requires two officers. Below
${lowPriorityBelow.currency} ${lowPriorityBelow.value} a request has low priority. A chain has at most ${hopsMax} onward requests, each approved by
an officer of the requesting country (\`FollowOnward\`): no country has a standing policy.
`
}

/** Throws if a property has no description. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const description = typeof property === 'object' ? property.description : undefined
    if (!description) throw new Error(`${name} has no description in packages/profiles/src/profile-file.ts`)
    return `| \`${name}\` | ${description}. |`
  })
  return rows.join('\n')
}

const names = new Intl.DisplayNames('en', { type: 'region' })
const nameOf = (country: string) => `${country} ${names.of(country)}`

const units = { minutes: 'min', hours: 'h', calendarDays: 'days', workingDays: 'working days' } as const
const periodText = ({ length, unit }: Period) => `${length} ${length === 1 ? units[unit].replace(/s$/, '') : units[unit]}`

function holds(): string {
  // Countries that share their rules share their rows: the members of the European Union.
  const countriesByRules = Map.groupBy(holdsByCountry.keys(), country => holdsByCountry.get(country) as HoldRules)
  const rows = (where: string, rules: HoldRules) =>
    freezeBasisSchema.options.flatMap(basis => {
      const rule = rules[basis]
      return rule ? [`| ${where} | \`${basis}\` | ${periodText(rule.standard)} | ${periodText(rule.longest)} | ${rule.source} |`] : []
    })
  const listed = [...countriesByRules].flatMap(([rules, [first = '', ...others]]) => {
    if (others.length === 0) return rows(nameOf(first), rules)
    const countries = [first, ...others]
    const half = Math.ceil(countries.length / 2)
    // In two rows, so that a cell stays short.
    return [countries.slice(0, half), countries.slice(half)].flatMap(some => rows(`European Union: ${some.join(' ')}`, rules))
  })
  return [...listed, ...rows('any basis not listed above, and any other country', fallbackHolds)].join('\n')
}

function extensions(): string {
  const rows = [...extensionsByCountry].flatMap(([country, rules]) =>
    freezeBasisSchema.options.flatMap(basis => {
      const rule = rules[basis]
      if (!rule) return []
      const { by, step, timesMax = '–', total, source } = rule
      return [
        `| ${nameOf(country)} | \`${basis}\` | \`${by}\` | ${periodText(step)} | ${timesMax} | ${total ? periodText(total) : '–'} | ${source} |`,
      ]
    }),
  )
  return rows.join('\n')
}

function dueWords({ after, afterByAge, endOfDay }: TimerRule): string {
  if (after) return periodText(after)
  if (endOfDay) return `${endOfDay.at} of the local day; of the next day if less than ${endOfDay.minutesLeftMin} min are left`
  return Object.entries(afterByAge ?? {})
    .map(([age, period]) => `${age} ${periodText(period)}`)
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
    .map(([weekend, countries]) => `- ${weekend} in ${countries.join(' ')}`)
    .join('\n')
}

const withoutHolidays = () => reachable.filter(country => calendarOf(country).holidaysOf === undefined).join(' ')
