import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignPartitions, type JoiningMember, nameOf, type Partition } from './assign-partitions.ts'

const counts: Readonly<Record<string, number>> = { commands: 4, answers: 4 }
const partitionsOf = (topic: string): number[] => [...Array(counts[topic] ?? 0).keys()]
const commands = (...partitions: number[]): Partition[] => partitions.map(partition => ({ topic: 'commands', partition }))
const member = (memberId: string, owned: Partition[] = [], topics = ['commands']): JoiningMember => ({ memberId, topics, owned })
const share = (...members: JoiningMember[]) => Object.fromEntries(assignPartitions(members, partitionsOf))

describe('partitions are assigned', () => {
  test('equally among members without partitions', () => {
    expect(share(member('a'), member('b'))).toEqual({ a: commands(0, 1), b: commands(2, 3) })
  })

  test('so that a member keeps its quota, and a new member gets free partitions', () => {
    expect(share(member('new'), member('old', commands(1, 3)))).toEqual({ new: commands(0, 2), old: commands(1, 3) })
  })

  test('in two steps: a partition that changes owner is assigned to no member until its owner has released it', () => {
    expect(share(member('new'), member('old', commands(0, 1, 2, 3)))).toEqual({ new: [], old: commands(0, 1) })
    expect(share(member('new'), member('old', commands(0, 1)))).toEqual({ new: commands(2, 3), old: commands(0, 1) })
  })

  test('so that one that two members claim is assigned to neither', () => {
    expect(share(member('a', commands(0)), member('b', commands(0, 3)))).toEqual({ a: commands(1), b: commands(2, 3) })
  })

  test('so that partition n of two topics has one owner', () => {
    const both = ['commands', 'answers']
    const { a = [], b = [] } = share(member('a', [], both), member('b', commands(0), both))
    expect([a, b].map(share => share.map(nameOf).toSorted())).toEqual([
      ['2 answers', '2 commands', '3 answers', '3 commands'],
      ['0 answers', '0 commands', '1 answers', '1 commands'],
    ])
  })

  test('only to subscribers of the topic', () => {
    expect(share(member('a'), member('b', [], ['answers']))).toMatchObject({ a: commands(0, 1, 2, 3) })
  })

  test('in at most two steps, equally, and never to two owners, from any starting point', () => {
    const holders = fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }), { minLength: 4, maxLength: 4 })
    const check = (members: number, heldBy: (number | undefined)[]): void => {
      const before = Array.from({ length: members }, (_, index) =>
        member(`m${index}`, commands(...partitionsOf('commands').filter(partition => heldBy[partition] === index))),
      )
      const first = share(...before)
      const second = share(...before.map(each => ({ ...each, owned: each.owned.filter(owned => isIn(first[each.memberId], owned)) })))
      for (const { memberId, owned } of before) {
        const others = before.filter(other => other.memberId !== memberId)
        for (const each of owned) expect(others.filter(other => isIn(first[other.memberId], each))).toEqual([])
      }
      const shares = Object.values(second)
      expect(shares.flat().map(nameOf).toSorted()).toEqual(commands(0, 1, 2, 3).map(nameOf))
      expect(Math.max(...shares.map(({ length }) => length)) - Math.min(...shares.map(({ length }) => length))).toBeLessThanOrEqual(1)
    }
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), holders, check), { seed: 1, numRuns: 300 })
  })
})

const isIn = (partitions: readonly Partition[] = [], { topic, partition }: Partition): boolean =>
  partitions.some(each => each.topic === topic && each.partition === partition)
