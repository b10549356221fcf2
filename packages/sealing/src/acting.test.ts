import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ActsBy,
  type Command,
  commandType,
  deterministicId,
  formatProof,
  memberRolePrefixOf,
  namesOfPseudonyms,
  parseStoredCommand,
  storedEvent,
} from '@holdfast/schemas'
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
const words = createPersonalDataCipher({ ring, secret })
/** The cipher of another process. */
const afresh = (): PersonalDataCipher => createPersonalDataCipher({ ring, secret })

const requestId = deterministicId('test', 'acting')
const tan = 'SG/officer/i.wolframite'
const key = formatProof({ by: 'key', thumbprint: 'k'.repeat(43) })
const signIn = (amr: string) => formatProof({ by: 'signIn', account: 's'.repeat(43), acr: 'urn:silver', amr: [amr] })
const folder = formatProof({ by: 'folder', name: 'i.wolframite' })

let count = 0
const commandOf = (by: ActsBy, { data = {} as object, subject = requestId, kind = 'InitiateReturn' as const } = {}): Command =>
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

async function sealedOf(command: Command, by = words): Promise<Command> {
  const [sealed] = await by.sealed([command])
  return sealed as Command
}
const markOf = async (actor: string, subject = requestId) => (await sealedOf(commandOf({ actor }, { subject }))).actor

test.each([
  ['nothing', undefined],
  ['a key', key],
  ['a sign-in', signIn('hwk')],
  ['a folder', folder],
])('of who acts, proved by %s, the side is left, and how it was proved: the rest is for who has the key', async (_what, actorproof) => {
  const by = { actor: tan, ...(actorproof === undefined ? {} : { actorproof }) }
  const command = commandOf(by)
  const stored = JSON.parse(JSON.stringify(await sealedOf(command))) as Command
  expect(stored.actor).toMatch(/^SG\/officer\/~[0-9a-f]{32}$/)
  for (const word of ['wolframite', 'kkkkkkk', 'sssssss']) expect(JSON.stringify(stored)).not.toContain(word)
  expect(stored.actorproof?.replace(/[A-Za-z0-9_-]{43}/, '…')).toBe(actorproof?.replace(/i\.wolframite|k{43}|s{43}/, '…'))
  expect(parseStoredCommand(stored)).toMatchObject({ ok: true })
  const [withoutNames] = await afresh().opened([stored])
  expect(withoutNames).toBe(stored)
  const [given = stored] = await afresh().openedWithNames([stored])
  expect(given).toMatchObject(by)
  expect(storedEvent(given)).toEqual(stored)
  expect(factHash(given as never)).toBe(factHash(stored as never))
  expect(namesOfPseudonyms([given])(stored.actor)).toBe(tan)
})

test('a changed name, or a changed proof of it, does not match the stored event', async () => {
  const stored = await sealedOf(commandOf({ actor: tan, actorproof: key }))
  const [given = stored] = await afresh().openedWithNames([stored])
  const { actoropened = '' } = given as { actoropened?: string }
  const { actorproof: _out, ...unproved } = given
  const forged = [
    { ...given, actor: 'SG/officer/b.lim' },
    { ...given, actor: 'SG/authority/i.wolframite' },
    { ...given, actorproof: formatProof({ by: 'key', thumbprint: 'l'.repeat(43) }) },
    unproved,
    { ...given, actoropened: actoropened.replace(/^./, digit => (digit === '0' ? '1' : '0')) },
    { ...given, actoropened: actoropened.replace(/~./, mark => (mark === '~0' ? '~1' : '~0')) },
    { ...given, actoropened: 'nonsense' },
    { ...given, actorbox: 'nonsense' },
    { ...stored, actor: tan },
  ]
  for (const each of forged) expect(factHash(each as never)).not.toBe(factHash(stored as never))
})

test('a person has one pseudonym per request, independent of letter case', async () => {
  const mark = await markOf(tan)
  expect(await markOf('SG/officer/I.Wolframite')).toBe(mark)
  const others = [
    await markOf('SG/officer/b.lim'),
    await markOf('SG/authority/i.wolframite'),
    await markOf(tan, deterministicId('another')),
  ]
  expect(new Set([mark, ...others].map(actor => actor.slice(memberRolePrefixOf(actor).length))).size).toBe(4)
  const elsewhere = createPersonalDataCipher({ ring, secret: createEngineSecret(randomBytes(32)) })
  expect((await sealedOf(commandOf({ actor: tan }), elsewhere)).actor).not.toBe(mark)
  expect(words.markedOn(requestId, { actor: tan })).toEqual({ actor: mark })
})

