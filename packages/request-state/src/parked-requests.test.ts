import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPartitionHarness, definition, line, notesOf, type PartitionHarness, type Seen } from '../test/partition-harness.ts'
import type { StateDefinition } from './state-definition.ts'

let world: PartitionHarness
beforeEach(async () => {
  world = await createPartitionHarness()
})
afterEach(() => world.close())

/** Throws on one note until it is repaired. */
function brittle(note: string) {
  let repaired = false
  let thrown = 0
  const evolve: StateDefinition<Seen>['evolve'] = (state, fact, offset) => {
    if (!repaired && (fact.data as unknown as { note: string }).note === note) {
      thrown++
      throw new TypeError('planted')
    }
    return definition.evolve(state, fact, offset)
  }
  return {
    evolve,
    repair: () => {
      repaired = true
    },
    thrown: () => thrown,
  }
}

describe('a request whose fact throws', () => {
  test('is parked from that fact on after three tries, and the others go on', async () => {
    const { evolve, thrown } = brittle('a2')
    const opened = await world.open({ evolve })
    await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3), line('b', 2)])
    expect(await world.takeAll(opened)).toEqual(['a/1', 'b/1', 'b/2'])
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1', b: 'b1 b2' })
    expect(thrown()).toBe(3)
    expect(world.parked).toEqual([
      { requestId: 'a', offset: 1, reason: expect.stringMatching(/^TypeError: planted \(packages\/request-state\//) },
    ])
  })

  test('is parked without the message of the error where the fact holds encrypted personal data: the topic is permanent', async () => {
    const opened = await world.open({
      evolve(state, fact, offset) {
        if (fact.sequence === 2) throw new TypeError(`can't read ${(fact.data as unknown as { note: string }).note}`)
        return definition.evolve(state, fact, offset)
      },
    })
    const personal = { note: 'Malachite Lda', encrypted: { decrypted: {} } }
    await world.append([line('a', 1), line('a', 2, personal), line('b', 1), line('b', 2)])
    await world.takeAll(opened)
    expect(world.parked.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^TypeError: message left out, because it may contain personal data \(packages\/request-state\//),
      expect.stringMatching(/^TypeError: can't read b2 \(packages\/request-state\//),
    ])
  })

  test('stays parked for the next owner, which does not retry it unasked', async () => {
    const { evolve, thrown } = brittle('a2')
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.open({ evolve })
    const next = await world.open({ evolve })
    await world.append([line('a', 4)])
    expect(await world.takeAll(next)).toEqual([])
    expect([thrown(), world.parked.length]).toEqual([3, 1])
  })

  test('continues where it was parked once the code is repaired, with no fact missing or repeated', async () => {
    const { evolve, repair } = brittle('a2')
    const opened = await world.open({ evolve })
    await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3)])
    await world.takeAll(opened)
    repair()
    const batch = await opened.applySkipped('a')
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/2', 'a/3'])
    await batch.save()
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1' })
  })

  test('continues also where its skipped records were read before the partition went on', async () => {
    const { evolve, repair } = brittle('a2')
    const opened = await world.open({ evolve })
    await world.append([line('a', 1), line('a', 2), line('b', 1)])
    await world.takeAll(opened)
    repair()
    const leftOut = await opened.readSkipped('a')
    expect([leftOut.found.length, leftOut.to]).toEqual([1, 3])
    await world.append([line('a', 3), line('b', 2)])
    await world.takeAll(opened)
    const batch = await opened.applySkipped('a', leftOut)
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/2', 'a/3'])
    await batch.save()
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1 b2' })
  })

  test('that throws again on a redrive is parked again at the same offset', async () => {
    const { evolve } = brittle('a2')
    const opened = await world.open({ evolve })
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.takeAll(opened)
    const batch = await opened.applySkipped('a')
    expect([batch.accepted, [...batch.parked]]).toEqual([[], ['a']])
    expect(world.parked.map(({ offset }) => offset)).toEqual([1, 1])
  })
})

test('a request whose effects fail gets its earlier state back, and loses all later facts of the batch', async () => {
  const opened = await world.open()
  await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3)])
  const batch = await opened.apply(await world.recordsFrom(0))
  const second = batch.accepted.find(({ fact }) => fact.id === 'a/2')
  if (second) await batch.park(second, new Error('no space left'))
  expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/1', 'b/1'])
  await batch.save()
  expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1', b: 'b1' })
  expect(world.parked).toMatchObject([{ requestId: 'a', offset: 1 }])
})

describe('a fact of an unknown type', () => {
  const unheard = (subject: string, sequence: number) => line(subject, sequence).replace('InterimReported', 'MoneyTeleported')
  const knowing: StateDefinition<Seen>['evolve'] = (state, fact, offset) => {
    if (fact.type.endsWith('MoneyTeleported')) throw new Error('the type is not known')
    return definition.evolve(state, fact, offset)
  }

  test('parks its request, and names the type that it waits for', async () => {
    const opened = await world.open({ evolve: knowing })
    await world.append([line('a', 1), unheard('a', 2), line('a', 3), line('b', 1)])
    expect(await world.takeAll(opened)).toEqual(['a/1', 'b/1'])
    expect(world.parked).toMatchObject([{ requestId: 'a', offset: 1, waitsFor: 'holdfast.fact.v1.MoneyTeleported' }])
  })

  test('is thrown to a reader that must stop reading the partition', async () => {
    await world.append([line('a', 1), unheard('a', 2)])
    await expect(world.open({ evolve: knowing, isFatal: () => true })).rejects.toThrow('not known')
    expect(world.parked).toEqual([])
  })
})
