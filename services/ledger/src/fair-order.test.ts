import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inFairOrder } from './fair-order.ts'
import type { ReceivedCommand } from './read-commands.ts'

const commandOf = (subject: string, actor: string, n = 0) => ({ command: { subject, actor, id: `${n}` } }) as unknown as ReceivedCommand
const shown = (received: readonly ReceivedCommand[]) => received.map(({ command }) => `${command.subject} ${command.actor}`)

test('a bank with one freeze is second, however many requests another country sends', () => {
  const flood = Array.from({ length: 500 }, (_, n) => commandOf(`k${n}`, 'KE/system/ncb'))
  const order = shown(inFairOrder([...flood, commandOf('t1', 'TL/institution/a.bank')]))
  expect(order.indexOf('t1 TL/institution/a.bank')).toBe(1)
  expect(order).toHaveLength(501)
})

test('commands of several senders for one request keep their order', () => {
  const order = shown(
    inFairOrder([
      commandOf('a', 'SG/officer/x'),
      commandOf('b', 'SG/officer/x'),
      commandOf('a', 'TL/institution/y'),
      commandOf('c', 'TL/institution/y'),
      commandOf('a', 'SG/officer/x'),
    ]),
  )
  expect(order.filter(line => line.startsWith('a '))).toEqual(['a SG/officer/x', 'a TL/institution/y', 'a SG/officer/x'])
})

test('no command is lost or duplicated, and each request keeps its order, whichever sender it has', () => {
  const anySender = fc.constantFrom('SG/officer/a', 'TL/institution/b', 'KE/system/c', 'holdfast/clock/ledger')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), anySender), { maxLength: 60 }), commands => {
      const received = commands.map(([subject, actor], n) => commandOf(subject, actor, n))
      const ordered = inFairOrder(received)
      expect([...ordered].sort((a, b) => Number(a.command.id) - Number(b.command.id))).toEqual(received)
      for (const subject of ['a', 'b', 'c', 'd', 'e']) {
        const ids = ordered.filter(({ command }) => command.subject === subject).map(({ command }) => Number(command.id))
        expect(ids).toEqual(ids.toSorted((a, b) => a - b))
      }
    }),
    { seed: 20240723, numRuns: 500 },
  )
})
