import { commandExamples } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import { eventOf } from './documents.ts'
import { type Drawing, drawSender } from './drawing.ts'
import type { DrawnInput, Endpoint, HttpInput, Input, KafkaInput } from './input.ts'

// Each attack once stopped or filled an engine with a few kilobytes. Sizes are those of the attack; counts are the
// smallest that show whether the limit works.

/** An attack, as inputs. */
export interface Attack {
  readonly endpoint: Endpoint
  readonly made: string
  /** How many are sent in the part of a campaign that sends nothing else. */
  readonly together: number
  draw(drawing: Drawing): HttpInput | KafkaInput
}

/** One input in this many belongs to an attack. */
const attackEvery = 25
/** Inputs from this number on are attacks only. */
const firstAttack = 200_000_000

const slowMediaType = (spaces: number): string => `application/json;charset=${' '.repeat(spaces)}""x`
/** An HTTP head can have 16 kB. */
const spacesByHttp = 3_200
const spacesByKafka = 12_000

const emptyElements = Array.from({ length: 80_000 }, () => ({}))
const reportsTogether = 170
const childrenTogether = 24
/** The most records of one member that are read in a batch. */
const recordsTogether = 1_000

const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document))
const asked = (by: string, token: string, url: string, number: number, document: unknown): HttpInput => ({
  way: 'asked',
  method: 'POST',
  url,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `fuzz-${number}` },
  body: json(document),
  by,
})

