import { sha256 as sha256Of } from '@noble/hashes/sha2.js'

// The same functions as `of-node.ts`, without `node:crypto`. The browser's own digests are asynchronous, and a tree has
// thousands of them.

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256Of.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}
