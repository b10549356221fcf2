import type { Phase } from '@holdfast/payment-stop/language'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type Point = readonly [x: number, y: number]
export const laneNames = ['coverage', 'mandate', 'recovery'] as const
export type Lane = (typeof laneNames)[number]

/** The states within a lane of the frozen phase, in the order in which they are reached. */
export const laneStates: Readonly<Record<Lane, readonly string[]>> = {
  coverage: ['frozen.coverage.partial', 'frozen.coverage.full'],
  mandate: ['frozen.mandate.provisional', 'frozen.mandate.confirmed'],
  recovery: ['frozen.recovery.idle', 'frozen.recovery.returning', 'frozen.recovery.partlyReturned'],
}

/** The layout of the chart, in units of the picture. */
export interface ChartLayout {
  readonly width: number
  readonly height: number
  readonly phases: Readonly<Record<Phase, Box>>
  readonly lanes: Readonly<Record<Lane, Box>>
  /** From the border of one box to that of another, by `from>to`. */
  readonly arrows: Readonly<Record<string, readonly Point[]>>
}

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height })

/** For wide screens: the main path in a line, all other ends below it. */
const across: ChartLayout = {
  width: 848,
  height: 316,
  phases: {
    received: box(2, 90, 138, 72),
    verified: box(180, 90, 138, 72),
    frozen: box(358, 2, 318, 224),
    recovered: box(716, 90, 130, 72),
    closed: box(180, 262, 496, 50),
  },
  lanes: { coverage: box(368, 42, 298, 56), mandate: box(368, 102, 298, 56), recovery: box(368, 162, 298, 56) },
  arrows: {
    'received>verified': [
      [140, 126],
      [180, 126],
    ],
    'verified>frozen': [
      [318, 126],
      [358, 126],
    ],
    'frozen>recovered': [
      [676, 126],
      [716, 126],
    ],
    'received>closed': [
      [96, 162],
      [96, 278],
      [180, 278],
    ],
    'verified>closed': [
      [249, 162],
      [249, 262],
    ],
    'frozen>closed': [
      [517, 226],
      [517, 262],
    ],
    'closed>received': [
      [180, 298],
      [44, 298],
      [44, 162],
    ],
  },
}

/** For narrow screens: the same from top to bottom. */
const down: ChartLayout = {
  width: 320,
  height: 640,
  phases: {
    received: box(36, 2, 248, 64),
    verified: box(36, 98, 248, 64),
    frozen: box(36, 194, 248, 232),
    recovered: box(36, 458, 248, 58),
    closed: box(36, 572, 248, 64),
  },
  lanes: { coverage: box(42, 236, 236, 58), mandate: box(42, 298, 236, 58), recovery: box(42, 360, 236, 58) },
  arrows: {
    'received>verified': [
      [160, 66],
      [160, 98],
    ],
    'verified>frozen': [
      [160, 162],
      [160, 194],
    ],
    'frozen>recovered': [
      [160, 426],
      [160, 458],
    ],
    'received>closed': [
      [36, 34],
      [12, 34],
      [12, 604],
      [36, 604],
    ],
    'verified>closed': [
      [36, 130],
      [24, 130],
      [24, 588],
      [36, 588],
    ],
    'frozen>closed': [
      [272, 426],
      [296, 440],
      [296, 588],
      [284, 588],
    ],
    'closed>received': [
      [284, 616],
      [312, 616],
      [312, 34],
      [284, 34],
    ],
  },
}

/** Mirrored, for right-to-left languages. */
function mirrored({ width, height, phases, lanes, arrows }: ChartLayout): ChartLayout {
  const turn = <K extends string>(boxes: Readonly<Record<K, Box>>) =>
    Object.fromEntries(Object.entries<Box>(boxes).map(([name, each]) => [name, { ...each, x: width - each.x - each.width }])) as Record<
      K,
      Box
    >
  return {
    width,
    height,
    phases: turn(phases),
    lanes: turn(lanes),
    arrows: Object.fromEntries(Object.entries(arrows).map(([name, points]) => [name, points.map(([x, y]): Point => [width - x, y])])),
  }
}

const layouts = { across, down }
export const layoutOf = (way: keyof typeof layouts, direction: string): ChartLayout =>
  direction === 'rtl' ? mirrored(layouts[way]) : layouts[way]

const gap = 6
/** Boxes of one size for the states of a lane, below its name. */
export function boxesIn(lane: Box, count: number, direction: string): readonly Box[] {
  const width = (lane.width - gap * (count - 1)) / count
  const boxes = Array.from({ length: count }, (_, at) => box(lane.x + at * (width + gap), lane.y + 18, width, lane.height - 20))
  return direction === 'rtl' ? boxes.toReversed() : boxes
}

/** The arrowhead: a triangle at the last point. */
export function headOf(points: readonly Point[]): readonly Point[] {
  const [[fromX, fromY], [x, y]] = points.slice(-2) as [Point, Point]
  const length = Math.hypot(x - fromX, y - fromY) || 1
  const [alongX, alongY] = [(x - fromX) / length, (y - fromY) / length]
  const [backX, backY] = [x - alongX * 9, y - alongY * 9]
  return [
    [x, y],
    [backX - alongY * 4.5, backY + alongX * 4.5],
    [backX + alongY * 4.5, backY - alongX * 4.5],
  ]
}

/** Text sizes in units of the picture. */
export const characterWidth = 7.2

/** The position of the marker of the current state: at the end of the upper border. */
export function hereBox({ x, y, width: boxWidth }: Box, characters: number, direction: string): Box {
  const width = 24 + characters * characterWidth
  return box(direction === 'rtl' ? x + 8 : x + boxWidth - width - 8, y - 2, width, 16)
}

/** Text in at most two lines of about this many characters; a longer rest stays in the second. */
export function linesOf(text: string, charactersMax: number): readonly string[] {
  if (text.length <= charactersMax) return [text]
  const words = text.split(' ')
  const fits = (count: number) => words.slice(0, count).join(' ').length <= charactersMax
  const count = Math.max(1, words.findLastIndex((_, at) => fits(at + 1)) + 1)
  return count >= words.length ? [text] : [words.slice(0, count).join(' '), words.slice(count).join(' ')]
}
