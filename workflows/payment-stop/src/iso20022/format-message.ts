import { accepted, type Problem, type Result, refused } from '@holdfast/schemas'
import type { Codec, Profile } from './codec/codec.ts'
import { definitions, type IsoMessage, readMessage } from './message.ts'
import { businessHeader } from './messages/header.ts'
import { writeXml, type XmlNode } from './xml/write-xml.ts'

export interface Writing {
  /** The spelling of codes with two spellings; ISO's by default. */
  readonly profile?: Profile
}

const namespaceOf = (name: string) => `urn:iso:std:iso:20022:tech:xsd:${name}`

/**
 * The XML of a message: a `Document`, or with a header a SWIFT `Envelope` of both. An invalid message is refused with all
 * problems and their JSON pointers, so that the output is valid by its XSD. `parseMessage` reads the same message back.
 */
export function formatMessage(message: unknown, { profile = 'iso' }: Writing = {}): Result<string, Problem[]> {
  const parsed = readMessage(message)
  if (!parsed.ok) return parsed
  const problems = [...namingProblems(parsed.value), ...headerProblems(parsed.value)]
  if (problems.length > 0) return refused(problems)
  const document = documentOf(parsed.value, profile)
  const header = headerOf(parsed.value, profile)
  if (!header) return accepted(writeXml(document))
  return accepted(writeXml({ name: 'Envelope', attributes: { xmlns: 'urn:swift:xsd:envelope' }, children: [header, document] }))
}

function documentOf({ kind, name, body }: IsoMessage, profile: Profile): XmlNode {
  const { root, body: codec } = definitions[kind]
  return { name: 'Document', attributes: { xmlns: namespaceOf(name) }, children: [(codec as Codec<unknown>).write(body, root, profile)] }
}

function headerOf({ header }: IsoMessage, profile: Profile): XmlNode | undefined {
  if (!header) return undefined
  return { ...businessHeader.write(header, 'AppHdr', profile), attributes: { xmlns: namespaceOf(header.name) } }
}

function namingProblems({ kind, name }: IsoMessage): Problem[] {
  const { written } = definitions[kind]
  return written.includes(name)
    ? []
    : [{ code: 'BAD_FORMAT', path: '/name', message: `is not written; ${written.join(' and ')} ${written.length > 1 ? 'are' : 'is'}` }]
}

const headersWritten = ['head.001.001.01', 'head.001.001.02', 'head.001.001.03']

function headerProblems({ name, header }: IsoMessage): Problem[] {
  if (!header) return []
  const problems: Problem[] = []
  if (header.definition !== name)
    problems.push({ code: 'BAD_FORMAT', path: '/header/definition', message: `must be ${name}, as the message is` })
  if (!headersWritten.includes(header.name))
    problems.push({ code: 'BAD_FORMAT', path: '/header/name', message: `is not written; ${headersWritten.join(', ')} are` })
  if (header.name === 'head.001.001.01') {
    // Its CreDt is an ISONormalisedDateTime, and it has no market practice.
    if (!header.createdAt.endsWith('Z'))
      problems.push({ code: 'RULE', path: '/header/createdAt', message: 'must be in UTC and end in Z in head.001.001.01' })
    if (header.practice) problems.push({ code: 'RULE', path: '/header/practice', message: 'has no place in head.001.001.01' })
  }
  return problems
}
