import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import {
  type Command,
  type CommandKind,
  commandExamples,
  commandKindOf,
  commandType,
  destinationIn,
  type FactKind,
  type FreezeRequest,
  factType,
  onwardDestinationIn,
  parseStoredCommand,
  paymentKeyOf,
  personalDataPointers,
} from '@holdfast/payment-stop/language'
import {
  asSubmitted,
  canonicalJson,
  deterministicId,
  type EncryptedData,
  encryptedDataSchema,
  isErased,
  isRedacted,
  storedData,
  valuesAt,
} from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposalDigestOf } from '../../core/src/proposal.ts'
import { buildRequest } from '../../test-kit/src/requests.ts'
import { createEmbeddedKeyStore } from './embedded/key-store.ts'
import { encryptValues } from './encrypted-values.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { ensureMasterKeys } from './master-keys.ts'
import {
  createPersonalDataCipher,
  type EventWithData,
  KeyUnreadableError,
  type PersonalDataCipher,
  PersonalDataErasedError,
  type UndecryptableData,
} from './personal-data-cipher.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-words-'))
const secret = createEngineSecret(randomBytes(32))
let file: SqliteFile
let ring: KeyRing
let cipher: PersonalDataCipher
/** The cipher of another process, without cached plaintexts. */
const afresh = (): PersonalDataCipher => createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret })

beforeAll(async () => {
  file = openSqlite(join(folder, 'keys.sqlite'), { durable: true })
  ring = createKeyRing({ store: await createEmbeddedKeyStore(file), masterKeys: ensureMasterKeys(folder), clock: () => new Date() })
  cipher = afresh()
})
afterAll(async () => {
  ring.close()
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

const document: FreezeRequest = buildRequest({
  contact: { name: 'Irma Wolframite' },
  victim: { name: 'Peridot Tin Trading' },
  payment: { wallet: { chain: 'bitcoin', address: 'bc1qquartzite', txHash: 'f00dfeed', vasp: 'Gneiss Exchange' } },
  recall: { reference: 'RC-GABBRO' },
  attachments: [{ name: 'xanthippe.pdf', mediaType: 'application/pdf', bytes: 10, sha256: 'a'.repeat(64) }],
})

let count = 0
function commandOf(
  kind: CommandKind,
  data: object,
  { subject = deterministicId('test', ++count), actor = 'SG/officer/i.wolframite' } = {},
): Command {
  const about = { specversion: '1.0', source: '/holdfast/test', time: '2024-07-23T10:00:00.000Z', datacontenttype: 'application/json' }
  return {
    ...about,
    id: deterministicId('command', subject, actor, canonicalJson(data)),
    type: commandType(kind),
    subject,
    actor,
    data,
  } as unknown as Command
}

const said: [CommandKind, object][] = [
  ['OpenRequest', { request: document, lineage: [deterministicId('place')] }],
  ['ProvideInformation', { request: document, note: 'Zo\u00eb rang, and named the quincetree account' }],
  ['Reopen', { request: document, reason: 'The holder was found' }],
  ...Object.entries(commandExamples).map(([kind, data]): [CommandKind, object] => [kind as CommandKind, data]),
]

/** All strings in a value, at any depth. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []

async function encryptedOf(command: Command, by = cipher): Promise<Command> {
  const [encrypted] = await by.encrypt([command])
  return encrypted as Command
}
async function openedOf<T extends EventWithData>(event: T, by = afresh()): Promise<T> {
  const [opened] = await by.decrypt([event])
  return opened as T
}

/** The fact of a command. */
const factOf = (command: Command, kind: FactKind, data: object = command.data) => ({
  type: factType(kind),
  id: deterministicId('fact', command.id),
  subject: command.subject,
  causationid: command.id,
  data,
})
const proposalOf = (command: Command) =>
  factOf(command, 'ActionProposed', { command: commandKindOf(command), proposalDigest: '0'.repeat(64), data: command.data })

describe('the personal data of a command', () => {
  test.each(said)('%s: is encrypted and appears nowhere else; the rest is what the ledger accepts', async (kind, data) => {
    const command = commandOf(kind, data)
    const encrypted = await encryptedOf(command)
    const values = valuesAt(command.data as never, personalDataPointers[kind])
    const text = JSON.stringify(encrypted)
    for (const word of textsIn(values).filter(each => each.length > 3)) expect(text).not.toContain(JSON.stringify(word).slice(1, -1))
    expect('encrypted' in encrypted.data).toBe(Object.keys(values).length > 0)
    const stored = parseStoredCommand(JSON.parse(text))
    expect(stored.ok ? [] : stored.error).toEqual([])
  })

  test.each(said)('%s: is decrypted into its fields with the key, and is proven genuine', async (kind, data) => {
    const command = commandOf(kind, data)
    const encrypted = JSON.parse(JSON.stringify(await encryptedOf(command))) as Command
    const opened = await openedOf(encrypted)
    expect(canonicalJson(asSubmitted(opened.data))).toBe(canonicalJson(command.data))
    expect(canonicalJson(storedData(opened.data))).toBe(canonicalJson(encrypted.data))
    expect(isRedacted(opened.data)).toBe(false)
  })

  test('is not easier to guess by its signature, of which all but the type is encrypted', async () => {
    const signed = {
      type: 'holdfast.answer.v1',
      jws: `eyJhbGciOiJFZDI1NTE5In0..${'x'.repeat(86)}`,
      id: 'quartz-1',
      source: '/institutions/feldspar',
      data: { details: { amount: { currency: 'USD', value: '77.00' } } },
    }
    const data = { amount: { currency: 'USD', value: '77.00' }, basis: 'VOLUNTARY', signed }
    const encrypted = await encryptedOf(commandOf('ReportFreeze', data, { actor: 'TL/institution/a.bank' }))
    expect(encrypted.data).toMatchObject({ amount: { value: '77.00' }, signed: { type: 'holdfast.answer.v1' } })
    expect(Object.keys((encrypted.data as { signed: object }).signed)).toEqual(['type'])
    for (const word of ['xxxxxxx', 'quartz', 'feldspar']) expect(JSON.stringify(encrypted)).not.toContain(word)
    expect(parseStoredCommand(JSON.parse(JSON.stringify(encrypted)))).toMatchObject({ ok: true })
    const opened = await openedOf(JSON.parse(JSON.stringify(encrypted)) as Command)
    expect(opened.data).toMatchObject(data)
    expect(canonicalJson(storedData(opened.data))).toBe(canonicalJson(encrypted.data))
    expect(asSubmitted(opened.data)).toEqual({ amount: data.amount, basis: 'VOLUNTARY' })
  })

  test.each([
    ['with words', { basis: 'CONSENT', reference: 'GR-1' }],
    ['without', { basis: 'CONSENT' }],
  ])('of a proposal and its approval have equal digests, %s, whether one of them has signed, or both', async (_how, said) => {
    const subject = deterministicId('dual approval', JSON.stringify(said))
    const bySigning = (id: string) => ({
      type: 'holdfast.answer.v1',
      jws: `e30..${'x'.repeat(86)}`,
      id,
      source: '/tl',
      data: { details: said },
    })
    const digestOf = async (data: object) => {
      const command = commandOf('InitiateReturn', data, { subject, actor: 'TL/institution/a.bank' })
      return proposalDigestOf('InitiateReturn', JSON.parse(JSON.stringify((await encryptedOf(command)).data)))
    }
    const unsigned = await digestOf(said)
    expect(await digestOf({ ...said, signed: bySigning('one') })).toBe(unsigned)
    expect(await digestOf({ ...said, signed: bySigning('two') })).toBe(unsigned)
    expect(await digestOf({ ...said, reference: 'GR-2', signed: bySigning('one') })).not.toBe(unsigned)
    expect(proposalDigestOf('InitiateReturn', { ...said, signed: bySigning('one') })).toBe(proposalDigestOf('InitiateReturn', said))
  })

  test('has the same bytes each time, in every process, so that a repeat is recognised', async () => {
    const command = commandOf('OpenRequest', { request: document })
    expect(await encryptedOf(command, afresh())).toEqual(await encryptedOf(command))
    const others = await encryptedOf({
      ...command,
      data: { request: { ...document, contact: { ...document.contact, name: 'Another' } } },
    } as Command)
    expect(JSON.stringify(others)).not.toBe(JSON.stringify(await encryptedOf(command)))
  })

  test('is left unchanged if there is none, or it is encrypted already', async () => {
    const without = commandOf('AcknowledgeOrder', { orderId: deterministicId('order') })
    expect((await encryptedOf(without)).data).toBe(without.data)
    const encrypted = await encryptedOf(commandOf('AskInformation', { question: 'Which one?' }))
    expect(await encryptedOf(encrypted)).toBe(encrypted)
  })

  test('of a new request has a key for each of its two countries, created in one step', async () => {
    const asked: string[][] = []
    const counting = createPersonalDataCipher({
      personalData: paymentStop.personalData,
      secret,
      ring: {
        ...ring,
        obtain(owners) {
          asked.push(owners.map(({ country }) => country))
          return ring.obtain(owners)
        },
      },
    })
    await encryptedOf(commandOf('OpenRequest', { request: document }), counting)
    expect(asked).toEqual([[document.requestingCountry, document.beneficiaryCountry]])
  })

  test('of an onward request that the engine opens belongs to its requester', async () => {
    const encrypted = await encryptedOf(commandOf('OpenRequest', { request: document }, { actor: 'holdfast/dispatch/children' }))
    const key = (encrypted.data as { encrypted: { key: string } }).encrypted.key
    expect((await ring.find([key])).get(key)).toMatchObject({ state: 'present', country: document.requestingCountry })
    await expect(
      cipher.encrypt([commandOf('AskInformation', { question: 'Which one?' }, { actor: 'holdfast/validation/rules' })]),
    ).rejects.toThrow('is of no country')
  })
})

describe('decrypted personal data', () => {
  test('that was changed, removed, added or moved does not match the stored data', async () => {
    const encrypted = await encryptedOf(commandOf('ProvideInformation', { request: document, note: 'The second one' }))
    const opened = await openedOf(encrypted)
    const data = opened.data as { note: string; request: FreezeRequest; encrypted: { decrypted: { salt: string; pointers: string[] } } }
    const { note: _out, ...without } = data
    const { decrypted: how } = data.encrypted
    const forged: object[] = [
      { ...data, note: 'The first one' },
      without,
      { ...data, request: { ...data.request, victim: { ...data.request.victim, name: 'Someone else' } } },
      { ...data, encrypted: { ...data.encrypted, decrypted: { ...how, pointers: how.pointers.filter(place => place !== '/note') } } },
      { ...data, encrypted: { ...data.encrypted, decrypted: { ...how, salt: '0'.repeat(32) } } },
    ]
    for (const each of forged) expect(canonicalJson(storedData(each))).not.toBe(canonicalJson(encrypted.data))
  })

  test('is also in an event that quotes a command', async () => {
    const encrypted = await encryptedOf(commandOf('Withdraw', { reason: 'The victim was paid back' }))
    const proposal = proposalOf(encrypted)
    expect(isRedacted(proposal.data)).toBe(true)
    const opened = await openedOf(proposal)
    expect(asSubmitted(opened.data)).toMatchObject({ data: { reason: 'The victim was paid back' } })
    expect(canonicalJson(storedData(opened.data))).toBe(canonicalJson(proposal.data))
    expect(isRedacted(opened.data)).toBe(false)
  })

  test('can’t be obtained with the key of another request, or without a known key', async () => {
    const encrypted = await encryptedOf(commandOf('AskInformation', { question: 'Which one?' }))
    const elsewhere = { ...encrypted, subject: deterministicId('another') }
    expect(await openedOf(elsewhere)).toBe(elsewhere)
    const { encrypted: block } = encrypted.data as { encrypted: { key: string } }
    const unknown = { ...encrypted, data: { encrypted: { ...block, key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11' } } }
    expect(await openedOf(unknown)).toBe(unknown)
    expect(isRedacted(unknown.data)).toBe(true)
  })

  test('of a damaged field is missing, while others of the same batch are present', async () => {
    const encrypted = await encryptedOf(commandOf('AskInformation', { question: 'Which one?' }))
    const { encrypted: block } = encrypted.data as { encrypted: { ciphertext: string } }
    const damaged = { ...encrypted, data: { encrypted: { ...block, ciphertext: `${block.ciphertext.slice(0, -4)}AAAA` } } }
    const [first, second] = await afresh().decrypt([damaged, encrypted])
    expect(first).toBe(damaged)
    expect(isRedacted(second?.data ?? {})).toBe(false)
  })
})

describe('an encrypted field', () => {
  const question = (text: string, subject: string, nth: number) => {
    const command = commandOf('AskInformation', { question: text }, { subject })
    return { ...command, id: deterministicId('command', subject, nth) } as Command
  }
  /** The refusals of these events, by code. */
  async function refusedOf(...events: EventWithData[]): Promise<string[]> {
    const found: UndecryptableData[] = []
    const opened = await createPersonalDataCipher({
      personalData: paymentStop.personalData,
      ring,
      secret,
      onRefused: block => found.push(block),
    }).decrypt(events)
    expect(opened.map(({ data }) => isRedacted(data))).toEqual(events.map(() => found.length > 0))
    return found.map(({ refusal }) => refusal)
  }

  test('is decrypted in the command, in its fact and in events that quote it', async () => {
    const encrypted = await encryptedOf(commandOf('Withdraw', { reason: 'The victim was paid back' }))
    expect(await refusedOf(encrypted)).toEqual([])
    expect(await refusedOf(factOf(encrypted, 'RequestWithdrawn'))).toEqual([])
    expect(await refusedOf(proposalOf(encrypted))).toEqual([])
    const refusal = { ...proposalOf(encrypted), type: 'holdfast.refusal.v1' }
    expect(await refusedOf(refusal)).toEqual([])
  })

  test('that was moved to another command, fact or field of its request is not decrypted, and is reported', async () => {
    const subject = deterministicId('moved', ++count)
    const [one, two] = [await encryptedOf(question('Which one?', subject, 1)), await encryptedOf(question('Which two?', subject, 2))]
    const moved = { ...two, data: one.data } as Command
    expect(await refusedOf(moved)).toEqual(['NOT_AUTHENTIC'])
    expect(await refusedOf(factOf(moved, 'InformationRequested'))).toEqual(['NOT_AUTHENTIC'])
    expect(await refusedOf(proposalOf(moved))).toEqual(['NOT_AUTHENTIC'])
    // Next to the quoted event it does not belong.
    const misplaced = factOf(one, 'ActionProposed', { ...one.data, data: {} })
    expect((await openedOf(misplaced)).data).toBe(misplaced.data)
    const { encrypted: block } = one.data as { encrypted: EncryptedData }
    const asActor = { ...one, encryptedactor: `${block.key}.${block.ciphertext}.${block.digest}` } as Command
    expect((await afresh().decryptWithNames([asActor]))[0]?.actor).toBe(one.actor)
  })

  test('whose digest does not match its values is reported, and reading it does not throw', async () => {
    const encrypted = await encryptedOf(commandOf('AskInformation', { question: 'Which one?' }))
    const { encrypted: block } = encrypted.data as { encrypted: EncryptedData }
    const changed = { ...encrypted, data: { encrypted: { ...block, digest: 'd'.repeat(64) } } } as unknown as Command
    expect(await refusedOf(changed)).toEqual(['OTHER_DIGEST'])
    const [given, next] = await afresh().decrypt([changed, encrypted])
    expect([given, isRedacted(next?.data ?? {})]).toEqual([changed, false])
  })

  test('of another request is reported', async () => {
    const encrypted = await encryptedOf(commandOf('AskInformation', { question: 'Which one?' }))
    expect(await refusedOf({ ...encrypted, subject: deterministicId('another') } as Command)).toEqual(['OTHER_REQUEST'])
  })

  test('of version 1, which is bound to its request alone, can still be read', async () => {
    const subject = deterministicId('version 1')
    const [key] = await ring.obtain([{ requestId: subject, country: 'SG' }])
    if (key?.state !== 'present') throw new Error('the key must exist')
    const block = encryptValues(key.key, { requestId: subject, keyId: key.keyId }, { '/question': 'Which one?' })
    const command = commandOf('AskInformation', { encrypted: block }, { subject })
    expect(asSubmitted((await openedOf(command)).data)).toEqual({ question: 'Which one?' })
  })

  test.each([
    ['ConfirmFreeze', { instrument: 'COURT_ORDER', authority: 'A court', reference: 'C-1', date: '2024-07-26' }],
    ['Withdraw', { reason: 'The victim was paid back' }],
  ] as const)('of %s differs between an officer and the one who approves, and their digests agree', async (kind, said) => {
    const subject = deterministicId('the same', kind)
    const encryptedBy = async (person: string, data: object = said) =>
      (await encryptedOf(commandOf(kind, data, { subject, actor: `TL/authority/${person}` }))).data as { encrypted: EncryptedData }
    const [first, second] = [await encryptedBy('a'), await encryptedBy('b')]
    expect(proposalDigestOf(kind, first)).toBe(proposalDigestOf(kind, second))
    const other = await encryptedBy('b', { ...said, ...('reason' in said ? { reason: 'Another' } : { authority: 'Another court' }) })
    expect(proposalDigestOf(kind, other)).not.toBe(proposalDigestOf(kind, first))
  })
})

test('after their keys are destroyed, personal data is erased: none is added, and old events are returned encrypted, with the date', async () => {
  const command = commandOf('Withdraw', { reason: 'The victim was paid back' })
  const encrypted = await encryptedOf(command)
  const proposal = proposalOf(encrypted)
  await expect(cipher.confirmDestroyed(command.subject)).rejects.toThrow('are not destroyed')
  const { keys, because, destroyedAt } = await cipher.destroy(command.subject, 'ERASURE_ORDERED')
  expect([keys.length, because]).toEqual([1, 'ERASURE_ORDERED'])
  expect(await cipher.destroy(command.subject, 'RETENTION_OVER')).toMatchObject({ because: 'ERASURE_ORDERED', destroyedAt })
  expect(await cipher.confirmDestroyed(command.subject)).toMatchObject({ destroyedAt, confirmedAt: expect.any(String) })
  for (const event of [encrypted, proposal]) {
    const [given = event] = await afresh().decrypt([event])
    expect([isRedacted(given.data), isErased(given.data), isErased(event.data)]).toEqual([true, true, false])
    expect(JSON.stringify(given)).toContain(`"destroyedAt":"${destroyedAt}"`)
    // The chain has the stored event, and every reader of this one can prove it.
    expect(storedData(given.data)).toEqual(event.data)
  }
  await expect(afresh().encrypt([command])).rejects.toThrow(PersonalDataErasedError)
})

test('with a key that can’t be unwrapped, nothing is encrypted or decrypted until an operator repairs it', async () => {
  const command = commandOf('AskInformation', { question: 'Which one?' })
  const encrypted = await encryptedOf(command)
  const unreadable = createPersonalDataCipher({
    personalData: paymentStop.personalData,
    secret,
    ring: {
      ...ring,
      obtain: async owners => owners.map(() => ({ state: 'unreadable', keyId: 'k' })),
      find: async keyIds => new Map(keyIds.map(keyId => [keyId, { state: 'unreadable', keyId }])),
    },
  })
  await expect(unreadable.encrypt([command])).rejects.toThrow(KeyUnreadableError)
  expect(await openedOf(encrypted, unreadable)).toBe(encrypted)
})

describe('blind indexes', () => {
  const placesOf = async (country: string, account: string) => {
    const payment = { ...document.payment, creditor: { name: 'Any', account: { other: account } } }
    const opened = await encryptedOf(commandOf('OpenRequest', { request: { ...document, beneficiaryCountry: country, payment } }))
    const { onward } = commandExamples.ReportMovedOnward ?? {}
    if (!onward) throw new Error('the example must name the onward account')
    const moved = { ...commandExamples.ReportMovedOnward, country, onward: { ...onward, creditor: payment.creditor } }
    const report = await encryptedOf(commandOf('ReportMovedOnward', moved, { actor: 'TL/institution/a.bank' }))
    const data = opened.data as { request: FreezeRequest; encrypted?: EncryptedData }
    return [destinationIn(data.request, data), onwardDestinationIn(report.data as never)]
  }

  test('show that two accounts are the same, whichever country encrypted them in whichever field, and reveal nothing else', async () => {
    const [place, onward] = await placesOf('AE', '0012 0034-00')
    expect(onward).toBe(place)
    expect(await placesOf('AE', '0012003400')).toEqual([place, place])
    expect(await placesOf('AE', '0012003401')).not.toContain(place)
    expect(await placesOf('SG', '0012003400')).not.toContain(place)
    expect(place).not.toBe(
      destinationIn(
        {
          ...document,
          beneficiaryCountry: 'AE',
          payment: { ...document.payment, creditor: { name: 'Any', account: { other: '0012003400' } } },
        },
        {},
      ),
    )
  })

  test('show that two documents are about one payment, and equal those of an unencrypted document', async () => {
    const paymentOf = async (request: FreezeRequest) => {
      const { data } = await encryptedOf(commandOf('OpenRequest', { request }))
      return encryptedDataSchema.parse((data as { encrypted: unknown }).encrypted).blindIndexes?.payment
    }
    const mark = await paymentOf(document)
    expect(mark).toBe(keyedDigestOf(secret, 'payment', paymentKeyOf(document)))
    expect(await paymentOf({ ...document, requestingCountry: 'MY', caseReference: 'another' })).toBe(mark)
    const other = { ...document, payment: { ...document.payment, creditor: { name: 'Any', account: { other: '1' } } } }
    expect(await paymentOf(other)).not.toBe(mark)
  })

  test('differ between engines', async () => {
    const command = commandOf('OpenRequest', { request: document })
    const other = createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret: createEngineSecret(randomBytes(32)) })
    const blindIndexesOf = (encrypted: Command) =>
      encryptedDataSchema.parse((encrypted.data as { encrypted: unknown }).encrypted).blindIndexes
    expect(blindIndexesOf(await encryptedOf(command, other))).not.toEqual(blindIndexesOf(await encryptedOf(command)))
  })
})