test('an account has the same pseudonym however it was authenticated', () => {
  const marked = (actorproof: string) => words.markedOn(requestId, { actor: tan, actorproof }).actorproof ?? ''
  expect(marked(signIn('pwd')).split('?')[0]).toBe(marked(signIn('hwk')).split('?')[0])
  expect(marked(signIn('pwd'))).toMatch(/\?acr=urn%3Asilver&amr=pwd$/)
  expect(marked(formatProof({ by: 'signIn', account: 't'.repeat(43) }))).not.toBe(
    marked(formatProof({ by: 'signIn', account: 's'.repeat(43) })),
  )
})

test('equal input gives equal bytes in every process, and encrypted input is not encrypted again', async () => {
  const command = commandOf({ actor: tan, actorproof: key })
  const sealed = await sealedOf(command)
  expect(await sealedOf(command, afresh())).toEqual(sealed)
  expect(await sealedOf(sealed)).toBe(sealed)
})

test('the cache does not change the result for a person who acts on many requests and at the desk', async () => {
  const by = { actor: tan, actorproof: key }
  const note = { ...commandOf(by), type: 'holdfast.work.v1.RequestSnoozed', country: 'SG', data: { until: null } } as unknown as Command
  const commands = Array.from({ length: 1_200 }, (_, nth) => commandOf(by, { subject: deterministicId('request', String(nth % 600)) }))
  for (const command of [...commands, note, commandOf(by), note, commandOf({ ...by, actorproof: folder })])
    expect(await sealedOf(command)).toEqual(await sealedOf(command, afresh()))
})

test('the engine’s services are no persons', async () => {
  const command = commandOf({ actor: 'holdfast/clock/ledger' })
  expect(await sealedOf(command)).toBe(command)
})

test('an encrypted field is decrypted for its own request alone', async () => {
  const stored = { ...(await sealedOf(commandOf({ actor: tan }))), subject: deterministicId('another') }
  expect(await afresh().openedWithNames([stored])).toEqual([stored])
})

test('an encrypted name next to another person’s pseudonym, or without its proof, is not decrypted', async () => {
  const [first, second] = [await sealedOf(commandOf({ actor: tan })), await sealedOf(commandOf({ actor: 'SG/officer/b.lim' }))]
  const refused: string[] = []
  const named = createPersonalDataCipher({ ring, secret, onRefused: ({ refusal }) => refused.push(refusal) })
  const moved = { ...second, actorbox: first.actorbox } as Command
  expect(await named.openedWithNames([moved])).toEqual([moved])
  const { actorproof: _out, ...unproved } = await sealedOf(commandOf({ actor: tan, actorproof: key }))
  expect(await named.openedWithNames([unproved as Command])).toEqual([unproved])
  expect(refused).toEqual(['NOT_AUTHENTIC', 'NOT_AUTHENTIC'])
})

test('after the keys of a request are destroyed, no actor is named, new actors get pseudonyms, and personal data is refused', async () => {
  const subject = deterministicId('test', 'destroyed')
  const stored = await sealedOf(commandOf({ actor: tan }, { subject }))
  await words.destroy(subject, 'ERASURE_ORDERED')
  expect(await afresh().openedWithNames([stored])).toEqual([stored])
  const { actorbox: _gone, ...late } = await sealedOf(commandOf({ actor: tan }, { subject }), afresh())
  expect([late.actor, _gone]).toEqual([stored.actor, undefined])
  await expect(sealedOf(commandOf({ actor: tan }, { subject, data: { reference: 'GR-1' } }), afresh())).rejects.toThrow(
    PersonalDataErasedError,
  )
})

test('no actor is written if the key can’t be unwrapped', async () => {
  const unreadable = createPersonalDataCipher({
    secret,
    ring: { ...ring, obtain: async owners => owners.map(() => ({ state: 'unreadable', keyId: 'k' })) },
  })
  await expect(unreadable.sealed([commandOf({ actor: tan })])).rejects.toThrow(KeyUnreadableError)
})
