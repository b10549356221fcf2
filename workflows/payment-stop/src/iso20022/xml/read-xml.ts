import { accepted, type Problem, type Result, refused } from '@holdfast/schemas'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { decodeXml } from './decode-xml.ts'

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  /** The namespace's URI; empty where there is none. */
  readonly namespace: string
  /** Those without a prefix: ISO 20022 has no others. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text that stands directly in it, CDATA included, comments left out. */
  readonly text: string
}

export interface XmlLimits {
  readonly charactersMax: number
  readonly depthMax: number
  readonly elementsMax: number
  readonly attributesMax: number
  readonly attributesPerElementMax: number
  /** CDATA sections, comments and processing instructions together. */
  readonly sectionsMax: number
}

/**
 * A payment stop's message has about 100 elements, 20 levels deep, in 10 kB. SWIFT allows 100 kB; a pacs.008 of many
 * transactions is longer, and a freeze request may also have one million characters. Real elements have only a schema
 * location and a few namespaces as attributes.
 */
const defaultLimits: XmlLimits = {
  charactersMax: 1_000_000,
  depthMax: 64,
  elementsMax: 20_000,
  attributesMax: 20_000,
  attributesPerElementMax: 32,
  sectionsMax: 1_000,
}

/** UTF-8 takes up to 4 bytes for a character. Bytes beyond this are refused before they are decoded. */
const bytesPerCharacterMax = 4

/** The parser gets the text in pieces, so that it stops within this many characters after a limit. */
const pieceCharacters = 4096

const problemsMax = 10

/**
 * Parses a well-formed XML 1.0 document with namespaces. Any DOCTYPE is refused, so only XML's five entities exist. Size,
 * depth and counts are limited. Never throws on any input. A string must be decoded already.
 */
export function readXml(input: Uint8Array | string, limits: Partial<XmlLimits> = {}): Result<XmlElement, Problem[]> {
  const { charactersMax, ...rest } = { ...defaultLimits, ...limits }
  const tooLong = (): Result<never, Problem[]> =>
    refused([{ code: 'TOO_LONG', path: '', message: `longer than ${charactersMax} characters` }])
  if (input.length > charactersMax * (typeof input === 'string' ? 1 : bytesPerCharacterMax)) return tooLong()
  const text = typeof input === 'string' ? accepted(input.replace(/^\ufeff/, '')) : decodeXml(input)
  if (!text.ok) return refused([{ code: 'BAD_ENCODING', path: '', message: text.error }])
  if (text.value.length > charactersMax) return tooLong()
  return parse(text.value, rest)
}

interface Open extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

function parse(text: string, limits: Omit<XmlLimits, 'charactersMax'>): Result<XmlElement, Problem[]> {
  const problems: Problem[] = []
  const path: Open[] = []
  let root: Open | undefined
  let elements = 0
  let attributes = 0
  let attributesHere = 0
  let sections = 0
  let isStopped = false

  const stop = (message: string) => {
    if (isStopped) return
    isStopped = true
    problems.push({ code: 'NOT_XML', path: pathOf(path), message })
  }

  const parser = new SaxesParser({ xmlns: true, position: true })
  parser.on('error', error => {
    if (isStopped || problems.length >= problemsMax) return
    problems.push({ code: 'NOT_XML', path: pathOf(path), message: `not well-formed XML: ${error.message.slice(0, 200)}` })
  })
  parser.on('xmldecl', ({ version }) => {
    if (version !== undefined && version !== '1.0') stop('only XML 1.0 is read')
  })
  parser.on('doctype', () => stop('a DOCTYPE is refused: no message of a bank has one'))
  parser.on('opentagstart', () => {
    attributesHere = 0
    if (++elements > limits.elementsMax) stop(`more than ${limits.elementsMax} elements`)
    if (path.length >= limits.depthMax) stop(`nested deeper than ${limits.depthMax} levels`)
  })
  parser.on('attribute', () => {
    if (++attributesHere > limits.attributesPerElementMax) stop(`more than ${limits.attributesPerElementMax} attributes on one element`)
    if (++attributes > limits.attributesMax) stop(`more than ${limits.attributesMax} attributes`)
  })
  parser.on('opentag', tag => {
    if (isStopped) return
    const element = elementOf(tag)
    path.at(-1)?.children.push(element)
    root ??= element
    path.push(element)
  })
  parser.on('closetag', () => {
    if (!isStopped) path.pop()
  })
  const addText = (more: string) => {
    const here = path.at(-1)
    if (here && !isStopped) here.text += more
  }
  const countSection = () => {
    if (++sections > limits.sectionsMax) stop(`more than ${limits.sectionsMax} CDATA sections, comments and processing instructions`)
  }
  parser.on('text', addText)
  parser.on('cdata', more => {
    countSection()
    addText(more)
  })
  parser.on('comment', countSection)
  parser.on('processinginstruction', countSection)

  for (let from = 0; from < text.length && !isStopped && problems.length < problemsMax; from += pieceCharacters)
    parser.write(text.slice(from, from + pieceCharacters))
  if (!isStopped) parser.close()
  if (problems.length > 0) return refused(problems)
  return root ? accepted(root) : refused([{ code: 'NOT_XML', path: '', message: 'no XML element' }])
}

function elementOf({ local, uri, attributes }: SaxesTagNS): Open {
  const plain = Object.values(attributes).filter(({ prefix }) => prefix === '')
  return { name: local, namespace: uri, attributes: new Map(plain.map(({ local, value }) => [local, value])), children: [], text: '' }
}

/** A name can have any length; this much is enough to find its element. */
const pathCharactersMax = 300

function pathOf(path: readonly XmlElement[]): string {
  const whole = path.map(({ name }) => `/${name}`).join('')
  return whole.length > pathCharactersMax ? `${whole.slice(0, pathCharactersMax)}…` : whole
}
