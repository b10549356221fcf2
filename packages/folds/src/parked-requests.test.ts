import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFoldWorld, definition, type FoldWorld, line, notesOf, type Seen } from '../test/fold-world.ts'
import type { FoldDefinition } from './fold-definition.ts'

let world: FoldWorld
beforeEach(async () => {
  world = await createFoldWorld()
})
afterEach(() => world.close())

/** A fold that throws on one note until it is mended. */
function brittle(note: string) {
  let mended = false
  let thrown = 0
  const fold: FoldDefinition<Seen>['fold'] = (state, fact, offset) => {
    if (!mended && (fact.data as unknown as { note: string }).note === note) {
      thrown++
      throw new TypeError('planted')
    }
    return definition.fold(state, fact, offset)
  }
  return {
    fold,
    mend: () => {
      mended = true
    },
    thrown: () => thrown,
  }
}

describe('a request on whose fact the fold throws', () => {
  test('is parked from there on after three tries, and the others go on', async () => {
    const { fold, thrown } = brittle('a2')
    const opened = await world.open({ fold })
    await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3), line('b', 2)])
    expect(await world.takeAll(opened)).toEqual(['a/1', 'b/1', 'b/2'])
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1', b: 'b1 b2' })
    expect(thrown()).toBe(3)
    expect(world.parked).toEqual([{ requestId: 'a', offset: 1, reason: expect.stringMatching(/^TypeError: planted \(packages\/folds\//) }])
  })

  test('is parked without what the error says where the words of the fact are sealed in the ledger: what is parked stays', async () => {
    const opened = await world.open({
      fold(state, fact, offset) {
        if (fact.sequence === 2) throw new TypeError(`can't read ${(fact.data as unknown as { note: string }).note}`)
        return definition.fold(state, fact, offset)
      },
    })
    const words = { note: 'Malachite Lda', sealed: { opened: {} } }
    await world.append([line('a', 1), line('a', 2, words), line('b', 1), line('b', 2)])
    await world.takeAll(opened)
    expect(world.parked.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^TypeError: what it says is left out, as words are sealed \(packages\/folds\//),
      expect.stringMatching(/^TypeError: can't read b2 \(packages\/folds\//),
    ])
  })

  test('stays parked for the next owner, who does not try it on its own', async () => {
    const { fold, thrown } = brittle('a2')
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.open({ fold })
    const next = await world.open({ fold })
    await world.append([line('a', 4)])
    expect(await world.takeAll(next)).toEqual([])
    expect([thrown(), world.parked.length]).toEqual([3, 1])
  })

  test('is taken up where it was left once the code is mended: nothing of it is missing, and nothing comes twice', async () => {
    const { fold, mend } = brittle('a2')
    const opened = await world.open({ fold })
    await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3)])
    await world.takeAll(opened)
    mend()
    const batch = await opened.retake('a')
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/2', 'a/3'])
    await batch.save()
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1' })
  })

  test('is taken up also where what was left out was read before: the partition has gone on meanwhile', async () => {
    const { fold, mend } = brittle('a2')
    const opened = await world.open({ fold })
    await world.append([line('a', 1), line('a', 2), line('b', 1)])
    await world.takeAll(opened)
    mend()
    const leftOut = await opened.readLeftOut('a')
    expect([leftOut.found.length, leftOut.to]).toEqual([1, 3])
    await world.append([line('a', 3), line('b', 2)])
    await world.takeAll(opened)
    const batch = await opened.retake('a', leftOut)
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/2', 'a/3'])
    await batch.save()
    expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1 b2' })
  })

  test('that is tried again and throws again is parked again where it was', async () => {
    const { fold } = brittle('a2')
    const opened = await world.open({ fold })
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.takeAll(opened)
    const batch = await opened.retake('a')
    expect([batch.accepted, [...batch.parked]]).toEqual([[], ['a']])
    expect(world.parked.map(({ offset }) => offset)).toEqual([1, 1])
  })
})

test('a request whose effects can not be made is put back to the state before, with all that came behind', async () => {
  const opened = await world.open()
  await world.append([line('a', 1), line('a', 2), line('b', 1), line('a', 3)])
  const batch = await opened.take(await world.recordsFrom(0))
  const second = batch.accepted.find(({ fact }) => fact.id === 'a/2')
  if (second) await batch.park(second, new Error('no place for it'))
  expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/1', 'b/1'])
  await batch.save()
  expect(await notesOf(opened, 'a', 'b')).toEqual({ a: 'a1', b: 'b1' })
  expect(world.parked).toMatchObject([{ requestId: 'a', offset: 1 }])
})

describe('a fact of a kind that is not known', () => {
  const unheard = (subject: string, sequence: number) => line(subject, sequence).replace('InterimReported', 'MoneyTeleported')
  const knowing: FoldDefinition<Seen>['fold'] = (state, fact, offset) => {
    if (fact.type.endsWith('MoneyTeleported')) throw new Error('a kind that is not known')
    return definition.fold(state, fact, offset)
  }

  test('parks its request, and says which type it waits for', async () => {
    const opened = await world.open({ fold: knowing })
    await world.append([line('a', 1), unheard('a', 2), line('a', 3), line('b', 1)])
    expect(await world.takeAll(opened)).toEqual(['a/1', 'b/1'])
    expect(world.parked).toMatchObject([{ requestId: 'a', offset: 1, waitsFor: 'holdfast.fact.v1.MoneyTeleported' }])
  })

  test('is thrown to a reader that must not go on with the partition at all', async () => {
    await world.append([line('a', 1), unheard('a', 2)])
    await expect(world.open({ fold: knowing, givesUp: () => true })).rejects.toThrow('not known')
    expect(world.parked).toEqual([])
  })
})
