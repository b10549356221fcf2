import { describe, expect, test } from 'vitest'
import { type Box, boxesIn, characterWidth, hereBox, laneStates, layoutOf, linesOf, type Point } from './chart-layout.ts'

const isOnBorder = ([x, y]: Point, { x: left, y: top, width, height }: Box) => {
  const isIn = x >= left && x <= left + width && y >= top && y <= top + height
  return isIn && (x === left || x === left + width || y === top || y === top + height)
}
const isWithin = (inner: Box, { x, y, width, height }: Box) =>
  inner.x >= x && inner.y >= y && inner.x + inner.width <= x + width && inner.y + inner.height <= y + height

describe.each(['across', 'down'] as const)('%s', way => {
  describe.each(['ltr', 'rtl'])('%s', direction => {
    const { width, height, phases, lanes, arrows } = layoutOf(way, direction)

    test('the marker of the current state covers neither the name of a box nor an arrowhead', () => {
      for (const [name, points] of Object.entries(arrows)) {
        const phase = name.split('>')[1] as keyof typeof phases
        const here = hereBox(phases[phase], 'here now'.length, direction)
        const middle = phases[phase].x + phases[phase].width / 2
        const [x, y] = points.at(-1) as Point
        const isAbove = (halfWidth: number, at: number) => at + halfWidth > here.x && at - halfWidth < here.x + here.width
        if (y === phases[phase].y) expect(isAbove(5, x), name).toBe(false)
        // One line of nine bold letters, in boxes without space for it below.
        if (phases[phase].height < 60) expect(isAbove((9 * characterWidth) / 2, middle), name).toBe(false)
      }
    })

    test('each arrow goes from the border of its first box to that of its second', () => {
      for (const [name, points] of Object.entries(arrows)) {
        const [from, to] = name.split('>') as [keyof typeof phases, keyof typeof phases]
        expect(isOnBorder(points[0] as Point, phases[from]), name).toBe(true)
        expect(isOnBorder(points.at(-1) as Point, phases[to]), name).toBe(true)
      }
    })

    test('everything is within the picture, and the lanes within the frozen phase', () => {
      for (const each of Object.values(phases)) expect(isWithin(each, { x: 0, y: 0, width, height })).toBe(true)
      for (const lane of Object.values(lanes)) expect(isWithin(lane, phases.frozen)).toBe(true)
    })

    test('the boxes of a lane do not overlap', () => {
      const boxes = [...boxesIn(lanes.recovery, laneStates.recovery.length, direction)].sort((a, b) => a.x - b.x)
      expect(boxes).toHaveLength(3)
      for (const [at, each] of boxes.slice(1).entries()) expect(each.x).toBeGreaterThan((boxes[at]?.x ?? 0) + (boxes[at]?.width ?? 0))
    })
  })
})

test('from right to left, the first box is on the right', () => {
  expect(layoutOf('across', 'rtl').phases.received.x).toBeGreaterThan(layoutOf('across', 'rtl').phases.verified.x)
  const [first, second] = boxesIn(layoutOf('across', 'rtl').lanes.coverage, 2, 'rtl')
  expect(first?.x).toBeGreaterThan(second?.x ?? Number.NaN)
})

test.each([
  ['In part', ['In part']],
  ['Waits for an answer', ['Waits for an', 'answer']],
  ['Non-recouvrement', ['Non-recouvrement']],
  ['Non-recouvrement total', ['Non-recouvrement', 'total']],
  ['Attend un enquêteur', ['Attend un', 'enquêteur']],
])('%s is broken into lines of twelve', (text, lines) => {
  expect(linesOf(text, 12)).toEqual(lines)
})
