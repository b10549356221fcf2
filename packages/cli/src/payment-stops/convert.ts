import {
  answersOf,
  camt056OfRequest,
  checkCbpr,
  correlate,
  formatMessage,
  type IsoMessage,
  messageOfOrder,
  type Profile,
  parseMessage,
  paymentOfPacs008,
  readMessage,
  referenceOf,
  requestOfCamt056,
} from '@holdfast/payment-stop/iso20022'
import { freezeRequestSchema, orderSchema } from '@holdfast/payment-stop/language'
import {
  accepted,
  bicSchema,
  deterministicId,
  jsonLine,
  orderType,
  type Problem,
  parseJson,
  parseWith,
  printableXml,
  type Result,
  refused,
} from '@holdfast/schemas'
import { Command, InvalidArgumentError, Option } from 'commander'
import { decodeText, readBytes } from '../input.ts'
import { parseInstant } from '../parse-instant.ts'
import type { Terminal } from '../terminal.ts'

/** The longest text that is converted, a million characters, is never longer than this in bytes. */
const fileBytesMax = 4_000_000
const charactersMax = 1_000_000

interface ConvertOptions {
  readonly to?: 'json' | 'xml' | 'request'
  readonly profile: Profile
  readonly answers?: boolean
  readonly sender?: string
  readonly at?: Date
  readonly json?: boolean
}

const after = `
XML is read as camt.056, camt.029, pacs.004, pacs.028 or pacs.008 and printed as JSON. JSON is such a message, a freeze request or an order, and is printed
as XML. A text that cannot be converted gives {"problems"}, each with its JSON pointer or XML path. docs/reference/iso20022.md shows the mapping.
Exit code 0 if it was converted, 1 if it cannot be, 2 if the file cannot be read.

Examples:
  holdfast convert camt029.xml --answers
  holdfast convert request.json > camt056.xml
  holdfast convert camt056.xml --to request > request.json
  holdfast convert request.json --profile cbpr
  cat pacs004.xml | holdfast convert -
`

/** `holdfast convert FILE`: converts bank messages to the engine's documents and back, without an engine. */
export const convertCommand = (terminal: Terminal): Command =>
  new Command('convert')
    .description('convert ISO 20022 XML to JSON and back, offline')
    .argument('<file>', 'a bank message in XML or JSON, or a freeze request or an order in JSON; - for standard input')
    .addOption(
      new Option('--to <form>', 'output: json, xml, or the freeze request of a camt.056 (default: the opposite of the input)').choices([
        'json',
        'xml',
        'request',
      ]),
    )
    .addOption(new Option('--profile <profile>', 'validate against CBPR+, or only against ISO').choices(['iso', 'cbpr']).default('iso'))
    .option('--answers', 'also print the answer that the engine reads from a message')
    .option('--sender <bic>', 'the bank that sends an order', parseBic)
    .option('--at <instant>', 'creation time of a message (default: now)', parseInstant)
    .option('--json', 'print JSON on one line')
    .addHelpText('after', after)
    .action(async (file: string, options: ConvertOptions) => {
      const converted = convert(await readBytes(file, terminal, fileBytesMax), { ...options, at: options.at ?? terminal.now() })
      const printed = converted.ok ? converted.value : { problems: converted.error }
      await terminal.write(typeof printed === 'string' ? printableXml(printed) : jsonLine(printed, options.json ? 0 : 2))
      if (!converted.ok) terminal.setExitCode(1)
    })

type Conversion = ConvertOptions & { readonly at: Date }

function convert(bytes: Buffer, options: Conversion): Result<unknown, Problem[]> {
  const isXml = startsAsXml(bytes)
  const message = isXml ? parseMessage(bytes) : messageOfJson(bytes, options)
  if (!message.ok) return message
  const problems = options.profile === 'cbpr' ? checkCbpr(message.value) : []
  if (problems.length > 0) return refused(problems)
  if (options.answers) return accepted({ message: message.value, ...meaningOf(message.value) })
  const form = options.to ?? (isXml ? 'json' : 'xml')
  if (form === 'request') return requestIn(message.value)
  return form === 'xml' ? formatMessage(message.value, { profile: options.profile }) : message
}

/** The first character that is neither white space nor part of a byte order mark, in UTF-8 or UTF-16. */
const startsAsXml = (bytes: Buffer): boolean =>
  bytes.subarray(0, 256).find(byte => ![0, 9, 10, 13, 32, 0xef, 0xbb, 0xbf, 0xfe, 0xff].includes(byte)) === 0x3c

function messageOfJson(bytes: Buffer, { profile, sender, at }: Conversion): Result<IsoMessage, Problem[]> {
  const text = bytes.length > fileBytesMax ? undefined : decodeText(bytes)
  if (bytes.length > fileBytesMax || (text?.length ?? 0) > charactersMax)
    return refused([{ code: 'TOO_LONG', path: '', message: `longer than ${charactersMax} characters` }])
  if (text === undefined) return refused([{ code: 'BAD_ENCODING', path: '', message: 'neither XML nor UTF-8' }])
  const json = parseJson(text)
  if (!json.ok) return json
  const createdAt = `${at.toISOString().slice(0, 19)}Z`
  const has = (key: string, value?: string) =>
    typeof json.value === 'object' &&
    json.value !== null &&
    key in json.value &&
    (value === undefined || Reflect.get(json.value, key) === value)
  if (has('type', orderType)) {
    const order = parseWith(orderSchema, json.value)
    if (!order.ok) return order
    const from = sender ? { agent: { bic: sender } } : { party: { country: order.value.data.country } }
    return messageOfOrder(order.value.data, { sender: from, createdAt, profile })
  }
  if (has('caseReference')) {
    const request = parseWith(freezeRequestSchema, json.value)
    if (!request.ok) return request
    const { requestingCountry, caseReference } = request.value
    return camt056OfRequest(request.value, {
      id: referenceOf(deterministicId('camt.056', requestingCountry, caseReference)),
      createdAt,
      profile,
    })
  }
  return readMessage(json.value)
}

/** The answer or payment that the engine reads from a message. */
function meaningOf(message: IsoMessage): object {
  const about = correlate(message)
  const named = about ? { about } : {}
  if (message.kind === 'paymentStatusRequest') return named
  if (message.kind === 'cancellationRequest') {
    const draft = requestOfCamt056(message.body)
    return draft.ok ? { ...named, request: draft.value.draft, missing: draft.value.missing } : { ...named, problems: draft.error }
  }
  if (message.kind === 'customerCreditTransfer') {
    const draft = paymentOfPacs008(message.body)
    return draft.ok ? { payment: draft.value.draft, missing: draft.value.missing } : { problems: draft.error }
  }
  const answers = answersOf(message)
  return { meaning: answers.ok ? answers.value : [{ answers: [], attention: [answers.error] }] }
}

function requestIn(message: IsoMessage): Result<unknown, Problem[]> {
  if (message.kind !== 'cancellationRequest')
    return refused([{ code: 'RULE', path: '', message: `a ${message.name} is not a request: only a camt.056 is` }])
  const draft = requestOfCamt056(message.body)
  if (!draft.ok) return draft
  return draft.value.request ? accepted(draft.value.request) : refused([...draft.value.missing])
}

function parseBic(text: string): string {
  if (!bicSchema.safeParse(text).success) throw new InvalidArgumentError('It must be a BIC of 8 or 11 characters.')
  return text
}
