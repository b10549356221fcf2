import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import { trailOf } from './trail.ts'
import { type Box, boxHeight, boxWidth, columnGap, layoutTrail } from './trail-layout.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const request = (requestId: string, beneficiaryCountry: string, more: Partial<PaymentStopView> = {}): PaymentStopView =>
  ({ requestId, beneficiaryCountry, movedOnward: [], amounts: { requested: usd('100.00') }, ...more }) as PaymentStopView

/**
 * Singapore sent a request to Timor-Leste. From there money went to two accounts in the Emirates, one of them not
 * followed, and on to Malaysia.
 */
const requests = [
  request('c', 'MY', { parent: { requestId: 'b', hop: 2 } }),
  request('b', 'AE', { parent: { requestId: 'a', hop: 1 }, movedOnward: [{ country: 'MY', amount: usd('40.00'), childRequestId: 'c' }] }),
  request('a', 'TL', {
    movedOnward: [
      { country: 'AE', amount: usd('60.00'), childRequestId: 'b' },
      { country: 'AE', amount: usd('10.00'), childRequestId: 'of another country' },
    ],
  }),
]
const layout = layoutTrail(trailOf(requests), 'SG')
const boxOf = (id: string): Box => layout.boxes.find(box => box.id === id) as Box
const column = (id: string): number => boxOf(id).start / (boxWidth + columnGap)

test('each hop is one column after the origin of its money', () => {
  expect(['origin', 'a', 'b', 'c', 'a/1'].map(column)).toEqual([0, 1, 2, 3, 2])
  expect(boxOf('b').came).toEqual({ amount: usd('60.00'), by: 'moved', from: 'a' })
  expect(boxOf('a').came).toEqual({ amount: usd('100.00'), by: 'asked', from: 'origin' })
})

test('a line ends in an arrowhead that touches its box', () => {
  const { start, top } = boxOf('b')
  expect(layout.edges.find(({ id }) => id === 'b')?.head).toMatch(new RegExp(`^${start},${top + boxHeight / 2} `))
})

test('an unknown destination is a box of its own, with an edge that says so', () => {
  expect(boxOf('a/1').stop).toEqual({ is: 'end', country: 'AE', standing: 'unknown' })
  expect(layout.edges.map(({ id, isKnown }) => [id, isKnown])).toEqual([
    ['a', true],
    ['b', true],
    ['c', true],
    ['a/1', false],
  ])
})

test('no two boxes overlap, and all are within the picture', () => {
  const many = layoutTrail(
    trailOf(
      Array.from({ length: 30 }, (_, n) =>
        request(`r${n}`, 'TL', {
          ...(n > 0 ? { parent: { requestId: `r${Math.floor((n - 1) / 3)}`, hop: 1 } } : {}),
          movedOnward: [{ country: 'VU', amount: usd('1.00'), childRequestId: 'x' }],
        }),
      ),
    ),
    'SG',
  )
  expect(many.boxes).toHaveLength(61)
  for (const [at, one] of many.boxes.entries()) {
    expect(one.start + boxWidth).toBeLessThanOrEqual(many.width)
    expect(one.top).toBeGreaterThanOrEqual(0)
    expect(one.top + boxHeight).toBeLessThanOrEqual(many.height)
    for (const other of many.boxes.slice(at + 1))
      expect(one.start !== other.start || Math.abs(one.top - other.top) >= boxHeight, `${one.id} ${other.id}`).toBe(true)
  }
})

test('an origin is centred on its destinations', () => {
  const centre = (id: string) => boxOf(id).top
  expect(centre('a')).toBe((centre('b') + centre('a/1')) / 2)
})

test('a line is as wide as its amount, relative to the largest of its currency', () => {
  const [fromOrigin, toEmirates, , end] = layout.edges.map(({ strokeWidth }) => strokeWidth)
  expect([fromOrigin, toEmirates, end]).toEqual([12, 8, 3])
})

test('a country in the middle sees that money came from an unknown origin', () => {
  const { boxes, edges } = layoutTrail(trailOf([request('b', 'AE', { parent: { requestId: 'not here', hop: 1 } })]), 'SG')
  expect(boxes.map(({ stop }) => stop.is)).toEqual(['before', 'request'])
  expect(edges).toMatchObject([{ id: 'b', isKnown: false }])
})

test('a case without requests has no picture', () => {
  expect(layoutTrail([], 'SG')).toEqual({ width: 0, height: 0, boxes: [], edges: [] })
})
