import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { alertCodeSchema, commandKinds, factKinds } from '../../src/language/index.ts'
import { statechart } from '../../src/lifecycle/statechart.ts'
import { alertsPage } from './alerts-page.ts'
import { innermostEntriesOf, readChart, statesWithin, unreachedStates } from './chart.ts'
import { commandsPage } from './commands-page.ts'
import { drawingOf } from './drawing.ts'
import { factsOfCommands } from './facts-of-commands.ts'
import { guardTexts } from './guard-texts.ts'
import { lifecyclePage } from './lifecycle-page.ts'

const page = lifecyclePage()
const chart = readChart(statechart, guardTexts)

/** The rows of the table under a heading, as cells. */
function rowsUnder(heading: string): string[][] {
  const section = page.text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter(line => line.startsWith('| '))
  return rows.slice(2).map(row => row.slice(2, -2).split(' | '))
}

/** Every transition of a machine's configuration, as `from fact`, in order. Independent of the code under test. */
function configured(state: unknown, path: readonly string[] = []): string[] {
  const { on = {}, states = {} } = state as { on?: Record<string, unknown>; states?: Record<string, unknown> }
  const own = Object.entries(on).flatMap(([fact, taken]) => [taken].flat().map(() => `\`${path.join('.')}\` \`${fact}\``))
  return [...own, ...Object.entries(states).flatMap(([name, inner]) => configured(inner, [...path, name]))]
}

describe('the page', () => {
  test('has a row for every transition of the machine, and no other', () => {
    const rows = rowsUnder('Transitions').flatMap(([from = '', fact]) => from.split(', ').map(one => `${one} ${fact}`))
    expect(rows.length).toBeGreaterThan(25)
    expect(rows.toSorted()).toEqual(configured(statechart.config).toSorted())
  })

  test('of commands has a row for every command, with its roles, and the facts of every transition', () => {
    const rows = [...commandsPage().matchAll(/^\| (`[A-Z]\w+`) \| ([^|]+) \| [^|]+ \| ([^|]+) \|/gm)]
    expect(rows.map(([, command]) => command).sort()).toEqual(commandKinds.map(kind => `\`${kind}\``).sort())
    for (const [, command, who] of rows) expect(who, command).toMatch(/^(?:requesting|beneficiary|engine): /)
    const facts = new Set(rows.flatMap(([, , , becomes = '']) => becomes.split(', ')))
    for (const [from, fact = ''] of rowsUnder('Transitions')) expect(facts, from).toContain(fact)
  })

  test('of alerts has a row for every alert code', () => {
    const codes = [...alertsPage().matchAll(/^\| (`[^`]+`) \|/gm)].map(([, code]) => code)
    expect(codes).toEqual(alertCodeSchema.options.map(code => `\`${code}\``))
  })

  test('draws every state and every fact', () => {
    for (const { path } of statesWithin(chart.root).slice(1)) {
      expect(page.drawing).toMatch(new RegExp(`^ *(subgraph cluster_)?${path.replaceAll('.', '_')} [[{]`, 'm'))
    }
    const count = (text: string, fact: string) => text.match(new RegExp(`\\b${fact}\\b`, 'g'))?.length ?? 0
    for (const fact of new Set(chart.transitions.map(transition => transition.fact))) {
      const transitions = chart.transitions.filter(transition => transition.fact === fact).length
      expect(count(page.drawing, fact), fact).toBe(transitions)
    }
  })
})

test('every fact has a command that leads to it', () => {
  const facts = new Set(Object.values(factsOfCommands(chart)).flat())
  expect([...facts].sort()).toEqual([...factKinds].sort())
})

