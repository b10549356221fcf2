import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'
import type { Onward, TrailNode } from './trail.ts'

/**
 * Where money was or is: the requesting country, the account of a request, an unknown origin, or an end that no known
 * request follows.
 */
export type Stop =
  | { readonly is: 'origin'; readonly country: string }
  | { readonly is: 'before' }
  | { readonly is: 'request'; readonly request: PaymentStopView }
  | { readonly is: 'end'; readonly country: string; readonly standing: Exclude<Onward['standing'], 'followed'> }

/**
 * Positions in CSS pixels; `start` counts from the start of text lines, so that the same layout is right-to-left in
 * Arabic.
 */
export interface Box {
  readonly id: string
  readonly stop: Stop
  readonly start: number
  readonly top: number
  /** The money that arrived here, and its origin. Absent at the beginning. */
  readonly came?: { readonly amount: Money | undefined; readonly by: 'asked' | 'moved'; readonly from: string }
}

export interface Edge {
  readonly id: string
  readonly path: string
  /** The points of its arrowhead, which touches the box. */
  readonly head: string
  /** By the amount, within its currency. */
  readonly strokeWidth: number
  /** False for edges to or from an unknown place. */
  readonly isKnown: boolean
}

export interface TrailLayout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly edges: readonly Edge[]
}

/** Three hops with four columns and gaps fit on a screen of 1280. */
export const boxWidth = 176
export const boxHeight = 136
const rowGap = 20
/** Space for an amount of 15 digits with its currency. */
export const columnGap = 160
const strokeMin = 2
const strokeMax = 12
const headLength = 12
/** Wider than the thickest line. */
const headHalf = 9

interface Placed {
  readonly centre: number
  readonly boxes: readonly Box[]
}

/**
 * A tree from the requesting country on: each hop one column further, each end a row, each origin centred on its
 * destinations. Hops branch and never merge again, so a general graph layout (dagre, 17 kB) would give the same.
 */
export function layoutTrail(nodes: readonly TrailNode[], requestingCountry: string): TrailLayout {
  let row = 0
  const nextCentre = (): number => row++ * (boxHeight + rowGap) + boxHeight / 2
  const startOf = (column: number): number => column * (boxWidth + columnGap)
  const boxAt = (id: string, stop: Stop, column: number, centre: number, came?: Box['came']): Box => ({
    id,
    stop,
    start: startOf(column),
    top: centre - boxHeight / 2,
    ...(came ? { came } : {}),
  })

  function placeRequest({ request, onward }: TrailNode, column: number, came: Box['came']): Placed {
    const { requestId: id } = request
    const after = onward.map(({ child, country, standing, amount }, at): Placed => {
      const from = { amount, by: 'moved', from: id } as const
      if (child) return placeRequest(child, column + 1, from)
      const centre = nextCentre()
      const stop = { is: 'end', country, standing: standing as Exclude<Onward['standing'], 'followed'> } as const
      return { centre, boxes: [boxAt(`${id}/${at}`, stop, column + 1, centre, from)] }
    })
    const centre = centreOf(after) ?? nextCentre()
    return { centre, boxes: [boxAt(id, { is: 'request', request }, column, centre, came), ...after.flatMap(({ boxes }) => boxes)] }
  }

  const beginnings = nodes.filter(({ request }) => !request.parent)
  const fromOrigin = beginnings.map(node => placeRequest(node, 1, { amount: node.request.amounts.requested, by: 'asked', from: 'origin' }))
  const origin = centreOf(fromOrigin)
  const withinWay = nodes.filter(({ request }) => request.parent)
  const fromBefore = withinWay.map((node): Placed => {
    const before = `before/${node.request.requestId}`
    const placed = placeRequest(node, 1, { amount: node.request.amounts.requested, by: 'moved', from: before })
    return { ...placed, boxes: [boxAt(before, { is: 'before' }, 0, placed.centre), ...placed.boxes] }
  })
  const boxes = [
    ...(origin === undefined ? [] : [boxAt('origin', { is: 'origin', country: requestingCountry }, 0, origin)]),
    ...[...fromOrigin, ...fromBefore].flatMap(placed => placed.boxes),
  ]
  return {
    boxes,
    edges: edgesOf(boxes),
    width: Math.max(0, ...boxes.map(({ start }) => start + boxWidth)),
    height: Math.max(0, ...boxes.map(({ top }) => top + boxHeight)),
  }
}

function centreOf(placed: readonly Placed[]): number | undefined {
  const [first, last] = [placed[0], placed.at(-1)]
  return first && last && (first.centre + last.centre) / 2
}

function edgesOf(boxes: readonly Box[]): Edge[] {
  const byId = new Map(boxes.map(box => [box.id, box]))
  const largest = new Map<string, number>()
  for (const { came } of boxes)
    if (came?.amount) largest.set(came.amount.currency, Math.max(largest.get(came.amount.currency) ?? 0, Number(came.amount.value)))
  return boxes.flatMap(box => {
    const from = box.came && byId.get(box.came.from)
    if (!box.came || !from) return []
    const { amount } = box.came
    const share = amount ? Number(amount.value) / (largest.get(amount.currency) || 1) : 0
    return [
      {
        id: box.id,
        path: curve(from.start + boxWidth, from.top + boxHeight / 2, box.start - headLength, box.top + boxHeight / 2),
        head: headAt(box.start, box.top + boxHeight / 2),
        strokeWidth: Math.round((strokeMin + (strokeMax - strokeMin) * share) * 10) / 10,
        isKnown: box.stop.is !== 'end' && from.stop.is !== 'before',
      },
    ]
  })
}

/** Starts and ends horizontally, and bends before the amount over its end. */
function curve(fromX: number, fromY: number, toX: number, toY: number): string {
  const bend = fromX + columnGap / 4
  return `M${fromX} ${fromY}C${bend} ${fromY} ${fromX} ${toY} ${bend} ${toY}H${toX}`
}

const headAt = (x: number, y: number): string => `${x},${y} ${x - headLength},${y - headHalf} ${x - headLength},${y + headHalf}`
