import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readProfiles } from './read-profiles.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (content: string | Uint8Array) => {
  const path = join(folder, 'profiles.json')
  writeFileSync(path, content)
  return path
}
const problemsOf = (path: string) => {
  try {
    readProfiles(path, paymentStop)
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return ['no problem']
}

describe('a profile file', () => {
  test('overrides the defaults', () => {
    const profiles = readProfiles(fileOf('{"countries": {"TL": {"verification": "fourEyes"}}, "hopsMax": 3}'), paymentStop)
    expect(profiles.of('TL').verification).toBe('fourEyes')
    expect(profiles.of('SG').verification).toBe('automatic')
    expect(profiles.hopsMax).toBe(3)
  })

  test('may start with a byte order mark', () => {
    expect(readProfiles(fileOf('\uFEFF{"hopsMax": 3}'), paymentStop).hopsMax).toBe(3)
  })
})

describe('a profile file is unreadable', () => {
  test('if it does not exist', () => {
    const path = join(folder, 'none.json')
    expect(problemsOf(path)).toEqual([expect.stringMatching(`^the profile file ${path} can not be read: ENOENT`)])
  })

  test('if it is a folder', () => {
    expect(problemsOf(folder)).toEqual([expect.stringMatching(`^the profile file ${folder} can not be read: EISDIR`)])
  })

  test('if it is not UTF-8', () => {
    const path = fileOf(Buffer.from('{"hopsMax": 3, "x": "S\xe3o Paulo"}', 'latin1'))
    expect(problemsOf(path)).toEqual([expect.stringMatching(`^the profile file ${path} can not be read: .*not valid`)])
  })

  test('if it is larger than the limit', () => {
    const path = fileOf(`{"hopsMax": 3}${' '.repeat(4_000_000)}`)
    expect(problemsOf(path)).toEqual([`the profile file ${path} can not be read: it has 4000014 bytes, and 4000000 are the most`])
  })
})

describe('a profile file is invalid', () => {
  const first = (path: string) => `the profile file ${path} can not be used:`

  test.each([
    ['JSON that is cut off', '{"countries": {'],
    ['nothing', ''],
    ['text that is not JSON', 'hopsMax: 3'],
    ['JSON with a comment', '{"hopsMax": 3} // three'],
  ])('if it is %s', (_, text) => {
    const path = fileOf(text)
    expect(problemsOf(path)).toEqual([first(path), expect.stringMatching(/^ {2}\/: not JSON: ./)])
  })

  test('if it is nested too deep', () => {
    const path = fileOf(`${'['.repeat(100)}${']'.repeat(100)}`)
    expect(problemsOf(path)).toEqual([first(path), '  /: nested deeper than 32 levels'])
  })

  test('with all its problems and their pointers', () => {
    const source = 'a law'
    const path = fileOf(
      JSON.stringify({
        countries: {
          UK: {},
          tl: {},
          TL: {
            holds: {
              HUNCH: {},
              COURT: { standard: { length: 1, unit: 'weeks' }, longest: { length: 3661, unit: 'calendarDays' }, source },
            },
            calendar: { timeZone: 'Asia/Dilli', weekend: [0] },
            timers: {
              holdExpiry: { after: { length: 1, unit: 'hours' }, source },
              execute: { source },
              executeHard: { after: { length: 1, unit: 'hours' }, endOfDay: { at: '24:00', minutesLeftMin: 0 }, source },
              verify: { afterByAge: { GREEN: { length: 1, unit: 'hours' }, AMBER: { length: 0, unit: 'hours' } }, source },
              interimAnswer: { endOfDay: { at: '24:01', minutesLeftMin: 1441 }, source },
              acknowledge: { after: { length: 30, unit: 'minutes' } },
            },
            holdWarnings: { atHalfTime: 'yes', hoursBefore: [0], source },
            verification: 'always',
            review: { always: true },
          },
        },
        lowPriorityBelow: { currency: 'USD', value: 10000 },
        hopsMax: 10,
      }),
    )
    const [heading, ...problems] = problemsOf(path)
    expect(heading).toBe(first(path))
    expect(problems.map(line => line.trim().split(': ')[0]?.replace('/countries', '')).sort()).toEqual(
      [
        '/UK',
        '/tl',
        '/TL/holds/HUNCH',
        '/TL/holds/COURT/standard/unit',
        '/TL/holds/COURT/longest/length',
        '/TL/calendar/timeZone',
        '/TL/calendar/weekend/0',
        '/TL/timers/holdExpiry',
        '/TL/timers/execute',
        '/TL/timers/executeHard',
        '/TL/timers/verify/afterByAge/AMBER/length',
        '/TL/timers/verify/afterByAge/LATE',
        '/TL/timers/interimAnswer/endOfDay/at',
        '/TL/timers/interimAnswer/endOfDay/minutesLeftMin',
        '/TL/timers/acknowledge/source',
        '/TL/holdWarnings/atHalfTime',
        '/TL/holdWarnings/hoursBefore/0',
        '/TL/verification',
        '/TL/review/always',
        '/lowPriorityBelow/value',
        '/hopsMax',
      ].sort(),
    )
    // A wrong country code is the most likely mistake: it would have no effect, and no operator would see it.
    expect(problems.find(line => line.includes('/UK'))).toContain('such as GB')
  })
})
