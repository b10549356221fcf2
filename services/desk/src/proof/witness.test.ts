import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { createDesk } from '../app.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'

// Members run `holdfast witness` and `holdfast verify` at an engine, and at others with its keys and another past.

const folder = mkdtempSync(join(tmpdir(), 'holdfast-witness-'))
workIn(folder)
vi.setConfig({ testTimeout: 60_000 })
/** A busy machine takes its time. */
const soon = { timeout: 10_000 }
let engine: Desks
let desk: StartedDesk
let past: Fact[]
const others: Desks[] = []
const often = { everyMs: 50, everyFacts: 1_000_000, checkMs: 5 }

const histories = (first: number, count: number) =>
  Array.from({ length: count }, (_, nth) =>
    passed(createHistory(buildRequestNumber(first + nth, { requestingCountry: 'SG', beneficiaryCountry: 'TL' }))),
  )

const holdfast = async (args: readonly string[], at = desk) =>
  runHoldfast(args, { env: { HOLDFAST_URL: at.url, HOLDFAST_TOKEN: await at.token('SG') } })

/** An engine with the same keys, on another ledger. */
async function engineWith(facts: readonly Fact[], settings: Readonly<Record<string, string>> = {}): Promise<StartedDesk> {
  const other = await openDesks(1)
  others.push(other)
  await other.streams.ensureTopics([topics.ledger])
  await other.write(...facts)
  const started = await other.start('a', {
    definition: createDesk([paymentStopDesk], { signing: often }),
    settings: { ...desk.keys, ...settings },
  })
  await expect
    .poll(async () => ((await started.as('SG').checkpoints()) as { value?: { trees: { size: number }[] } }).value?.trees[0]?.size, soon)
    .toBe(facts.length)
  return started
}

beforeAll(async () => {
  engine = await openDesks(1)
  desk = await engine.start('a')
  const written = histories(0, 3)
  past = written.flatMap(({ facts }) => [...facts])
  await engine.write(...past)
  for (const history of written) await engine.sees(desk, history)
  // The following tests build on this.
  expect(await holdfast(['witness', 'sg.jsonl'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^holdfast\/[0-9a-f]{32}\/ledger-1\/tree-1\/partition-0: 6 facts, seen for the first time\n$/),
    err: expect.stringMatching(
      /^The key of this witness is in sg.jsonl.key. It signs as holdfast-witness\/[0-9a-f]{32}\+[0-9a-f]{8}\+\S{44}\n$/,
    ),
  })
}, 60_000)
afterAll(async () => {
  for (const each of [engine, ...others]) await each.close()
  rmSync(folder, { recursive: true })
})

const seenBefore = () => readFileSync(join(folder, 'sg.jsonl'), 'utf8')

test('a repeated checkpoint is stored once, in a file that only the witness can read', async () => {
  const before = seenBefore()
  expect(await holdfast(['witness', 'sg.jsonl'])).toEqual({ code: 0, out: '', err: '' })
  expect(seenBefore()).toBe(before)
  expect([statSync(join(folder, 'sg.jsonl')), statSync(join(folder, 'sg.jsonl.key'))].map(({ mode }) => mode & 0o777)).toEqual([
    0o600, 0o600,
  ])
})

test.each([
  ['with fewer facts', () => past.slice(0, 4), {}, 'it has 4 facts, but 6 were seen before: facts were removed'],
  [
    'with others of them',
    () => [...past.slice(0, 4), ...histories(10, 1).flatMap(({ facts }) => facts)],
    {},
    'its 6 facts are not those seen before',
  ],
  [
    'that has grown past another',
    () => [...past.slice(2), ...histories(20, 2).flatMap(({ facts }) => facts)],
    {},
    'it is inconsistent with the 6 facts seen before',
  ],
  ['that begins another tree', () => past, { HOLDFAST_TREE_NUMBER: '2' }, 'it is another tree than the one seen before'],
] as const)(
  'an engine %s is refused at each run, and its answer is stored as evidence',
  async (_, facts, settings, why) => {
    const other = await engineWith(facts(), settings)
    const before = seenBefore()
    for (let run = 0; run < 2; run++) {
      const { code, err } = await holdfast(['witness', 'sg.jsonl'], other)
      expect([code, err]).toEqual([1, expect.stringContaining(why)])
    }
    const added = seenBefore().slice(before.length).split('\n').filter(Boolean)
    expect(added.length).toBeGreaterThan(0)
    expect(added.every(line => line.startsWith('{"refused":'))).toBe(true)
    // The known engine is still accepted.
    expect((await holdfast(['witness', 'sg.jsonl'])).code).toBe(0)
  },
  60_000,
)

