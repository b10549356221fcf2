import { hash } from 'node:crypto'

/** SHA-256 in hex of a text's UTF-8. */
export const sha256Of = (text: string): string => hash('sha256', text)

/** SHA-1 in hex of a namespace's bytes and a name's UTF-8 behind them, as UUIDs of version 5 want it. */
export function sha1OfName(namespace: Uint8Array, name: string): string {
  // A character has three bytes of UTF-8 at most for each of its UTF-16 units.
  const bytes = Buffer.allocUnsafe(namespace.length + name.length * 3)
  bytes.set(namespace)
  return hash('sha1', bytes.subarray(0, namespace.length + bytes.write(name, namespace.length)))
}
