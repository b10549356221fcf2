import { camt056OfRequest, formatMessage, type Profile } from '@holdfast/payment-stop/iso20022'
import {
  type AnswerKind,
  answerType,
  type CommandKind,
  commandExamples,
  type FreezeRequest,
  requestType,
} from '@holdfast/payment-stop/language'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import type { KnownRequest } from '../world.ts'
import { resolutionOf, returned } from './bank-messages.ts'

/** Valid documents to mutate. Generated once, because generating one takes as long as the rest of an input. */
export interface Documents {
  readonly requests: readonly FreezeRequest[]
  readonly answers: ReadonlyArray<{ readonly kind: AnswerKind; readonly details: unknown }>
  readonly commands: ReadonlyArray<readonly [CommandKind, unknown]>
  readonly requestMessages: readonly string[]
  readonly answerMessages: readonly string[]
  readonly otherMessages: readonly string[]
}

const amount = { currency: 'USD', value: '1000.00' }
const answers: Documents['answers'] = [
  { kind: 'acknowledged', details: { reference: 'ACK-1' } },
  { kind: 'frozen', details: { amount, basis: 'FIU_SUSPENSION', reference: 'F-1' } },
  { kind: 'noFunds', details: { reason: 'AM04' } },
  { kind: 'notFound', details: { reason: 'AC04' } },
  { kind: 'interim', details: { reason: 'RQDA', note: 'The consent is asked for' } },
  { kind: 'question', details: { question: 'Which of the two is meant?' } },
  { kind: 'movedOnward', details: commandExamples.ReportMovedOnward },
  { kind: 'corrected', details: commandExamples.CorrectAnswer },
  { kind: 'returned', details: commandExamples.ReportReturn },
]

const written = (messages: readonly unknown[]): string[] =>
  messages.flatMap(message => {
    const text = formatMessage(message)
    return text.ok ? [text.value] : []
  })

const countries = ['SG', 'TL', 'VU'] as const

export function drawDocuments(seed: number, own: readonly KnownRequest[]): Documents {
  const any = fc.sample(requestArbitrary, { seed, numRuns: 240 }).map((request, n) => {
    const country = countries[n % countries.length] ?? 'SG'
    // Three in four are of a sending country; a sender of another country's document is refused.
    return n % 4 < 3 ? { ...request, requestingCountry: country } : request
  })
  const plain = Array.from({ length: 60 }, (_, n) => buildRequestNumber(10_000 + n))
  const requestMessages = messagesOf([...any.slice(0, 60), ...plain.slice(0, 20)], 'iso')
  const reasons = [
    ['RJCR', 'AM04'],
    ['PECR', 'NARR'],
    ['PDCR', 'RQDA'],
  ] as const
  const resolutions = own.flatMap(({ requestId }) => reasons.map(([confirmation, reason]) => resolutionOf(requestId, confirmation, reason)))
  return {
    requests: [...any, ...plain],
    answers,
    commands: Object.entries(commandExamples) as Array<[CommandKind, unknown]>,
    requestMessages,
    answerMessages: [...resolutions, ...Array.from({ length: resolutions.length / 2 }, () => returned)],
    otherMessages: [...messagesOf(plain.slice(0, 5), 'cbpr'), ...requestMessages.slice(0, 3), ...resolutions.slice(0, 3)],
  }
}

const messagesOf = (requests: readonly FreezeRequest[], profile: Profile): string[] =>
  written(
    requests.flatMap((request, n) => {
      const message = camt056OfRequest(request, { id: `A-${n}`, createdAt: '2024-07-23T10:30:00+08:00', profile })
      return message.ok ? [message.value] : []
    }),
  )

/** The CloudEvent of a document by Kafka. */
export const eventOf = (of: 'request' | 'answer', id: string, country: string, data: unknown) => ({
  specversion: '1.0',
  id,
  source: `/ncb/${country.toLowerCase()}`,
  type: of === 'request' ? requestType : answerType,
  time: '2024-07-23T02:25:00Z',
  datacontenttype: 'application/json',
  data,
})
