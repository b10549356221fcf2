import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { isPseudonymous } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { decryptText, encryptText } from '../aes-text.ts'

/**
 * Identifies persons in the file of a desk: by pseudonym, with the name encrypted under a key of the engine's secret.
 */
export interface DeskPersons {
  /** The pseudonym of a name, in upper or lower case. A pseudonym is returned as it is. */
  keyOf(country: string, person: string): string
  /** Encrypts a name for the file, with a different ciphertext each time. */
  encryptName(country: string, person: string): string
  /** Undefined if the text was encrypted by another engine, or is damaged. */
  decryptName(country: string, encrypted: string): string | undefined
}

/** As long as the longest name, so that the ciphertext does not reveal the length. */
const nameLength = 64

export function createDeskPersons(secret: ServiceContext['secret'], cipher: Pick<PersonalDataCipher, 'deskPseudonymOf'>): DeskPersons {
  const keyFor = (country: string): Buffer => secret.keyFor(`persons of desks/${country}`)
  return {
    keyOf: (country, person) => (isPseudonymous(person) ? person : cipher.deskPseudonymOf(country, person)),
    encryptName: (country, person) => encryptText(keyFor(country), person.padEnd(nameLength)),
    decryptName: (country, encrypted) => decryptText(keyFor(country), encrypted)?.toString().trimEnd(),
  }
}