describe('reading a machine', () => {
  const lamp = setup({ guards: { isDark: () => true } }).createMachine({
    initial: 'off',
    states: {
      off: { on: { Pressed: [{ guard: 'isDark', target: 'on.bright' }, { target: 'broken' }], Touched: {} } },
      on: {
        type: 'parallel',
        states: {
          bright: { initial: 'high', states: { high: { on: { Turned: { target: 'low' } } }, low: {} } },
          colour: { initial: 'white', states: { white: {}, red: {} } },
        },
      },
      broken: { initial: 'open', states: { open: {}, inRepair: {} }, on: { Sent: { target: '.inRepair' }, Returned: { target: 'off' } } },
    },
  })

  test('lists its conditions as text, and "otherwise" after one', () => {
    expect(readChart(lamp, { isDark: 'it is dark' }).transitions).toEqual([
      { from: 'off', fact: 'Pressed', condition: 'if it is dark', to: ['on.bright'] },
      { from: 'off', fact: 'Pressed', condition: 'otherwise', to: ['broken'] },
      { from: 'off', fact: 'Touched', condition: '', to: [] },
      { from: 'on.bright.high', fact: 'Turned', condition: '', to: ['on.bright.low'] },
      { from: 'broken', fact: 'Sent', condition: '', to: ['broken.inRepair'] },
      { from: 'broken', fact: 'Returned', condition: '', to: ['off'] },
    ])
  })

  test('fails for a guard without text, and for a text without guard', () => {
    expect(() => readChart(lamp, {})).toThrow('the guard isDark of Pressed in off has no text')
    expect(() => readChart(lamp, { isDark: 'it is dark', isLate: 'it is late' })).toThrow('entries for isLate')
  })

  test('fails for a transition without a state', () => {
    expect(() => readChart(setup({}).createMachine({ on: { Pressed: {} } }), {})).toThrow('no state to start from')
  })

  test('draws arrows between states, and writes other transitions into their state', () => {
    const drawing = drawingOf(readChart(lamp, { isDark: 'it is dark' })).replaceAll(/&#160;|<\/?(?:b|font)(?: [^>]*)?>/g, '')
    expect(drawing).toContain('off -> on_bright_high [label=<Pressed<br/>if it is dark>]')
    expect(drawing).toContain('off -> broken_open [label=<Pressed<br/>otherwise>]')
    expect(drawing).toContain('off [label=<off<br/>Touched>')
    expect(drawing).toContain('graph [label=<broken<br/>Sent<br/>leads to inRepair>')
    expect(drawing).not.toMatch(/^ *broken\w* -> broken/m)
  })

  test('draws an arrow back without moving its target', () => {
    const drawing = drawingOf(readChart(lamp, { isDark: 'it is dark' }))
    expect(drawing.split('\n').filter(line => line.includes('constraint=false'))).toEqual([expect.stringContaining('broken_open -> off')])
  })

  test('finds the states entered with a state, and unreachable states', () => {
    const read = readChart(lamp, { isDark: 'it is dark' })
    expect(innermostEntriesOf(read, 'on')).toEqual(['on.bright.high', 'on.colour.white'])
    expect(unreachedStates(read)).toEqual(['on.colour.red'])
  })
})

describe('the generator', () => {
  const generator = join(import.meta.dirname, 'generate.ts')
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [generator, ...args])
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-lifecycle-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('writes files that its check accepts, with the same bytes every time', async () => {
    await expect(run('--check', folder)).rejects.toMatchObject({ code: 1 })
    await run(folder)
    const drawing = readFileSync(join(folder, 'states.svg'), 'utf8')
    expect(readFileSync(join(folder, 'states.md'), 'utf8')).toBe(page.text)
    expect(drawing.match(/<g id="(node|clust)\d+"/g)).toHaveLength(statesWithin(chart.root).length - 1)
    await run('--check', folder)
    await run(folder)
    expect(readFileSync(join(folder, 'states.svg'), 'utf8')).toBe(drawing)
  })

  test.each(['states.md', 'states.svg'])('reports a changed %s', async name => {
    await run(folder)
    appendFileSync(join(folder, name), ' ')
    await expect(run('--check', folder)).rejects.toMatchObject({
      code: 1,
      stderr: `${name} differs from its source: run npm run generate\n`,
    })
  })
})
