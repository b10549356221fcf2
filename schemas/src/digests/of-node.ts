import { hash } from 'node:crypto'

/** SHA-256 in hex of the UTF-8 of a text. */
export const sha256Of = (text: string): string => hash('sha256', text)

/** SHA-1 in hex of a namespace and the UTF-8 of a name, for UUIDs of version 5. */
export function sha1OfName(namespace: Uint8Array, name: string): string {
  // Each UTF-16 unit has at most three bytes of UTF-8.
  const longest = namespace.length + name.length * 3
  const bytes = longest <= nameBuffer.length ? nameBuffer : Buffer.allocUnsafe(longest)
  bytes.set(namespace)
  const end = namespace.length + bytes.write(name, namespace.length)
  return hash('sha1', bytes === nameBuffer ? nameBufferTo(end) : bytes.subarray(0, end))
}

/** Reused for each name. A lifecycle makes 29 ids, and their buffers were 2 % of its garbage. */
const nameBuffer = Buffer.alloc(1_024)
const views: Buffer[] = []

function nameBufferTo(end: number): Buffer {
  const known = views[end]
  if (known) return known
  const view = nameBuffer.subarray(0, end)
  views[end] = view
  return view
}
