import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'

// The same functions as `of-node.ts`, without `node:crypto`. The browser's own digests are asynchronous, and `evolve`
// is synchronous.

export const sha256Of = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

export const sha1OfName = (namespace: Uint8Array, name: string): string => bytesToHex(sha1(concatBytes(namespace, utf8ToBytes(name))))
