import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageArbitrary } from '../../test/iso20022/arbitraries.ts'
import { hasXsd, isSharedThere, readSample, sampleNames, skippedWithoutShared, xsdComplaint } from '../../test/iso20022/shared.ts'
import { formatMessage } from './format-message.ts'
import { definitions, type IsoMessage, messageKinds } from './message.ts'
import { parseMessage } from './parse-message.ts'
import { readXml } from './xml/read-xml.ts'
import { writeXml, type XmlNode } from './xml/write-xml.ts'

const written = messageKinds.flatMap(kind => definitions[kind].written.map(name => ({ kind, name })))
const seed = 20240723

function formatted(message: IsoMessage, writing?: Parameters<typeof formatMessage>[1]): string {
  const xml = formatMessage(message, writing)
  if (!xml.ok) throw new Error(JSON.stringify(xml.error))
  return xml.value
}

describe.each(written)('$name', ({ kind, name }) => {
  test('what is written is read back the same, in either profile', () => {
    fc.assert(
      fc.property(messageArbitrary(kind, name), fc.constantFrom('iso' as const, 'cbpr' as const), (message, profile) => {
        expect(parseMessage(formatted(message, { profile }))).toEqual({ ok: true, value: message })
      }),
      { numRuns: drawnCases(1000), seed },
    )
  }, 60_000)

  test.runIf(hasXsd(name))(
    'what is written is valid by its XSD',
    () => {
      fc.assert(
        fc.property(messageArbitrary(kind, name), ({ header: _, ...bare }) => {
          expect(xsdComplaint(name, formatted(bare as IsoMessage))).toBeUndefined()
        }),
        { numRuns: drawnCases(300), seed },
      )
    },
    60_000,
  )
})

skippedWithoutShared('what is written is not held against the XSDs, and the samples are not read')
if (isSharedThere)
  console.log(
    `no XSD is there for ${written.filter(({ name }) => !hasXsd(name)).map(({ name }) => name)}: only that it is read back is shown`,
  )

test.runIf(hasXsd('head.001.001.02'))(
  'a business header that is written is valid by its XSD',
  () => {
    fc.assert(
      fc.property(messageArbitrary('paymentStatusRequest', 'pacs.028.001.03'), message => {
        fc.pre(message.header !== undefined)
        const [header] = partsOf(formatted(message))
        expect(xsdComplaint('head.001.001.02', header ?? '')).toBeUndefined()
      }),
      { numRuns: drawnCases(200), seed },
    )
  },
  60_000,
)

/** The parts of an envelope, each as a document of its own. */
function partsOf(xml: string): string[] {
  const envelope = readXml(xml)
  if (!envelope.ok) throw new Error('not XML')
  type Element = (typeof envelope)['value']
  const node = (element: Element, namespace?: string): XmlNode => ({
    name: element.name,
    attributes: { ...Object.fromEntries(element.attributes), ...(element.namespace === namespace ? {} : { xmlns: element.namespace }) },
    ...(element.children.length > 0 ? { children: element.children.map(child => node(child, element.namespace)) } : { text: element.text }),
  })
  return envelope.value.children.map(child => writeXml(node(child)))
}

describe('the samples that came with the plan', () => {
  test.runIf(isSharedThere)('are there', () => expect(sampleNames().length).toBeGreaterThan(0))

  test.each(sampleNames())('%s is read, written valid, and read back the same', name => {
    const message = parseMessage(readSample(name))
    if (!message.ok) throw new Error(JSON.stringify(message.error))
    const xml = formatted(message.value)
    expect(parseMessage(xml)).toEqual(message)
    const document = message.value.header ? partsOf(xml)[1] : xml
    expect(xsdComplaint(message.value.name, document ?? '')).toBeUndefined()
  })
})
