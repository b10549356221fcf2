import { calendarOf, memberCountries, type Period, subBureaus } from '@holdfast/countries'
import { z } from 'zod'
import { type DeadlineKind, type FreezeBasis, freezeBasisSchema, type TimerKind } from '../../src/language/index.ts'
import {
  countryOverrideSchema,
  defaultTimers,
  defaultWarnings,
  extensionsByCountry,
  fallbackHolds,
  type HoldRules,
  holdsByCountry,
  loadProfiles,
  profileFileSchema,
  type TimerRule,
} from '../../src/law/index.ts'
import { timerTexts } from './timer-texts.ts'

/** docs/reference/profiles.md: the properties of a profile file and the defaults, from the data itself. */
export function profilesPage(example: string): string {
  const { lowPriorityBelow, of } = loadProfiles()
  return `---
reader: operator
task: set the periods, deadlines and working days of a country
test: tests/docs/reference-files.test.ts
---
# Country profiles

For operators and countries: the default periods, deadlines and working days, and the profile file that overrides them.

Made by \`npm run generate\` from \`workflows/payment-stop/src/law\`.

Set \`HOLDFAST_PROFILES\` to the path of the file, the same for every service ([configuration](configuration.md)). A service reads it at the start.
An invalid file stops the service with code 2 and all problems. A new file changes only deadlines that start later.

## The profile file

JSON by [profiles.schema.json](../profiles.schema.json). All properties are optional.

| property | meaning |
|---|---|
${described(profileFileSchema)}

Of a country:

| property | meaning |
|---|---|
${described(countryOverrideSchema)}

A period has a \`length\` and a \`unit\`: \`minutes\`, \`hours\`, \`calendarDays\` of 24 hours, or \`workingDays\` of the freezing country, from the next day on.
Each rule has its \`source\`: the law or the agreement.

## An example

\`\`\`json
${example.trim()}
\`\`\`

## Periods of holds

By freezing country and legal basis (V20). \`FIU_SUSPENSION\` is an order of a Financial Intelligence Unit (FIU). An institution may name an end up to *at the latest*.
The source is not always the law itself: a country should check its own rows. [holds.ts](../../workflows/payment-stop/src/law/holds.ts) has what each source says. *Any other* is a country or basis without a row.

| country | basis | without an end | at the latest | source |
|---|---|---|---|---|
${holds()}

## Extensions of holds

Only the holds in this table can be extended (V21). A step counts from the previous end, the total from the start of the hold. In PH the act sets the court no limit: the total is that of this table.

| country | basis | order of | step | most steps | total | source |
|---|---|---|---|---|---|---|
${extensions()}

## Deadlines

For every country, by its time zone and working days. Without a source, it is practice of this engine.

| deadline | starts when | due after | expected by then | source |
|---|---|---|---|---|
${timers()}

Warnings of the end of a hold come ${warnings()}, if that is after its start.

## Working days

The weekend is Saturday and Sunday, except:

${weekends()}

The time zone is that of the capital. Public holidays and their substitute days are known, except for: ${withoutHolidays()}. A profile file can add them.

## Other defaults

\`verification\` is \`${of('ZZ').verification}\`, and no amount requires two officers. Below ${lowPriorityBelow.currency} ${lowPriorityBelow.value} a request has low priority.
No country has a standing policy for onward requests.
`
}

/** Throws if a property has no description. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const description = typeof property === 'object' ? property.description : undefined
    if (!description) throw new Error(`${name} has no description in workflows/payment-stop/src/law/profile-file.ts`)
    return `| \`${name}\` | ${description}. |`
  })
  return rows.join('\n')
}

const names = new Intl.DisplayNames('en', { type: 'region' })
const nameOf = (country: string) => `${country} ${names.of(country)}`

const units = { minutes: 'min', hours: 'h', calendarDays: 'days', workingDays: 'working days' } as const
const periodText = ({ length, unit }: Period) => `${length} ${length === 1 ? units[unit].replace(/s$/, '') : units[unit]}`

/** One row for the bases with equal rules. The first cell is the country, the second lists the bases. */
function groupedRows<Rule>(
  where: string,
  rules: Readonly<Partial<Record<FreezeBasis, Rule>>>,
  cellsOf: (rule: Rule) => readonly string[],
): string[] {
  const known = freezeBasisSchema.options.flatMap(basis => {
    const rule = rules[basis]
    return rule ? [{ basis, cells: cellsOf(rule).join(' | ') }] : []
  })
  return [...Map.groupBy(known, ({ cells }) => cells)].map(
    ([cells, same]) => `| ${where} | ${same.map(({ basis }) => `\`${basis}\``).join(', ')} | ${cells} |`,
  )
}

function holds(): string {
  // Countries that share their rules share their row: the members of the European Union.
  const countriesByRules = Map.groupBy(holdsByCountry.keys(), country => holdsByCountry.get(country) as HoldRules)
  const rows = (where: string, rules: HoldRules) =>
    groupedRows(where, rules, ({ standard, longest, source }) => [periodText(standard), periodText(longest), sourceOf(source)])
  const listed = [...countriesByRules].flatMap(([rules, [first = '', ...others]]) =>
    rows(others.length === 0 ? nameOf(first) : `the ${others.length + 1} members of the European Union`, rules),
  )
  return [...listed, ...rows('any other', fallbackHolds)].join('\n')
}

function extensions(): string {
  const rows = [...extensionsByCountry].flatMap(([country, rules]) =>
    groupedRows(nameOf(country), rules, ({ by, step, timesMax = '–', total, source }) => [
      `\`${by}\``,
      periodText(step),
      `${timesMax}`,
      total ? periodText(total) : '–',
      sourceOf(source),
    ]),
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
    return `| \`${kind satisfies DeadlineKind}\` | ${from} | ${dueWords(defaultTimers[kind])} | ${missed} | ${sourceOf(defaultTimers[kind].source)} |`
  })
  return rows.join('\n')
}

/** The source without what it says, since that is in the other cells. The page says once what a period without source is. */
const sourceOf = (source: string) => source.replace(/^practice of this engine(?:, |$)/, '').replace(/: .*/, '')

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
