import { accepted, type Problem, type Result, refused } from '@holdfast/schemas'
import { childrenOf } from './codec/codec.ts'
import { problemsMax } from './codec/record.ts'
import { definitions, type IsoMessage, type MessageKind, messageKinds } from './message.ts'
import { businessHeader } from './messages/header.ts'
import { readXml, type XmlElement, type XmlLimits } from './xml/read-xml.ts'

/** A namespace of ISO 20022 ends in the name of the message. */
const namespacePattern = /^urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})$/

/**
 * Parses one bank message: a `Document`, or the message's own element in a frame without `Document` (RTP's `Message` in
 * urn:tch), with or without its business header, in any wrapper (SWIFT's `Envelope`, Fedwire's, RTP's). The namespace gives
 * the version; unknown parts of a later version are ignored. All problems have their XPath. Never throws on any input.
 */
export function parseMessage(input: Uint8Array | string, limits?: Partial<XmlLimits>): Result<IsoMessage, Problem[]> {
  const xml = readXml(input, limits)
  if (!xml.ok) return xml
  const { messages, headers } = partsOf(xml.value, '')
  const [message, another] = messages
  if (!message)
    return refused([{ code: 'NOT_ONE_OF', path: `/${xml.value.name}`, message: 'holds no message in a namespace of ISO 20022' }])
  if (another) return refused([{ code: 'TWICE', path: another.at, message: `is one of ${messages.length} messages: send them one by one` }])
  if (headers.length > 1)
    return refused([{ code: 'TWICE', path: headers[1]?.at ?? '', message: 'is a second business header: send messages one by one' }])
  const problems: Problem[] = []
  const read = readMessage(message, headers[0], problems)
  return read && problems.length === 0 ? accepted(read) : refused(problems.slice(0, problemsMax))
}

interface Part {
  readonly element: XmlElement
  /** Such as camt.056.001.08. */
  readonly name: string
  readonly at: string
}

/** A message's own content is not searched for further messages. */
function partsOf(element: XmlElement, above: string): { messages: Part[]; headers: Part[] } {
  const at = `${above}/${element.name}`
  const name = namespacePattern.exec(element.namespace)?.[1]
  if (name && (element.name === 'Document' || element.name === rootOf(name))) return { messages: [{ element, name, at }], headers: [] }
  if (name?.startsWith('head.001.') && element.name === 'AppHdr') return { messages: [], headers: [{ element, name, at }] }
  const parts = element.children.map(child => partsOf(child, at))
  return { messages: parts.flatMap(({ messages }) => messages), headers: parts.flatMap(({ headers }) => headers) }
}

const kindNamed = (name: string): MessageKind | undefined => messageKinds.find(kind => name.startsWith(`${definitions[kind].family}.`))

/** The element of a message by its name, in any version. */
function rootOf(name: string): string | undefined {
  const kind = kindNamed(name)
  return kind && definitions[kind].root
}

function readMessage(part: Part, headerPart: Part | undefined, problems: Problem[]): IsoMessage | undefined {
  const kind = kindOf(part, problems)
  const header = headerPart && businessHeader.read(headerPart.element, headerPart.at, problems)
  if (header && header.definition !== part.name)
    problems.push({
      code: 'BAD_FORMAT',
      path: `${headerPart.at}/MsgDefIdr`,
      message: `says ${header.definition}, and the document is a ${part.name}`,
    })
  if (!kind) return undefined
  const { root, body: codec } = definitions[kind]
  const found = part.element.name === root ? { element: part.element, at: part.at } : rootIn(part, root, problems)
  const body = found && codec.read(found.element, found.at, problems)
  const envelope = header && headerPart ? { header: { name: headerPart.name, ...header } } : {}
  return body === undefined ? undefined : ({ kind, name: part.name, ...envelope, body } as IsoMessage)
}

function rootIn(document: Part, root: string, problems: Problem[]): { element: XmlElement; at: string } | undefined {
  const [element, second] = childrenOf(document.element, { name: root })
  const at = `${document.at}/${root}`
  if (element && !second) return { element, at }
  problems.push({
    code: element ? 'TWICE' : 'MISSING',
    path: at,
    message: element ? 'is there more than once: send messages one by one' : 'is missing',
  })
  return undefined
}

function kindOf({ name, at }: Part, problems: Problem[]): MessageKind | undefined {
  const [area = '', number = '', variant, version] = name.split('.')
  const family = `${area}.${number}`
  const kind = kindNamed(name)
  const say = (message: string) => problems.push({ code: 'NOT_ONE_OF', path: at, message })
  if (!kind) {
    say(`${name} is not read; these are: ${messageKinds.map(each => definitions[each].family).join(', ')}`)
    return undefined
  }
  const { oldest } = definitions[kind]
  if (variant === '001' && Number(version) >= oldest) return kind
  say(`${name} is not read: ${family}.001.${String(oldest).padStart(2, '0')} and later versions are`)
  return undefined
}
