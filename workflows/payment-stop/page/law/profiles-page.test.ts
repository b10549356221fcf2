import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepted, refused } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { europeanUnionCountries } from '../../src/law/holds.ts'
import { createPolicy, defaultTimers, extensionsByCountry, holdsByCountry, loadProfiles, profileFileSchema } from '../../src/law/index.ts'
import { profilesPage } from './profiles-page.ts'

const examplePath = join(import.meta.dirname, 'example.json')
const example = readFileSync(examplePath, 'utf8')
const page = profilesPage(example)

describe('the example', () => {
  const profiles = loadProfiles(JSON.parse(readFileSync(examplePath, 'utf8')))
  const policy = createPolicy(profiles)
  const at = (instant: string) => new Date(instant)

  test('is in the page unchanged', () => {
    const [, shown] = /```json\n(.*?)```/s.exec(page) ?? []
    expect(shown).toBe(example)
  })

  test('uses every property of a profile file', () => {
    const said = JSON.parse(example) as { countries: Record<string, object> }
    const properties = new Set(Object.values(said.countries).flatMap(Object.keys))
    expect([...Object.keys(said)].sort()).toEqual(Object.keys(profileFileSchema.shape).sort())
    expect([...properties].sort()).toEqual(Object.keys(loadProfiles().of('TL')).sort())
  })

  test('has the described effect', () => {
    // Friday 14 May 2027, 18:00 in Dili; Thursday 20 is a holiday: Mon 17, Tue 18, Wed 19, Fri 21, Mon 24.
    const from = at('2027-05-14T09:00:00Z')
    expect(policy.defaultExpiry('TL', 'POLICE_ORDER', from)).toEqual(at('2027-05-24T09:00:00Z'))
    // Ten more: Tue 25 to Fri 28 are 4, Mon 31 to Fri 4 June are 9, Mon 7 the tenth.
    const held = { basis: 'POLICE_ORDER', from, extendedTimes: 0, expiresAt: at('2027-05-24T09:00:00Z') } as const
    expect(policy.latestExtension('TL', held, 'PROSECUTOR')).toEqual(accepted(at('2027-06-07T09:00:00Z')))
    expect(policy.latestExtension('TL', held, 'POLICE_ORDER')).toEqual(refused('order'))
    // Too late for five o'clock, so it is that of the Saturday.
    expect(policy.dueAt('interimAnswer', 'TL', from, '2027-05-13T00:00:00Z')).toEqual(at('2027-05-15T08:00:00Z'))
    expect(policy.dueAt('acknowledge', 'TL', from, '2027-05-13T00:00:00Z')).toEqual(at('2027-05-14T09:45:00Z'))
    expect(policy.dueAt('verify', 'TL', from, '2027-05-13T00:00:00Z')).toEqual(at('2027-05-14T15:00:00Z'))
    expect(policy.warningsOf('TL', from, at('2027-05-24T09:00:00Z'))).toEqual([at('2027-05-22T09:00:00Z'), at('2027-05-23T21:00:00Z')])
    expect(['TL', 'GB', 'AE', 'SG'].map(country => profiles.of(country).verification)).toEqual([
      'fourEyes',
      'oneOfficer',
      'automatic',
      'automatic',
    ])
    expect(profiles.of('GB').review.threshold).toEqual({ currency: 'GBP', value: '250000.00' })
    expect(policy.hopsMax).toBe(5)
  })
})

const nameInRow = (country: string) => (europeanUnionCountries.includes(country) ? 'the 27 members of the European Union' : `| ${country} `)
const sourceInRow = (source: string) => source.replace(/^practice of this engine(, |$)/, '').split(':')[0] ?? ''

describe('the page', () => {
  const rowsWith = (text: string) => page.split('\n').filter(line => line.startsWith('|') && line.includes(text))

  test('has a row for every hold, extension and timer, with its source', () => {
    for (const [tables, total] of [
      [holdsByCountry, 44],
      [extensionsByCountry, 7],
    ] as const) {
      let rules = 0
      for (const [country, byBasis] of tables)
        for (const [basis, { source }] of Object.entries(byBasis)) {
          rules++
          expect(
            rowsWith(`\`${basis}\``).some(row => row.includes(nameInRow(country)) && row.includes(sourceInRow(source))),
            `${country} ${basis}`,
          ).toBe(true)
        }
      expect(rules).toBe(total)
    }
    for (const [kind, { source }] of Object.entries(defaultTimers)) expect(rowsWith(`| \`${kind}\` |`)[0]).toContain(sourceInRow(source))
  })

  test.each([
    '| CH Switzerland | `FIU_SUSPENSION` | 5 working days | 5 working days | Anti-Money Laundering Act (SR 955.0) Art. 10 |',
    '| SG Singapore | `POLICE_ORDER` | `POLICE_ORDER` | 30 days | 5 | – | restriction order |',
    '| `acknowledge` | the request is verified | 30 min |',
    '| `verify` | the request is opened or reopened | GREEN 4 h, AMBER 12 h, LATE 24 h |',
    '- Friday and Sunday in BN\n- Friday in IR\n- Saturday in NP',
    'at half of its time, 24 h before, 4 h before',
  ])('says: %s', line => {
    expect(page).toContain(line)
  })
})
