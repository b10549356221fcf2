import { createHash, randomUUID } from 'node:crypto'
import {
  createPersonalDataCipher,
  createRequestKey,
  type EncryptionContext,
  encryptValues,
  type FoundKey,
  type KeyRing,
  type PersonalDataCipher,
  type RequestKey,
} from '@holdfast/encryption'
import { paymentStop } from '@holdfast/payment-stop'
import {
  blindIndexInputsOf,
  blindIndexNames,
  type Command,
  commandKindOf,
  isDualApprovalCommand,
  personalDataPointers,
} from '@holdfast/payment-stop/language'
import { formatEncryptedActor, type Members, parseActor, valuesAt, valuesOfActor, withoutValues } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { keyedDigestOf } from '@holdfast/trust'
import { createDesk } from '../src/app.ts'
import { paymentStopDesk } from '../src/payment-stops/payment-stop-desk.ts'
import { testSecret } from './secret.ts'

/** Encryption as a desk has it, with keys in memory. */
export interface TestEncryption {
  readonly cipher: PersonalDataCipher
  /** A command as the ledger receives it. */
  encrypt(command: Command): Command
  destroy(requestId: string): void
  /** The number of key lookups. */
  lookups(): number
}

interface TestKey {
  readonly keyId: string
  readonly requestId: string
  readonly key: RequestKey
}

export function createTestEncryption(): TestEncryption {
  const keys = new Map<string, TestKey>()
  const destroyed = new Set<string>()
  let lookups = 0

  function keyOf(requestId: string, country: string): TestKey {
    const name = `${requestId}/${country}`
    const known = keys.get(name)
    if (known) return known
    const made = { keyId: randomUUID(), requestId, key: createRequestKey(createHash('sha256').update(name).digest()) }
    keys.set(name, made)
    return made
  }

  const notUsed = () => Promise.reject(new Error('this test encrypts and destroys nothing'))
  const ring: Pick<KeyRing, 'obtain' | 'obtainOrdered' | 'find' | 'intend' | 'destroy' | 'confirm'> = {
    obtain: notUsed,
    obtainOrdered: notUsed,
    intend: notUsed,
    destroy: notUsed,
    confirm: notUsed,
    async find(keyIds) {
      lookups++
      const found = [...keys.values()].filter(({ keyId }) => keyIds.includes(keyId))
      return new Map(found.map(({ keyId, requestId, key }) => [keyId, foundKey(keyId, requestId, key)]))
    },
  }

  const foundKey = (keyId: string, requestId: string, key: RequestKey): FoundKey =>
    destroyed.has(requestId)
      ? { state: 'destroyed', requestId, destroyedAt: '2026-07-23T02:25:00.000Z', because: 'ERASURE_ORDERED' }
      : ({ state: 'present', keyId, requestId, key } as FoundKey)

  const cipher = createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret: testSecret })
  return {
    cipher,
    encrypt(command) {
      const actor = parseActor(command.actor)
      if (!actor.ok || actor.value.country === 'holdfast') return command
      const data = command.data as Members
      const values = valuesAt(data, personalDataPointers[commandKindOf(command)] ?? [])
      const { key, keyId } = keyOf(command.subject, actor.value.country)
      const compared = Object.entries(blindIndexInputsOf(data as never))
      // Equal blind indexes show that two officers sent the same command.
      if (isDualApprovalCommand(commandKindOf(command))) compared.push([blindIndexNames.unsignedDigest, JSON.stringify(data)])
      const blindIndexes = compared.map(([name, text]) => [name, keyedDigestOf(testSecret, name, text)] as const)
      const about = { requestId: command.subject, keyId }
      const pseudonymous = cipher.pseudonymOnRequest(command.subject, command)
      const context = [
        'actor',
        pseudonymous.actor,
        ...(pseudonymous.actorproof === undefined ? [] : [pseudonymous.actorproof]),
      ] as unknown as EncryptionContext
      const acting = {
        ...command,
        ...pseudonymous,
        encryptedactor: formatEncryptedActor(encryptValues(key, { ...about, context: context }, valuesOfActor(command))),
      }
      if (Object.keys(values).length === 0) return acting
      const block = encryptValues(
        key,
        { ...about, context: ['data', command.id] },
        values,
        blindIndexes.length > 0 ? Object.fromEntries(blindIndexes) : undefined,
      )
      return { ...acting, data: { ...withoutValues(data, Object.keys(values)), encrypted: block } } as unknown as Command
    },
    destroy: requestId => void destroyed.add(requestId),
    lookups: () => lookups,
  }
}

const desk = createDesk([paymentStopDesk])
/** A desk with these keys only. */
export const deskWith = (cipher: PersonalDataCipher): ServiceDefinition => ({
  ...desk,
  start: (context, stack) => desk.start({ ...context, cipherOf: () => cipher }, stack),
})

/** For tests without encrypted data: it has no key. */
export const testWords = createTestEncryption().cipher
