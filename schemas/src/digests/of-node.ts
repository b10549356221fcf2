import { hash } from 'node:crypto'

/** SHA-256 in hex of a text's UTF-8. */
export const sha256Of = (text: string): string => hash('sha256', text)

/** SHA-1 in hex of a namespace's bytes and a name's UTF-8 behind them, as UUIDs of version 5 want it. */
export function sha1OfName(namespace: Uint8Array, name: string): string {
  // A character has three bytes of UTF-8 at most for each of its UTF-16 units.
  const longest = namespace.length + name.length * 3
  const bytes = longest <= room.length ? room : Buffer.allocUnsafe(longest)
  bytes.set(namespace)
  const end = namespace.length + bytes.write(name, namespace.length)
  return hash('sha1', bytes === room ? roomTo(end) : bytes.subarray(0, end))
}

/** Used for one name after the other: a lifecycle has 29 of them, and their buffers were a fiftieth of all that it leaves to be collected. */
const room = Buffer.alloc(1_024)
const views: Buffer[] = []

function roomTo(end: number): Buffer {
  const known = views[end]
  if (known) return known
  const view = room.subarray(0, end)
  views[end] = view
  return view
}