const attacks: readonly Attack[] = [
  {
    endpoint: 'http',
    made: 'an attack: a list of empty elements',
    together: 1,
    draw(drawing) {
      const { by, token } = drawSender(drawing, ['officer', 'system'])
      const document = { ...drawing.chance.pick(drawing.documents.requests), enclosures: emptyElements }
      return asked(by, token, '/v1/requests', drawing.number, document)
    },
  },
  {
    endpoint: 'http',
    made: 'an attack: a report of one cent',
    together: reportsTogether,
    draw({ number, world }) {
      const by = 'TL/institution'
      const data = { ...commandExamples.ReportMovedOnward, amount: { currency: 'USD', value: '0.01' } }
      const url = `/v1/requests/${world.reported.requestId}/commands`
      return asked(by, world.tokens().get(by) ?? '', url, number, { command: 'ReportMovedOnward', data })
    },
  },
  {
    endpoint: 'http',
    made: 'an attack: one of many children, or the sharing of their parent',
    together: childrenTogether,
    draw({ chance, documents, number, world }) {
      const by = 'SG/officer'
      const token = world.tokens().get(by) ?? ''
      const [root = ''] = world.chain
      const data = { with: world.sharedWith, extent: 'standing', purpose: 'Follow the money' }
      if (chance.happens(0.2)) return asked(by, token, `/v1/requests/${root}/commands`, number, { command: 'ShareRequest', data })
      const document = { ...chance.pick(documents.requests), requestingCountry: 'SG', parent: { requestId: root, hop: 1 } }
      return asked(by, token, '/v1/requests', number, document)
    },
  },
  {
    endpoint: 'http',
    made: 'an attack: a datacontenttype that is slow to read',
    together: 1,
    draw(drawing) {
      const { chance, documents, number, world } = drawing
      const { by, token } = drawSender(drawing, ['institution', 'fiu'])
      const { orderId, requestId } = chance.pick(world.own)
      const answer = { orderId, requestId, institution: { bic: 'KMNSTLDL' }, ...chance.pick(documents.answers) }
      const event = { ...eventOf('answer', `in-${number}`, by.slice(0, 2), answer), datacontenttype: slowMediaType(spacesByHttp) }
      const sent = asked(by, token, '/v1/answers', number, event)
      return { ...sent, headers: { ...sent.headers, 'content-type': 'application/cloudevents+json' } }
    },
  },
  {
    endpoint: 'http',
    made: 'an attack: a media type that is slow to read',
    together: 1,
    draw({ chance, documents, number }) {
      const { headers, ...sent } = asked(
        'anonymous',
        '',
        chance.pick(['/v1/requests', '/v1/answers']),
        number,
        chance.pick(documents.requests),
      )
      const { authorization: _, ...others } = headers
      return { ...sent, headers: { ...others, 'content-type': slowMediaType(spacesByHttp) } }
    },
  },
  {
    endpoint: 'kafka',
    made: 'an attack: a signature, and a media type that is slow to read',
    together: 3,
    draw({ chance, documents, number }) {
      const event = eventOf('request', `in-${number}`, 'SG', chance.pick(documents.requests))
      const [datacontenttype, contentType, signature] = chance.pick([
        [slowMediaType(spacesByKafka), undefined, 'any'],
        [undefined, slowMediaType(spacesByKafka), 'any'],
        [undefined, undefined, slowMediaType(spacesByKafka)],
      ] as const)
      return {
        way: 'published',
        topic: topics.requests.name,
        key: 'SG',
        headers: { signature, 'content-type': contentType ?? 'application/cloudevents+json' },
        bytes: json({ ...event, ...(datacontenttype ? { datacontenttype } : {}) }),
        by: 'SG/system',
      }
    },
  },
  {
    endpoint: 'kafka',
    made: 'an attack: a list of empty elements',
    together: 1,
    draw(drawing) {
      const { chance, documents, number } = drawing
      const { by, token } = drawSender(drawing, ['system', 'officer'])
      const document = { ...chance.pick(documents.requests), enclosures: emptyElements }
      return {
        way: 'published',
        topic: topics.requests.name,
        key: by.slice(0, 2),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
        bytes: json(eventOf('request', `in-${number}`, by.slice(0, 2), document)),
        by,
      }
    },
  },
  {
    endpoint: 'kafka',
    made: 'an attack: one of a thousand records without a token',
    together: recordsTogether,
    draw: () => ({ way: 'published', topic: topics.requests.name, key: '', headers: {}, bytes: json({}), by: 'anonymous' }),
  },
  {
    endpoint: 'xml',
    made: 'an attack: a sequence of CDATA sections',
    together: 1,
    draw(drawing) {
      const { chance, documents, number } = drawing
      const { by, token } = drawSender(drawing, ['institution', 'fiu'])
      const text = chance.pick(documents.answerMessages).replace(/<(MsgId|Id)>[^<]*</, `<$1>in-${number}<`)
      const run = '<![CDATA[R]]>'.repeat(15_000)
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
      return {
        way: 'asked',
        method: 'POST',
        url: '/v1/answers',
        headers,
        body: Buffer.from(text.replace(/(<(Cd|Conf)>)[^<]*/, `$1${run}`)),
        by,
      }
    },
  },
]

export const attacksOf = (endpoints: readonly Endpoint[]): readonly Attack[] =>
  attacks.filter(({ endpoint }) => endpoints.includes(endpoint))

/** The numbers of the inputs of an attack that are sent together. */
export const numbersOf = (attack: Attack, among: readonly Attack[]): number[] =>
  Array.from({ length: attack.together }, (_, nth) => firstAttack + nth * among.length + among.indexOf(attack))

/** The input with this number, where it belongs to an attack. */
export function drawAttack(drawing: Drawing, among: readonly Attack[]): Omit<Input, 'number'> | undefined {
  const { number } = drawing
  if (number < firstAttack && number % attackEvery !== 0) return undefined
  const nth = number < firstAttack ? number / attackEvery : number - firstAttack
  const attack = among[nth % among.length]
  return attack && { endpoint: attack.endpoint, ...madeOf(attack, drawing) }
}

const madeOf = ({ made, draw }: Attack, drawing: Drawing): DrawnInput<HttpInput | KafkaInput> => ({ made, sent: draw(drawing) })
