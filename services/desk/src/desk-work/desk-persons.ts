import { isPseudonymous } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import { decryptText, encryptText } from '../aes-text.ts'

/** How the file of a desk calls the persons of its countries: by marks, and their names in boxes that nobody opens without the secret of the engine. */
export interface DeskPersons {
  /** Of a name, in either case of its letters, or of what stands for it already. */
  keyOf(country: string, person: string): string
  /** A name as the file may have it: another text each time. */
  boxOf(country: string, person: string): string
  /** Undefined where the box is of another engine, or damaged. */
  nameIn(country: string, box: string): string | undefined
}

/** As long as the longest name: a box says nothing of what is in it. */
const nameLength = 64

export function createDeskPersons(secret: ServiceContext['secret'], words: Pick<PersonalDataCipher, 'deskMarkOf'>): DeskPersons {
  const keyFor = (country: string): Buffer => secret.keyFor(`persons of desks/${country}`)
  return {
    keyOf: (country, person) => (isPseudonymous(person) ? person : words.deskMarkOf(country, person)),
    boxOf: (country, person) => encryptText(keyFor(country), person.padEnd(nameLength)),
    nameIn: (country, box) => decryptText(keyFor(country), box)?.toString().trimEnd(),
  }
}
