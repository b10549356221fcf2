import { listElementsMax, parseForeignJson } from '@holdfast/schemas'
import { z } from 'zod'
import type { Codec } from '../codec/codec.ts'
import type { XmlElement } from '../xml/read-xml.ts'

/** Our own element in a camt.056, for parts of a freeze request that a camt.056 cannot hold. */
export const supplementNamespace = 'urn:holdfast:iso20022:freeze-request:v1'
const elementName = 'FreezeRequest'

const schema = z.record(z.string(), z.unknown(), 'must be an object')

const oursIn = ({ children }: XmlElement): XmlElement | undefined =>
  children
    .find(({ name }) => name === 'Envlp')
    ?.children.find(({ name, namespace }) => name === elementName && namespace === supplementNamespace)

/** Whether a SplmtryData is ours; others are ignored. */
export const isSupplement = (element: XmlElement): boolean => oursIn(element) !== undefined

/**
 * The properties of a freeze request as JSON text in one element of our own namespace, which SupplementaryData allows. JSON,
 * because only the schema of the freeze request validates it.
 */
export const supplement: Codec<Readonly<Record<string, unknown>>> = {
  schema,
  shape: { kind: 'leaf', of: 'json' },
  read(element, at, problems) {
    const here = `${at}/Envlp/${elementName}`
    const json = parseForeignJson(oursIn(element)?.text ?? '', { elementsMax: listElementsMax })
    const parsed = json.ok ? schema.safeParse(json.value) : undefined
    if (parsed?.success) return parsed.data
    problems.push({ code: 'NOT_JSON', path: here, message: json.ok ? 'must be a JSON object' : (json.error[0]?.message ?? 'not JSON') })
    return undefined
  },
  write: (value, name) => ({
    name,
    children: [
      {
        name: 'Envlp',
        children: [{ name: elementName, attributes: { xmlns: supplementNamespace }, text: JSON.stringify(value).replace(notXml, escaped) }],
      },
    ],
  }),
}

/** JSON.stringify leaves these characters unescaped, and XML cannot contain them. */
const notXml = /[\ufffe\uffff]/g
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16)}`
