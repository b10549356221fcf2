import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWebhookSecrets, problemOfSecret, type WebhookSecrets } from './webhook-secrets.ts'

let folder: string
let secrets: WebhookSecrets
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'))
  secrets = createWebhookSecrets(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (keyId: string, byte: number) =>
  writeFileSync(join(folder, keyId), `whsec_${Buffer.alloc(24, byte).toString('base64')}\n`, { mode: 0o600 })

test('a secret is the current content of the file with its name', () => {
  write('a-bank', 1)
  expect(secrets.read('a-bank')).toEqual(Buffer.alloc(24, 1))
  write('a-bank', 2)
  expect(secrets.read('a-bank')).toEqual(Buffer.alloc(24, 2))
})

test('a missing or invalid secret is a named problem', () => {
  write('a-bank', 1)
  writeFileSync(join(folder, 'empty'), '')
  expect(['a-bank', 'lost', 'empty'].map(keyId => problemOfSecret(secrets, keyId))).toEqual([
    undefined,
    'the secret lost can not be read from the folder of secrets: ENOENT',
    'a secret begins with whsec_',
  ])
})

test('no name leads out of the folder', () => {
  writeFileSync(`${folder}-outside`, `whsec_${Buffer.alloc(24).toString('base64')}`)
  expect(() => secrets.read(`../${folder.split('/').at(-1)}-outside`)).toThrow('no key has such a name')
  rmSync(`${folder}-outside`)
})
