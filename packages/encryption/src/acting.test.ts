import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandType, parseStoredCommand } from '@holdfast/payment-stop/language'
import { type ActorWithProof, deterministicId, formatProof, memberRolePrefixOf, namesOfPseudonyms, storedEvent } from '@holdfast/schemas'
import { createEngineSecret, factHash } from '@holdfast/trust'
import { afterAll, expect, test } from 'vitest'
import { createMemoryKeys } from '../../test-kit/src/memory-keys.ts'
import { createKeyRing } from './key-ring.ts'
import { ensureMasterKeys } from './master-keys.ts'
import { createPersonalDataCipher, KeyUnreadableError, type PersonalDataCipher, PersonalDataErasedError } from './personal-data-cipher.ts'

// The actor is stored as a pseudonym, with the encrypted name next to it (ADR 62).

const secret = createEngineSecret(randomBytes(32))
const folderOfKeys = mkdtempSync(join(tmpdir(), 'holdfast-acting-'))
const ring = createKeyRing({ store: createMemoryKeys().store(), masterKeys: ensureMasterKeys(folderOfKeys), clock: () => new Date() })
afterAll(() => {
  ring.close()
  rmSync(folderOfKeys, { recursive: true })
})
const cipher = createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret })
/** The cipher of another process. */
const afresh = (): PersonalDataCipher => createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret })

const requestId = deterministicId('test', 'acting')
const tan = 'SG/officer/i.wolframite'
const key = formatProof({ by: 'key', thumbprint: 'k'.repeat(43) })
const signIn = (amr: string) => formatProof({ by: 'signIn', account: 's'.repeat(43), acr: 'urn:silver', amr: [amr] })
const folder = formatProof({ by: 'folder', name: 'i.wolframite' })

let count = 0
const commandOf = (by: ActorWithProof, { data = {} as object, subject = requestId, kind = 'InitiateReturn' as const } = {}): Command =>
  ({
    specversion: '1.0',
    id: deterministicId('command', String(++count)),
    source: '/holdfast/test',
    type: commandType(kind),
    subject,
    time: '2024-07-23T10:00:00.000Z',
    datacontenttype: 'application/json',
    ...by,
    data: { basis: 'CONSENT', ...data },
  }) as Command

async function encryptedOf(command: Command, by = cipher): Promise<Command> {
  const [encrypted] = await by.encrypt([command])
  return encrypted as Command
}
const pseudonymOf = async (actor: string, subject = requestId) => (await encryptedOf(commandOf({ actor }, { subject }))).actor

test.each([
  ['nothing', undefined],
  ['a key', key],
  ['a sign-in', signIn('hwk')],
  ['a folder', folder],
])('of an actor, proved by %s, the side is left, and how it was proved: the rest needs the key', async (_what, actorproof) => {
  const by = { actor: tan, ...(actorproof === undefined ? {} : { actorproof }) }
  const command = commandOf(by)
  const stored = JSON.parse(JSON.stringify(await encryptedOf(command))) as Command
  expect(stored.actor).toMatch(/^SG\/officer\/~[0-9a-f]{32}$/)
  for (const word of ['wolframite', 'kkkkkkk', 'sssssss']) expect(JSON.stringify(stored)).not.toContain(word)
  expect(stored.actorproof?.replace(/[A-Za-z0-9_-]{43}/, '…')).toBe(actorproof?.replace(/i\.wolframite|k{43}|s{43}/, '…'))
  expect(parseStoredCommand(stored)).toMatchObject({ ok: true })
  const [withoutNames] = await afresh().decrypt([stored])
  expect(withoutNames).toBe(stored)
  const [given = stored] = await afresh().decryptWithNames([stored])
  expect(given).toMatchObject(by)
  expect(storedEvent(given)).toEqual(stored)
  expect(factHash(given as never)).toBe(factHash(stored as never))
  expect(namesOfPseudonyms([given])(stored.actor)).toBe(tan)
})

test('a changed name, or a changed proof of it, does not match the stored event', async () => {
  const stored = await encryptedOf(commandOf({ actor: tan, actorproof: key }))
  const [given = stored] = await afresh().decryptWithNames([stored])
  const { decryptedactor = '' } = given as { decryptedactor?: string }
  const { actorproof: _out, ...unproved } = given
  const forged = [
    { ...given, actor: 'SG/officer/b.lim' },
    { ...given, actor: 'SG/authority/i.wolframite' },
    { ...given, actorproof: formatProof({ by: 'key', thumbprint: 'l'.repeat(43) }) },
    unproved,
    { ...given, decryptedactor: decryptedactor.replace(/^./, digit => (digit === '0' ? '1' : '0')) },
    { ...given, decryptedactor: decryptedactor.replace(/~./, mark => (mark === '~0' ? '~1' : '~0')) },
    { ...given, decryptedactor: 'nonsense' },
    { ...given, encryptedactor: 'nonsense' },
    { ...stored, actor: tan },
  ]
  for (const each of forged) expect(factHash(each as never)).not.toBe(factHash(stored as never))
})

