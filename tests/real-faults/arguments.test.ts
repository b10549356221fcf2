import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readWanted } from './src/arguments.ts'
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

describe('what a campaign is told', () => {
  test('is nothing at all: both engines, every kind, a seed by the time', () => {
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

  test('may be kinds alone, and an engine to which none of them happens is not run', () => {
    expect(read('--only', 'redis-flush,broker-cut')).toMatchObject({ engines: ['cluster'] })
    expect(read('--only', 'torn-log')).toMatchObject({ engines: ['embedded'] })
    expect(read('--only', 'kill')).toMatchObject({ engines: ['cluster', 'embedded'] })
    expect(read('--only', 'simulation')).toMatchObject({ engines: [] })
  })

  test('is refused with everything that is wrong with it', () => {
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
      '--seed 1.5 is no whole number from 0 to 4294967295',
      '--seconds 5 is no whole number from 20 to 86400',
      '--rate many is no whole number from 1 to 200',
      '--engine steam is none of cluster, embedded',
      expect.stringMatching(/^--without-guard angel is none of sequence-rule, /),
      '--json names no file',
      '--only names "luck", "rain", which are no kinds of fault',
    ])
  })

  test('is not taken where nothing of it happens to the engine that it names', () => {
    expect(() => read('--engine', 'embedded', '--only', 'redis-flush')).toThrow(
      '--only redis-flush names nothing that happens to the embedded engine',
    )
  })

  test('is written as one line that says the same', () => {
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

test('no two kinds of fault have one name', () => {
  const names = kinds.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('docs/checking.md has a row for every kind of fault, and for no other', () => {
  const page = readFileSync(new URL('../../docs/checking.md', import.meta.url), 'utf8')
  const table = /\| kind \| engine \|[^\n]*\n((?:\|.*\n)+)/.exec(page)?.[1] ?? ''
  const named = table.split('\n').flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name))
  expect(named.toSorted()).toEqual(kinds.map(({ name }) => name).toSorted())
})
