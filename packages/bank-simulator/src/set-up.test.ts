import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWebhookSecrets, type Directory, problemOfSecret, readDirectory, recipientOf, unusableRecipients } from '@holdfast/directory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { partsOf } from './amount-parts.ts'
import { enter, leave, SetUpError, type SetupPaths, secretOf } from './set-up.ts'

let folder: string
let place: SetupPaths
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bank-'))
  place = { directory: join(folder, 'directory.json'), secrets: join(folder, 'webhook-secrets') }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bank = { country: 'TL', bic: 'KMNSTLDL' }
const everyOther = { country: 'TL', bic: undefined }
const url = (port: number) => `http://127.0.0.1:${port}/orders`

/** As a development engine reads it, which can sign for all of it. */
function directory(): Directory {
  const secrets = createWebhookSecrets(place.secrets)
  const read = readDirectory(place.directory, { plainHttp: true })
  expect(unusableRecipients(read, keyId => problemOfSecret(secrets, keyId))).toEqual([])
  return read
}
const channelOf = (bic: string, country = 'TL') => recipientOf(directory(), country, bic).channel

test('a bank enters itself next to the others, with a secret of its own, and again at another address', () => {
  for (const identity of [bank, everyOther, { country: 'AE', bic: undefined }]) {
    secretOf(identity, place)
    enter(identity, place, url(1), 'iso20022')
  }
  enter(bank, place, url(2), 'json')
  expect(channelOf('KMNSTLDL')).toEqual({ kind: 'webhook', url: url(2), keyIds: ['bank-kmnstldl'], format: 'json' })
  expect(channelOf('EXMPTLDL')).toMatchObject({ url: url(1), keyIds: ['bank-ncb-tl'], format: 'iso20022' })
  expect(channelOf('SIMUAE2X', 'AE')).toMatchObject({ keyIds: ['bank-ncb-ae'] })
})

test('its secret stays the same, and no other user can read it', () => {
  const secret = secretOf(bank, place)
  expect(secretOf(bank, place)).toBe(secret)
  expect(secretOf(everyOther, place)).not.toBe(secret)
  expect(statSync(join(place.secrets, 'bank-kmnstldl')).mode & 0o077).toBe(0)
  expect(statSync(place.secrets).mode & 0o077).toBe(0)
})

test('it leaves without the others', () => {
  for (const identity of [bank, everyOther]) {
    secretOf(identity, place)
    enter(identity, place, url(1), 'json')
  }
  leave(bank, place)
  expect(channelOf('KMNSTLDL')).toMatchObject({ keyIds: ['bank-ncb-tl'] })
})

test('a file that is no directory is left as it is', () => {
  writeFileSync(place.directory, '{"countries":{"TL":[{}]}}')
  expect(() => enter(bank, place, url(1), 'json')).toThrow(SetUpError)
  expect(readFileSync(place.directory, 'utf8')).toBe('{"countries":{"TL":[{}]}}')
})

test.each([
  ['2234578.88', 20, ['446915.78', '1787663.10']],
  ['0.01', 20, ['0.00', '0.01']],
  ['1000.00', 60, ['600.00', '400.00']],
])('of USD %s %i % and the rest are the whole, to the cent', (value, percent, parts) => {
  expect(partsOf({ currency: 'USD', value }, percent).map(part => part.value)).toEqual(parts)
})
