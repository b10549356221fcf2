import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inFairOrder } from './fair-order.ts'
import type { ReceivedCommand } from './read-commands.ts'

const said = (subject: string, actor: string, n = 0) => ({ command: { subject, actor, id: `${n}` } }) as unknown as ReceivedCommand
const shown = (received: readonly ReceivedCommand[]) => received.map(({ command }) => `${command.subject} ${command.actor}`)

test('a bank with one freeze is second, however many requests another country sends', () => {
  const flood = Array.from({ length: 500 }, (_, n) => said(`k${n}`, 'KE/system/ncb'))
  const order = shown(inFairOrder([...flood, said('t1', 'TL/institution/a.bank')]))
  expect(order.indexOf('t1 TL/institution/a.bank')).toBe(1)
  expect(order).toHaveLength(501)
})

test('what several say of one request keeps its order', () => {
  const order = shown(
    inFairOrder([
      said('a', 'SG/officer/x'),
      said('b', 'SG/officer/x'),
      said('a', 'TL/institution/y'),
      said('c', 'TL/institution/y'),
      said('a', 'SG/officer/x'),
    ]),
  )
  expect(order.filter(line => line.startsWith('a '))).toEqual(['a SG/officer/x', 'a TL/institution/y', 'a SG/officer/x'])
})

test('none is lost, none is doubled, and each request keeps its order, whoever says what', () => {
  const anyone = fc.constantFrom('SG/officer/a', 'TL/institution/b', 'KE/system/c', 'holdfast/clock/ledger')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), anyone), { maxLength: 60 }), given => {
      const received = given.map(([subject, actor], n) => said(subject, actor, n))
      const turned = inFairOrder(received)
      expect([...turned].sort((a, b) => Number(a.command.id) - Number(b.command.id))).toEqual(received)
      for (const subject of ['a', 'b', 'c', 'd', 'e']) {
        const ids = turned.filter(({ command }) => command.subject === subject).map(({ command }) => Number(command.id))
        expect(ids).toEqual(ids.toSorted((a, b) => a - b))
      }
    }),
    { seed: 20240723, numRuns: 500 },
  )
})
