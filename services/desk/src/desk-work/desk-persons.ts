import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { isMarkedActor } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

/** How the file of a desk calls the persons of its countries: by their names where words lie in clear, else by marks, and their names in boxes that nobody opens without the secret of the engine. */
export interface DeskPersons {
  /** Of a name, in either case of its letters, or of what stands for it already. */
  keyOf(country: string, person: string): string
  /** A name as the file may have it: another text each time. */
  boxOf(country: string, person: string): string
  /** Undefined where the box is of another engine, or damaged. */
  nameIn(country: string, box: string): string | undefined
}

const cipherName = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

export const personsInClear: DeskPersons = {
  keyOf: (_country, person) => person.toLowerCase(),
  boxOf: (_country, person) => person,
  nameIn: (_country, box) => box,
}

export function createDeskPersons(secret: ServiceContext['secret'], words: ServiceContext['words']): DeskPersons {
  if (!words) return personsInClear
  const keyFor = (country: string): Buffer => secret.keyFor(`persons of desks/${country}`)
  return {
    keyOf: (country, person) => (isMarkedActor(person) ? person : words.deskMarkOf(country, person)),
    boxOf(country, person) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(cipherName, keyFor(country), nonce, { authTagLength: tagBytes })
      // As long as the longest name: a box says nothing of what is in it.
      const text = cipher.update(person.padEnd(64))
      cipher.final()
      return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')
    },
    nameIn(country, box) {
      const bytes = Buffer.from(box, 'base64url')
      if (bytes.length <= nonceBytes + tagBytes) return undefined
      const decipher = createDecipheriv(cipherName, keyFor(country), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
      try {
        decipher.final()
      } catch {
        return undefined
      }
      return text.toString().trimEnd()
    },
  }
}