test('a person has one pseudonym per request, independent of letter case', async () => {
  const mark = await pseudonymOf(tan)
  expect(await pseudonymOf('SG/officer/I.Wolframite')).toBe(mark)
  const others = [
    await pseudonymOf('SG/officer/b.lim'),
    await pseudonymOf('SG/authority/i.wolframite'),
    await pseudonymOf(tan, deterministicId('another')),
  ]
  expect(new Set([mark, ...others].map(actor => actor.slice(memberRolePrefixOf(actor).length))).size).toBe(4)
  const elsewhere = createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret: createEngineSecret(randomBytes(32)) })
  expect((await encryptedOf(commandOf({ actor: tan }), elsewhere)).actor).not.toBe(mark)
  expect(cipher.pseudonymOnRequest(requestId, { actor: tan })).toEqual({ actor: mark })
})

test('an account has the same pseudonym however it was authenticated', () => {
  const marked = (actorproof: string) => cipher.pseudonymOnRequest(requestId, { actor: tan, actorproof }).actorproof ?? ''
  expect(marked(signIn('pwd')).split('?')[0]).toBe(marked(signIn('hwk')).split('?')[0])
  expect(marked(signIn('pwd'))).toMatch(/\?acr=urn%3Asilver&amr=pwd$/)
  expect(marked(formatProof({ by: 'signIn', account: 't'.repeat(43) }))).not.toBe(
    marked(formatProof({ by: 'signIn', account: 's'.repeat(43) })),
  )
})

test('equal input gives equal bytes in every process, and encrypted input is not encrypted again', async () => {
  const command = commandOf({ actor: tan, actorproof: key })
  const encrypted = await encryptedOf(command)
  expect(await encryptedOf(command, afresh())).toEqual(encrypted)
  expect(await encryptedOf(encrypted)).toBe(encrypted)
})

test('the cache does not change the result for an actor with many requests and desk work', async () => {
  const by = { actor: tan, actorproof: key }
  const note = { ...commandOf(by), type: 'holdfast.work.v1.RequestSnoozed', country: 'SG', data: { until: null } } as unknown as Command
  const commands = Array.from({ length: 1_200 }, (_, nth) => commandOf(by, { subject: deterministicId('request', String(nth % 600)) }))
  for (const command of [...commands, note, commandOf(by), note, commandOf({ ...by, actorproof: folder })])
    expect(await encryptedOf(command)).toEqual(await encryptedOf(command, afresh()))
})

test('the engine’s services are no persons', async () => {
  const command = commandOf({ actor: 'holdfast/clock/ledger' })
  expect(await encryptedOf(command)).toBe(command)
})

test('an encrypted field is decrypted for its own request alone', async () => {
  const stored = { ...(await encryptedOf(commandOf({ actor: tan }))), subject: deterministicId('another') }
  expect(await afresh().decryptWithNames([stored])).toEqual([stored])
})

test('an encrypted name next to another person’s pseudonym, or without its proof, is not decrypted', async () => {
  const [first, second] = [await encryptedOf(commandOf({ actor: tan })), await encryptedOf(commandOf({ actor: 'SG/officer/b.lim' }))]
  const refused: string[] = []
  const named = createPersonalDataCipher({
    personalData: paymentStop.personalData,
    ring,
    secret,
    onRefused: ({ refusal }) => refused.push(refusal),
  })
  const moved = { ...second, encryptedactor: first.encryptedactor } as Command
  expect(await named.decryptWithNames([moved])).toEqual([moved])
  const { actorproof: _out, ...unproved } = await encryptedOf(commandOf({ actor: tan, actorproof: key }))
  expect(await named.decryptWithNames([unproved as Command])).toEqual([unproved])
  expect(refused).toEqual(['NOT_AUTHENTIC', 'NOT_AUTHENTIC'])
})

test('after the keys of a request are destroyed, no actor is named, new actors get pseudonyms, and personal data is refused', async () => {
  const subject = deterministicId('test', 'destroyed')
  const stored = await encryptedOf(commandOf({ actor: tan }, { subject }))
  await cipher.destroy(subject, 'ERASURE_ORDERED')
  expect(await afresh().decryptWithNames([stored])).toEqual([stored])
  const { encryptedactor: _gone, ...late } = await encryptedOf(commandOf({ actor: tan }, { subject }), afresh())
  expect([late.actor, _gone]).toEqual([stored.actor, undefined])
  await expect(encryptedOf(commandOf({ actor: tan }, { subject, data: { reference: 'GR-1' } }), afresh())).rejects.toThrow(
    PersonalDataErasedError,
  )
})

test('no actor is written if the key can’t be unwrapped', async () => {
  const unreadable = createPersonalDataCipher({
    personalData: paymentStop.personalData,
    secret,
    ring: { ...ring, obtain: async owners => owners.map(() => ({ state: 'unreadable', keyId: 'k' })) },
  })
  await expect(unreadable.encrypt([commandOf({ actor: tan })])).rejects.toThrow(KeyUnreadableError)
})
