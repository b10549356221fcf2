import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { decryptText, encryptText } from './aes-text.ts'

const key = Buffer.alloc(32, 1)

test('text is decrypted unchanged, and no two ciphertexts are equal', () => {
  const content = randomBytes(40)
  const [one, other] = [encryptText(key, content, 'stream'), encryptText(key, content, 'stream')]
  expect(one).not.toBe(other)
  expect(one).toHaveLength(other.length)
  expect([decryptText(key, one, 'stream'), decryptText(key, other, 'stream')]).toEqual([content, content])
  expect(decryptText(key, encryptText(key, 'Ndukwe, é'))?.toString()).toBe('Ndukwe, é')
})

test('another key, another kind or a damaged ciphertext cannot be decrypted', () => {
  const box = encryptText(key, 'a name', 'stream')
  expect(decryptText(Buffer.alloc(32, 2), box, 'stream')).toBeUndefined()
  expect(decryptText(key, box, 'list')).toBeUndefined()
  for (let at = 0; at < Buffer.from(box, 'base64url').length; at++) {
    const bytes = Buffer.from(box, 'base64url')
    bytes[at] = (bytes[at] ?? 0) ^ 1
    expect(decryptText(key, bytes.toString('base64url'), 'stream'), `byte ${at}`).toBeUndefined()
  }
  expect(['', 'x', box.slice(0, 30)].map(text => decryptText(key, text, 'stream'))).toEqual([undefined, undefined, undefined])
})
