import type { Fact } from '@holdfast/payment-stop/language'
import { readCheckpoint, readNote } from '@holdfast/proof'
import { createLog } from '@holdfast/runtime'
import { type CheckpointEvent, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { createDesk } from '../app.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'

vi.setConfig({ testTimeout: 60_000 })
/** A busy machine takes its time. */
const soon = { timeout: 10_000 }
let desks: Desks
let number = 0
const histories = (count: number) =>
  Array.from({ length: count }, () =>
    passed(createHistory(buildRequestNumber(++number, { requestingCountry: 'SG', beneficiaryCountry: 'TL' }))),
  )
beforeEach(async () => {
  desks = await openDesks(1)
})
afterEach(() => desks.close())

/** The signed checkpoints, in their order. */
async function signed(of: Desks = desks) {
  const notes: string[] = []
  for await (const records of of.streams.read(topics.checkpoints.name, 0, 0, await of.streams.endOffset(topics.checkpoints.name, 0)))
    for (const { value } of records) notes.push((JSON.parse(value) as CheckpointEvent).data.checkpoint)
  return notes.map(note => unwrap(readCheckpoint(unwrap(readNote(note)).text)))
}
const sizes = async (of: Desks = desks) => (await signed(of)).map(({ size }) => size)
const last = async () => (await sizes()).at(-1)
const shown = async (desk: StartedDesk) => unwrap(await desk.as('SG').checkpoints()).trees.map(({ size }) => size)
/** A log, and the errors in it. */
function listening() {
  const errors: string[] = []
  const log = createLog('desk', 'error', {
    write: text =>
      void errors.push(
        ...text
          .split('\n')
          .filter(Boolean)
          .map(line => (JSON.parse(line) as { msg: string }).msg),
      ),
  })
  return { log, errors }
}
const often = { everyMs: 50, everyFacts: 1_000_000, checkMs: 5 }
const never = { everyMs: 3_600_000, everyFacts: 1_000_000, checkMs: 3_600_000 }

test('a tree that has grown is signed when due, and any other is not signed again', async () => {
  const desk = await desks.start('a', { definition: createDesk([paymentStopDesk], { signing: often }) })
  const [first, second] = histories(2)
  if (!first || !second) throw new Error('two')
  await desks.write(...first.facts)
  await expect.poll(last, soon).toBe(2)
  await desks.sees(desk, first)
  await desks.write(...second.facts.slice(0, 1))
  await expect.poll(last, soon).toBe(3)
  await desks.write(...second.facts.slice(1))
  await expect.poll(last, soon).toBe(4)
  const all = await sizes()
  expect(all).toEqual([...new Set(all)].sort((a, b) => a - b))
})

test('a tree that has grown by enough facts is signed early', async () => {
  const desk = await desks.start('a', {
    definition: createDesk([paymentStopDesk], { signing: { ...often, everyMs: 3_600_000, everyFacts: 10 } }),
  })
  const few = histories(4)
  await desks.write(...few.flatMap(({ facts }) => facts))
  for (const history of few) await desks.sees(desk, history)
  expect(await sizes()).toEqual([])
  await desks.write(...histories(1).flatMap(({ facts }) => facts))
  await expect.poll(() => sizes(), soon).toEqual([10])
})

test('several desks sign one consistent tree', async () => {
  const [a, b] = [
    await desks.start('a', { definition: createDesk([paymentStopDesk], { signing: never }) }),
    await desks.start('b', { definition: createDesk([paymentStopDesk], { signing: never }) }),
  ]
  for (const [i, history] of histories(6).entries()) {
    await desks.write(...history.facts)
    await desks.sees(i % 2 === 0 ? a : b, history)
    for await (const _ of (i % 2 === 0 ? a : b).as('SG').export({ proof: {} }));
  }
  expect(await sizes()).toEqual([2, 4, 6, 8, 10, 12])
  const origins = new Set((await signed()).map(({ origin }) => origin))
  expect(origins.size).toBe(1)
  await expect.poll(() => shown(a), soon).toEqual([12])
  expect(await shown(b)).toEqual([12])
})

test('a restarted desk, with or without its projection, signs nothing twice', async () => {
  const [history] = histories(1)
  if (!history) throw new Error('one')
  const desk = await desks.start('a', { definition: createDesk([paymentStopDesk], { signing: often }) })
  await desks.write(...history.facts)
  await expect.poll(last, soon).toBe(2)
  await desk.stop()
  const before = await sizes()
  for (const name of ['a', 'new']) {
    const again = await desks.start(name, { definition: createDesk([paymentStopDesk], { signing: often }) })
    await desks.sees(again, history)
    expect(await shown(again)).toEqual([2])
    await again.stop()
  }
  expect(await sizes()).toEqual(before)
})

describe('an engine whose ledger differs from the signed one', () => {
  let before: StartedDesk
  let past: Fact[]
  beforeEach(async () => {
    before = await desks.start('a', { definition: createDesk([paymentStopDesk], { signing: often }) })
    past = histories(3).flatMap(({ facts }) => [...facts])
    await desks.write(...past)
    await expect.poll(last, soon).toBe(6)
  })

  /** Another ledger under the same secret, with the checkpoints of the first. */
  async function restored(facts: readonly Fact[], settings: Readonly<Record<string, string>> = {}) {
    const others = await openDesks(1)
    await others.streams.ensureTopics([topics.ledger, topics.checkpoints])
    for await (const records of desks.streams.read(
      topics.checkpoints.name,
      0,
      0,
      await desks.streams.endOffset(topics.checkpoints.name, 0),
    ))
      await others.streams.append(
        topics.checkpoints.name,
        0,
        records.map(({ key, value }) => ({ key, value })),
      )
    await others.write(...facts)
    const { log, errors } = listening()
    const desk = await others.start('a', {
      definition: createDesk([paymentStopDesk], { signing: often }),
      settings: { ...before.keys, ...settings },
      log,
    })
    return { others, desk, errors }
  }
  const wrong = 'The tree of a partition is inconsistent with the checkpoints of this engine'

  test('because it lost facts, logs that and signs nothing', async () => {
    const { others, desk, errors } = await restored(past.slice(0, 4))
    await expect.poll(() => errors, soon).toEqual([expect.stringContaining(`${wrong}: it has 4 facts, but 6 were signed`)])
    await others.write(...(histories(1)[0]?.facts ?? []).slice(0, 1))
    await expect.poll(() => errors.at(-1), soon).toContain('it has 5 facts, but 6 were signed')
    expect(await shown(desk)).toEqual([])
    expect((await sizes(others)).at(-1)).toBe(6)
    await others.close()
  })

  test('because it has other facts, logs that, also after growing beyond the signed size', async () => {
    const { others, desk, errors } = await restored([...past.slice(0, 4), ...histories(4).flatMap(({ facts }) => [...facts])])
    await expect.poll(() => errors, soon).toEqual([expect.stringContaining(`${wrong}: its first 6 facts differ`)])
    expect(await shown(desk)).toEqual([])
    // Its exports have no tree.
    const lines: string[] = []
    for await (const line of desk.as('SG').export({ proof: {} })) lines.push(line)
    expect(lines.filter(line => line.includes('"tree"'))).toEqual([])
    expect((await sizes(others)).at(-1)).toBe(6)
    await others.close()
  })

  test('signs another tree, under another origin, after an operator sets its number', async () => {
    const { others, desk, errors } = await restored(past.slice(0, 4), { HOLDFAST_TREE_NUMBER: '2' })
    await expect.poll(() => shown(desk), soon).toEqual([4])
    const [former, latest] = [(await signed(others))[0], (await signed(others)).at(-1)]
    expect([former?.origin, latest?.origin]).toEqual([expect.stringContaining('/tree-1/'), expect.stringContaining('/tree-2/')])
    expect(errors).toEqual([])
    await others.close()
  })

  test('that was restored completely continues its tree', async () => {
    const { others, desk, errors } = await restored(past)
    expect(await shown(desk)).toEqual([6])
    await others.write(...(histories(1)[0]?.facts ?? []))
    await expect.poll(() => shown(desk), soon).toEqual([8])
    expect(errors).toEqual([])
    await others.close()
  })
})
