import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'

// ISO 20022's XSDs and code lists, and sample messages, if they exist next to the repository. Only these tests use
// them.

const folder = join(import.meta.dirname, '../../../../../shared/iso20022')

export const isSharedThere = existsSync(folder)

/** Prints what is not compared if the files are missing. */
export const skippedWithoutShared = (what: string): void => {
  if (!isSharedThere) console.log(`skipped: ../shared/iso20022 is missing, so ${what}`)
}

export const sampleNames = (): string[] => (isSharedThere ? readdirSync(join(folder, 'samples')).filter(name => name.endsWith('.xml')) : [])
export const readSample = (name: string): Buffer => readFileSync(join(folder, 'samples', name))

/** The codes of one of ISO's external lists. */
export const readCodes = (name: string): string[] =>
  Object.keys(JSON.parse(readFileSync(join(folder, 'codes', `${name}.json`), 'utf8')).codes)

const validators = new Map<string, XsdValidator>()

function validatorOf(name: string): XsdValidator {
  const known = validators.get(name)
  if (known) return known
  const xsd = XmlDocument.fromBuffer(readFileSync(join(folder, 'xsd', `${name}.xsd`)))
  const validator = XsdValidator.fromDoc(xsd)
  validators.set(name, validator)
  return validator
}

export const hasXsd = (name: string): boolean => existsSync(join(folder, 'xsd', `${name}.xsd`))

/** What the XSD of this message says against an XML text; undefined when it is valid. */
export function xsdComplaint(name: string, xml: string): string | undefined {
  const document = XmlDocument.fromString(xml)
  try {
    validatorOf(name).validate(document)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    document.dispose()
  }
}
