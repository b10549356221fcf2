import { accepted, type Problem, type Result, refused } from '@holdfast/schemas'
import { childrenOf } from './codec/codec.ts'
import { problemsMax } from './codec/record.ts'
import { definitions, type IsoMessage, type MessageKind, messageKinds } from './message.ts'
import { businessHeader } from './messages/header.ts'
import { readXml, type XmlElement, type XmlLimits } from './xml/read-xml.ts'

/** A namespace of ISO 20022 ends in the name of the message. */
const namespacePattern = /^urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})$/

/**
 * Reads one bank message: a `Document`, bare or with its business header, in whatever stands around both (SWIFT's `Envelope`, Fedwire's and RTP's own). The version is
 * the namespace's; of a later one what is not known is ignored. Everything wrong is named, at its place as an XPath. Never throws on what it is given.
 */
export function parseMessage(input: Uint8Array | string, limits?: Partial<XmlLimits>): Result<IsoMessage, Problem[]> {
  const xml = readXml(input, limits)
  if (!xml.ok) return xml
  const { documents, headers } = partsOf(xml.value, '')
  const [document, another] = documents
  if (!document) return refused([{ path: `/${xml.value.name}`, message: 'holds no Document in a namespace of ISO 20022' }])
  if (another) return refused([{ path: another.at, message: `is one of ${documents.length} messages: send them one by one` }])
  if (headers.length > 1) return refused([{ path: headers[1]?.at ?? '', message: 'is a second business header: send messages one by one' }])
  const problems: Problem[] = []
  const message = readMessage(document, headers[0], problems)
  return message && problems.length === 0 ? accepted(message) : refused(problems.slice(0, problemsMax))
}

interface Part {
  readonly element: XmlElement
  /** Such as camt.056.001.08. */
  readonly name: string
  readonly at: string
}

function partsOf(element: XmlElement, above: string): { documents: Part[]; headers: Part[] } {
  const at = `${above}/${element.name}`
  const name = namespacePattern.exec(element.namespace)?.[1]
  if (name && element.name === 'Document') return { documents: [{ element, name, at }], headers: [] }
  if (name?.startsWith('head.001.') && element.name === 'AppHdr') return { documents: [], headers: [{ element, name, at }] }
  const parts = element.children.map(child => partsOf(child, at))
  return { documents: parts.flatMap(({ documents }) => documents), headers: parts.flatMap(({ headers }) => headers) }
}

function readMessage(document: Part, headerPart: Part | undefined, problems: Problem[]): IsoMessage | undefined {
  const kind = kindOf(document, problems)
  const header = headerPart && businessHeader.read(headerPart.element, headerPart.at, problems)
  if (header && header.definition !== document.name)
    problems.push({ path: `${headerPart.at}/MsgDefIdr`, message: `says ${header.definition}, and the document is a ${document.name}` })
  if (!kind) return undefined
  const { root, body: codec } = definitions[kind]
  const [element] = childrenOf(document.element, { name: root })
  const at = `${document.at}/${root}`
  if (!element) {
    problems.push({ path: at, message: 'is missing' })
    return undefined
  }
  const body = codec.read(element, at, problems)
  const envelope = header && headerPart ? { header: { name: headerPart.name, ...header } } : {}
  return body === undefined ? undefined : ({ kind, name: document.name, ...envelope, body } as IsoMessage)
}

function kindOf({ name, at }: Part, problems: Problem[]): MessageKind | undefined {
  const [area = '', number = '', variant, version] = name.split('.')
  const family = `${area}.${number}`
  const kind = messageKinds.find(each => definitions[each].family === family)
  const say = (message: string) => problems.push({ path: at, message })
  if (!kind) {
    say(`${name} is not read; these are: ${messageKinds.map(each => definitions[each].family).join(', ')}`)
    return undefined
  }
  const { oldest } = definitions[kind]
  if (variant === '001' && Number(version) >= oldest) return kind
  say(`${name} is not read: ${family}.001.${String(oldest).padStart(2, '0')} and later versions are`)
  return undefined
}
