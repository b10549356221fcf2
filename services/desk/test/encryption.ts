import { createHash, randomUUID } from 'node:crypto'
import {
  blindIndexNames,
  type Command,
  commandKindOf,
  comparedBy,
  formatEncryptedActor,
  isDualApprovalCommand,
  type Members,
  parseActor,
  personalDataPointers,
  stripped,
  valuesAt,
  valuesOfActor,
} from '@holdfast/schemas'
import {
  createPersonalDataCipher,
  createRequestKey,
  type EncryptionContext,
  encryptValues,
  type FoundKey,
  type KeyRing,
  type PersonalDataCipher,
  type RequestKey,
} from '@holdfast/sealing'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { keyedDigestOf } from '@holdfast/trust'
import { desk } from '../src/app.ts'
import { testSecret } from './secret.ts'

/** Words of persons as a desk has them, with keys in memory. */
export interface TestEncryption {
  readonly words: PersonalDataCipher
  /** A command as the ledger gets it. */
  seal(command: Command): Command
  destroy(requestId: string): void
  /** How often keys were asked for. */
  asked(): number
}

interface TestKey {
  readonly keyId: string
  readonly requestId: string
  readonly key: RequestKey
}

export function createTestEncryption(): TestEncryption {
  const keys = new Map<string, TestKey>()
  const destroyed = new Set<string>()
  let asked = 0

  function keyOf(requestId: string, country: string): TestKey {
    const name = `${requestId}/${country}`
    const known = keys.get(name)
    if (known) return known
    const made = { keyId: randomUUID(), requestId, key: createRequestKey(createHash('sha256').update(name).digest()) }
    keys.set(name, made)
    return made
  }

  const notHere = () => Promise.reject(new Error('nothing is sealed or destroyed by a desk here'))
  const ring: Pick<KeyRing, 'obtain' | 'obtainOrdered' | 'find' | 'intend' | 'destroy' | 'confirm'> = {
    obtain: notHere,
    obtainOrdered: notHere,
    intend: notHere,
    destroy: notHere,
    confirm: notHere,
    async find(keyIds) {
      asked++
      const found = [...keys.values()].filter(({ keyId }) => keyIds.includes(keyId))
      return new Map(found.map(({ keyId, requestId, key }) => [keyId, foundKey(keyId, requestId, key)]))
    },
  }

  const foundKey = (keyId: string, requestId: string, key: RequestKey): FoundKey =>
    destroyed.has(requestId)
      ? { state: 'destroyed', requestId, destroyedAt: '2026-07-23T02:25:00.000Z', because: 'ERASURE_ORDERED' }
      : ({ state: 'there', keyId, requestId, key } as FoundKey)

  const words = createPersonalDataCipher({ ring, secret: testSecret })
  return {
    words,
    seal(command) {
      const actor = parseActor(command.actor)
      if (!actor.ok || actor.value.country === 'holdfast') return command
      const data = command.data as Members
      const values = valuesAt(data, personalDataPointers[commandKindOf(command)] ?? [])
      const { key, keyId } = keyOf(command.subject, actor.value.country)
      const compared = Object.entries(comparedBy(data as never))
      // Two persons say the same where this is the same.
      if (isDualApprovalCommand(commandKindOf(command))) compared.push([blindIndexNames.said, JSON.stringify(data)])
      const marks = compared.map(([name, text]) => [name, keyedDigestOf(testSecret, name, text)] as const)
      const about = { requestId: command.subject, keyId }
      const marked = words.markedOn(command.subject, command)
      const place = ['actor', marked.actor, ...(marked.actorproof === undefined ? [] : [marked.actorproof])] as unknown as EncryptionContext
      const acting = {
        ...command,
        ...marked,
        actorbox: formatEncryptedActor(encryptValues(key, { ...about, place }, valuesOfActor(command))),
      }
      if (Object.keys(values).length === 0) return acting
      const block = encryptValues(
        key,
        { ...about, place: ['data', command.id] },
        values,
        marks.length > 0 ? Object.fromEntries(marks) : undefined,
      )
      return { ...acting, data: { ...stripped(data, Object.keys(values)), sealed: block } } as unknown as Command
    },
    destroy: requestId => void destroyed.add(requestId),
    asked: () => asked,
  }
}

/** A desk that has these keys, and no other. */
export const deskWith = (words: PersonalDataCipher): ServiceDefinition => ({
  ...desk,
  start: (context, stack) => desk.start({ ...context, words }, stack),
})

/** For what is about no encrypted data: it has no key. */
export const testWords = createTestEncryption().words
