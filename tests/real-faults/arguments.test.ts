import { describe, expect, test } from 'vitest'
import { readWanted, usage } from './src/arguments.ts'
import { kinds } from './src/kinds/all.ts'
import { againOf } from './src/report.ts'

const nowMs = Date.parse('2026-03-02T08:00:00Z')
const read = (...args: string[]) => readWanted(args, nowMs)

function problemsOf(...args: string[]): readonly string[] {
  try {
    read(...args)
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

describe('the arguments of a campaign', () => {
  test('default to both engines, every kind, and the time as seed', () => {
    expect(read()).toEqual({
      seed: nowMs / 1000,
      seconds: 300,
      engines: ['cluster', 'embedded'],
      only: undefined,
      perSecond: 20,
      servedWithinMs: 1_000,
      guard: undefined,
      json: undefined,
    })
  })

  test('can name kinds only, and an engine without these kinds is not run', () => {
    expect(read('--only', 'redis-flush,broker-cut')).toMatchObject({ engines: ['cluster'] })
    expect(read('--only', 'torn-log')).toMatchObject({ engines: ['embedded'] })
    expect(read('--only', 'kill')).toMatchObject({ engines: ['cluster', 'embedded'] })
    expect(read('--only', 'simulation')).toMatchObject({ engines: [] })
  })

  test('are refused with all problems', () => {
    const wrong = [
      '--seed',
      '1.5',
      '--seconds',
      '5',
      '--rate',
      'many',
      '--engine',
      'steam',
      '--only',
      'kill,luck,rain',
      '--without-guard',
      'angel',
    ]
    expect(problemsOf(...wrong, '--json', '')).toEqual([
      '--seed 1.5 is not a whole number from 0 to 4294967295',
      '--seconds 5 is not a whole number from 20 to 86400',
      '--rate many is not a whole number from 1 to 200',
      '--engine steam is none of cluster, embedded',
      expect.stringMatching(/^--without-guard angel is none of sequence-rule, /),
      '--json needs a file name',
      '--only names "luck", "rain", which are no kinds of fault',
    ])
  })

  test('are refused where the named engine has none of the kinds', () => {
    expect(() => read('--engine', 'embedded', '--only', 'redis-flush')).toThrow('--only redis-flush names no fault of the embedded engine')
  })

  test('are printed as one line that repeats the campaign', () => {
    const line = againOf(
      read(
        '--seed',
        '7',
        '--seconds',
        '60',
        '--only',
        'kill,sleep',
        '--engine',
        'cluster',
        '--rate',
        '5',
        '--without-guard',
        'read-back',
      ) as never,
    )
    expect(line).toBe('npm run faults -- --seed 7 --seconds 60 --engine cluster --only kill,sleep --rate 5 --without-guard read-back')
    const [, words = ''] = line.split(' -- ')
    expect(againOf(read(...words.split(' ')) as never)).toBe(line)
  })
})

test('each kind of fault has its own name', () => {
  const names = kinds.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('the help names each kind of fault', () => {
  const listed = [...(usage.split('Kinds:')[1] ?? '').matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(kinds.map(({ name }) => name).toSorted())
})
