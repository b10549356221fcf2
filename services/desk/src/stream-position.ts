/** Where a reader of all partitions stands: per partition the next offset it wants. Any desk understands it, so a reader can go on at another one. */
export type StreamPosition = Map<number, number>

/** `0:12,3:7` */
export const formatPosition = (position: ReadonlyMap<number, number>): string =>
  [...position]
    .sort(([a], [b]) => a - b)
    .map(([partition, next]) => `${partition}:${next}`)
    .join(',')

export function parsePosition(text: string): StreamPosition | undefined {
  if (text.length > 4000 || !/^\d{1,5}:\d{1,15}(,\d{1,5}:\d{1,15})*$/.test(text)) return undefined
  return new Map(text.split(',').map(pair => pair.split(':').map(Number) as [number, number]))
}
