import { type ClaimChange, type ClaimIndex, entriesMax, IndexIncompleteError, type OwnedClaims } from '@holdfast/stores'
import { beforeEach, describe, expect, it } from 'vitest'
import { awkward } from './awkward.ts'

export interface ClaimsHarness {
  /** Open payments of which none is held yet. */
  open(): Promise<ClaimIndex>
}

const join = (claimKey: string, requestId: string, country = 'SG'): ClaimChange => ({ kind: 'join', claimKey, requestId, country })
const leave = (claimKey: string, requestId: string, country = 'SG'): ClaimChange => ({ kind: 'leave', claimKey, requestId, country })

/** What each promise of the claims port means. */
export function describeClaimsContract(name: string, harness: ClaimsHarness): void {
  let payments: ClaimIndex

  /** Owns a partition and restores it with what its facts before an offset say. */
  async function complete(partition = 0, partitions = 1, to = 0, changes: readonly ClaimChange[] = []): Promise<OwnedClaims> {
    const owned = await payments.own(partition, partitions)
    await owned.restore({ from: undefined, to, changes, isLast: true })
    return owned
  }
  /** Claims at the position at which `complete` leaves a partition. */
  const claim = (owned: OwnedClaims, ...changes: ClaimChange[]) => owned.claim({ from: 0, to: 0, changes })
  const standing = async (owned: OwnedClaims, ...changes: ClaimChange[]) =>
    (await claim(owned, ...changes)).map(each => each.representative)

  describe(`${name}: claims`, () => {
    beforeEach(async () => {
      payments = await harness.open()
    })

    it('keep a payment for the first request of a country that claims it', async () => {
      const owned = await complete()
      expect(await standing(owned, join('uetr:1', 'first'), join('uetr:1', 'second'), join('uetr:2', 'second'))).toEqual([
        'first',
        'first',
        'second',
      ])
      expect(await standing(owned, join('uetr:1', 'second'), join('uetr:1', 'first'))).toEqual(['first', 'first'])
    })

    it('name the same one to fifty requests that come at once', async () => {
      const owned = await complete()
      const all = Array.from({ length: 50 }, (_, index) => `request-${index}`)
      const matches = (await Promise.all(all.map(id => standing(owned, join('uetr:1', id))))).flat()
      expect(new Set(matches).size).toBe(1)
      expect(matches[all.indexOf(matches[0] ?? '')]).toBe(matches[0])
    })

    it('name requests of other countries for the same payment, the first one first, and never merge them', async () => {
      const owned = await complete()
      expect(await claim(owned, join('uetr:1', 'ours', 'SG'))).toEqual([{ representative: 'ours' }])
      expect(await claim(owned, join('uetr:1', 'theirs', 'FR'), join('uetr:1', 'of a third', 'ZM'))).toEqual([
        { representative: 'theirs', linkedTo: 'ours' },
        { representative: 'of a third', linkedTo: 'ours' },
      ])
      expect(await claim(owned, join('uetr:1', 'theirs again', 'FR'), join('uetr:1', 'ours', 'SG'))).toEqual([
        { representative: 'theirs', linkedTo: 'ours' },
        { representative: 'ours', linkedTo: 'theirs' },
      ])
      expect(await claim(owned, leave('uetr:1', 'ours', 'SG'), join('uetr:1', 'of a third', 'ZM'))).toEqual([
        { representative: 'of a third', linkedTo: 'theirs' },
      ])
    })

    it('release a payment only for the request that has it', async () => {
      const owned = await complete()
      await claim(owned, join('uetr:1', 'first'), join('uetr:2', 'first'))
      expect(await standing(owned, leave('uetr:1', 'second'), join('uetr:1', 'second'))).toEqual(['first'])
      await claim(owned, leave('uetr:1', 'first'), leave('uetr:unknown', 'first'))
      expect(await standing(owned, join('uetr:1', 'second'), join('uetr:2', 'second'))).toEqual(['second', 'first'])
    })

    it('take the changes of a step in their order', async () => {
      const owned = await complete()
      const changes = [join('uetr:1', 'first'), leave('uetr:1', 'first'), join('uetr:1', 'second'), join('uetr:1', 'first')]
      expect(await standing(owned, ...changes)).toEqual(['first', 'second', 'second'])
    })

    it('take a step without changes, and refuse one with too many', async () => {
      const owned = await complete()
      expect(await claim(owned)).toEqual([])
      const changes = Array.from({ length: entriesMax + 1 }, (_, index) => leave(`${index}`, 'first'))
      await expect(claim(owned, ...changes)).rejects.toThrow(RangeError)
      await expect(owned.restore({ from: 0, to: 0, changes, isLast: false })).rejects.toThrow(RangeError)
    })

    it('take as many changes as they say', async () => {
      const owned = await complete()
      const changes = Array.from({ length: entriesMax }, (_, index) => join(`${index}`, `request-${index}`))
      expect(await standing(owned, ...changes)).toEqual(changes.map(change => change.requestId))
    })

    it('tell payments and requests apart whatever is in their names', async () => {
      const owned = await complete()
      const keys = [awkward, '{1}', '{2}', '', 'é', 'e\u0301', 'k'.repeat(300)]
      for (const key of keys) expect(await standing(owned, join(key, `request of ${key}`))).toEqual([`request of ${key}`])
      for (const key of keys) expect(await standing(owned, join(key, 'another'))).toEqual([`request of ${key}`])
    })
  })

  describe(`${name}: the index of claims`, () => {
    beforeEach(async () => {
      payments = await harness.open()
    })

    it('refuses every claim until each partition was completed, and names one that is missing', async () => {
      const first = await complete(0, 3)
      const last = await complete(2, 3)
      await expect(claim(first, join('uetr:1', 'first'))).rejects.toThrow(IndexIncompleteError)
      await expect(claim(first, join('uetr:1', 'first'))).rejects.toThrow('those of partition 1 are incomplete')
      await complete(1, 3, 7, [join('uetr:1', 'of partition 1')])
      expect(await standing(first, join('uetr:1', 'first'))).toEqual(['of partition 1'])
      expect(await standing(last, join('uetr:2', 'last'))).toEqual(['last'])
    })

    it('changes nothing in a claim that it refuses', async () => {
      const owned = await complete(0, 2, 0, [join('uetr:1', 'first')])
      await expect(owned.claim({ from: 0, to: 5, changes: [leave('uetr:1', 'first'), join('uetr:1', 'second')] })).rejects.toThrow()
      expect(await owned.isComplete(1)).toBe(false)
      await complete(1, 2)
      expect(await standing(owned, join('uetr:1', 'third'))).toEqual(['first'])
    })

    it('releases payments without waiting for other partitions', async () => {
      const owned = await complete(0, 2, 0, [join('uetr:1', 'first')])
      await owned.claim({ from: 0, to: 1, changes: [leave('uetr:1', 'first')] })
      await complete(1, 2)
      expect(await standing(owned, join('uetr:1', 'second'))).toEqual(['second'])
    })

    it('is restored step by step, and everybody waits until the last', async () => {
      const other = await complete(1, 2)
      const owned = await payments.own(0, 2)
      expect(owned.found).toEqual({ state: 'unknown' })
      await owned.restore({ from: undefined, to: 10, changes: [join('uetr:1', 'first'), join('uetr:2', 'first')], isLast: false })
      await expect(claim(other, join('uetr:1', 'second'))).rejects.toThrow(IndexIncompleteError)
      await expect(claim(owned, join('uetr:1', 'second'))).rejects.toThrow(IndexIncompleteError)
      await owned.restore({ from: 10, to: 20, changes: [leave('uetr:2', 'first')], isLast: true })
      expect(await standing(other, join('uetr:1', 'second'), join('uetr:2', 'second'))).toEqual(['first', 'second'])
    })

    it('takes in all that is restored, whichever are there already: which of them stands was decided before', async () => {
      await complete(0, 2, 1, [join('uetr:1', 'first')])
      const owned = await complete(1, 2, 1, [join('uetr:1', 'second')])
      expect(await standing(owned, join('uetr:1', 'second'), join('uetr:1', 'first'))).toEqual(['second', 'first'])
      expect(await standing(owned, join('uetr:1', 'third'))).toEqual(['first'])
      await claim(owned, leave('uetr:1', 'first'))
      expect(await standing(owned, join('uetr:1', 'third'))).toEqual(['second'])
    })

    it('is not complete where an owner died while it restored, and its successor begins again', async () => {
      const dying = await payments.own(0, 1)
      await dying.restore({ from: undefined, to: 10, changes: [join('uetr:1', 'first')], isLast: false })
      const successor = await payments.own(0, 1)
      expect(successor.found).toEqual({ state: 'unknown' })
      await successor.restore({ from: undefined, to: 5, changes: [join('uetr:1', 'first')], isLast: false })
      await successor.restore({ from: 5, to: 20, changes: [leave('uetr:1', 'first')], isLast: true })
      expect(await standing(successor, join('uetr:1', 'second'))).toEqual(['second'])
    })

    it('is found where the last owner left it', async () => {
      const owned = await complete(0, 1, 10)
      await owned.claim({ from: 10, to: 12, changes: [join('uetr:1', 'first')] })
      const successor = await payments.own(0, 1)
      expect(successor.found).toEqual({ state: 'complete', position: 12 })
      expect(await successor.isComplete(12)).toBe(true)
      expect(await successor.isComplete(13)).toBe(false)
    })

    it('takes a step again that was taken, and does not go back for it', async () => {
      const owned = await complete(0, 1, 10)
      const step = { from: 10, to: 12, changes: [join('uetr:1', 'first')] }
      expect(await owned.claim(step)).toEqual([{ representative: 'first' }])
      expect(await owned.claim({ ...step, to: 11 })).toEqual([{ representative: 'first' }])
      expect(await owned.isComplete(12)).toBe(true)
    })

    it('refuses a step that does not start at its end, because the facts between are lost', async () => {
      const owned = await complete(0, 1, 10)
      await expect(owned.claim({ from: 11, to: 12, changes: [] })).rejects.toThrow('the index lost facts of the partition')
      await expect(owned.restore({ from: 9, to: 12, changes: [], isLast: true })).rejects.toThrow(IndexIncompleteError)
      await expect(owned.restore({ from: 11, to: 12, changes: [], isLast: true })).rejects.toThrow(IndexIncompleteError)
      await owned.restore({ from: 10, to: 12, changes: [], isLast: true })
      expect(await owned.claim({ from: 12, to: 12, changes: [] })).toEqual([])
    })

    it('has one owner for each partition: who was there before changes nothing', async () => {
      const late = await complete(0, 1, 10)
      const owner = await payments.own(0, 1)
      expect(await late.isComplete(10)).toBe(false)
      await expect(late.claim({ from: 10, to: 11, changes: [join('uetr:1', 'late')] })).rejects.toThrow(IndexIncompleteError)
      await expect(late.restore({ from: 10, to: 11, changes: [join('uetr:1', 'late')], isLast: false })).rejects.toThrow('another owner')
      expect(await owner.claim({ from: 10, to: 11, changes: [join('uetr:1', 'first')] })).toEqual([{ representative: 'first' }])
    })

    it('shows its owner that it was cleared', async () => {
      const owned = await complete(0, 1, 10, [join('uetr:1', 'first')])
      expect(await owned.isComplete(10)).toBe(true)
      await payments.clear()
      expect(await owned.isComplete(10)).toBe(false)
      await expect(owned.claim({ from: 10, to: 11, changes: [join('uetr:1', 'second')] })).rejects.toThrow(IndexIncompleteError)
      await expect(owned.restore({ from: 10, to: 11, changes: [], isLast: true })).rejects.toThrow(IndexIncompleteError)
      const successor = await payments.own(0, 1)
      expect(successor.found).toEqual({ state: 'unknown' })
      expect(await successor.isComplete(0)).toBe(false)
    })
  })
}