test('another tree is accepted once the witness agrees to its origin', async () => {
  const other = await engineWith(past, { HOLDFAST_TREE_NUMBER: '2' })
  writeFileSync(join(folder, 'agreed.jsonl'), seenBefore(), { mode: 0o600 })
  const { err } = await holdfast(['witness', 'agreed.jsonl', '--key', 'sg.jsonl.key'], other)
  const [, name = ''] = /--accept (\S+)/.exec(err) ?? []
  expect(name).toMatch(/ledger-1\/tree-2$/)
  expect(await holdfast(['witness', 'agreed.jsonl', '--key', 'sg.jsonl.key', '--accept', name], other)).toMatchObject({ code: 0, err: '' })
  expect(await holdfast(['witness', 'agreed.jsonl', '--key', 'sg.jsonl.key'], other)).toMatchObject({ code: 0, err: '' })
}, 60_000)

test('an export is verified against what the witness has seen, and the result states what that proves', async () => {
  const more = histories(30, 1)
  await engine.write(...more.flatMap(({ facts }) => facts))
  for (const history of more) await engine.sees(desk, history)
  const exported = await holdfast(['export', '--checkpoint', 'sg.jsonl'])
  expect(exported.code).toBe(0)
  writeFileSync(join(folder, 'facts.jsonl'), exported.out)
  const [, witness = ''] = /signs as (\S+)/.exec((await holdfast(['witness', 'other.jsonl'])).err) ?? []
  const { code, out } = await holdfast(['verify', '--checkpoint', 'sg.jsonl', 'facts.jsonl'])
  expect(code).toBe(0)
  expect(out.split('\n')[1]).toMatch(
    /^Proved: these are the 8 facts, complete and in order, that the engine [0-9a-f]{32} gave to SG at \S+; each is in a tree that it has signed, and the witness has seen 6 of them\. Not proved: that the engine gave SG all facts that it has access to, and that the other 2 are what it shows others\.$/,
  )
  expect(await holdfast(['verify', '--checkpoint', 'sg.jsonl', '--witness', witness, 'facts.jsonl'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('a checkpoint is not signed by the witness'),
  })
  expect(await holdfast(['replay', 'facts.jsonl'])).toMatchObject({ code: 0, err: expect.stringContaining('8 facts of 4 requests') })
  // For readers that know no proof.
  expect((await holdfast(['export', '--facts'])).out).toBe(exported.out.split('\n').slice(0, 8).join('\n').concat('\n'))

  // A copy of the whole partition needs nothing else.
  writeFileSync(join(folder, 'ledger.jsonl'), past.map(fact => `${JSON.stringify(fact)}\n`).join(''))
  expect(await holdfast(['verify', '--ledger', '--checkpoint', 'sg.jsonl', 'ledger.jsonl'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('Proved: the first 6 of its 6 accepted facts are all that the witness has seen of this partition'),
  })
  writeFileSync(
    join(folder, 'cut.jsonl'),
    past
      .slice(2)
      .map(fact => `${JSON.stringify(fact)}\n`)
      .join(''),
  )
  expect(await holdfast(['verify', '--ledger', '--checkpoint', 'sg.jsonl', 'cut.jsonl'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('do not start with those of any partition that the witness has seen'),
  })
}, 60_000)
