import { topics } from '@holdfast/schemas'
import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { eventOf } from './documents.ts'
import { type Drawing, drawSender, howMany, isWhole } from './drawing.ts'
import type { DrawnInput, KafkaInput } from './input.ts'
import { mutatedBytes } from './mutate-bytes.ts'
import { mutatedJson } from './mutate-json.ts'
import { drawXml } from './send-xml.ts'
import { awkwardText, textOfInput } from './texts.ts'
import { wrongAuthorization } from './tokens.ts'

/** A record can have 600 kB: the broker refuses a longer one. */
const bytesMax = 480_000

interface Whole extends Omit<KafkaInput, 'bytes'> {
  readonly token: string
  readonly document: unknown
}

/** A record for an ingress topic, with something wrong in its value, headers or token. */
export function publishSomething(drawing: Drawing): DrawnInput<KafkaInput> {
  const { chance, number } = drawing
  const isRequest = chance.happens(0.6)
  const { by, token } = drawSender(drawing, isRequest ? ['system', 'officer'] : ['institution', 'fiu'])
  const topic = isRequest ? topics.requests.name : topics.answers.name
  if (!isRequest && chance.happens(0.25)) {
    const { made, body } = drawXml(drawing, false)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
    return { made, sent: { way: 'published', topic, key: by.slice(0, 2), headers, bytes: body.bytes.subarray(0, bytesMax), by } }
  }
  const { data, ...attributes } = eventOf(isRequest ? 'request' : 'answer', `in-${number}`, by.slice(0, 2), documentOf(drawing, isRequest))
  const whole = { way: 'published', topic, key: by.slice(0, 2), by, token } as const
  if (chance.happens(0.6)) {
    const type = chance.happens(0.7) ? { 'content-type': 'application/cloudevents+json' } : {}
    return spoil({ ...whole, headers: { authorization: `Bearer ${token}`, ...type }, document: { ...attributes, data } }, chance, number)
  }
  const named = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]))
  const headers = { ...named, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return spoil({ ...whole, headers, document: data }, chance, number)
}

function documentOf({ chance, documents, world }: Drawing, isRequest: boolean): unknown {
  if (isRequest) return chance.pick(documents.requests)
  const { orderId, requestId } = chance.pick(chance.happens(0.8) ? world.own : world.foreign)
  return { orderId, requestId, institution: { bic: 'KMNSTLDL' }, ...chance.pick(documents.answers) }
}

function spoil({ document, token, ...whole }: Whole, chance: Chance, number: number): DrawnInput<KafkaInput> {
  const bytes = Buffer.from(JSON.stringify(document))
  if (isWhole(chance)) return { made: 'whole', sent: { ...whole, bytes } }
  const roll = chance.next()
  const changes = howMany(chance)
  if (roll < 0.5) {
    const text = mutatedJson(document, chance, number, changes).toWellFormed()
    return { made: `${changes} changes to its JSON`, sent: { ...whole, bytes: Buffer.from(text).subarray(0, bytesMax) } }
  }
  if (roll < 0.75) return { made: `${changes} changes to its bytes`, sent: { ...whole, bytes: mutatedBytes(bytes, chance, changes) } }
  if (roll < 0.83) {
    const headers = { ...whole.headers, authorization: wrongAuthorization(token, chance, number) }
    return { made: 'its token', sent: { ...whole, headers, bytes } }
  }
  return { made: 'its headers', sent: { ...whole, bytes, ...wrongHeaders(whole, chance, number) } }
}

const names = [
  'authorization',
  'content-type',
  'ce_id',
  'ce_source',
  'ce_specversion',
  'ce_type',
  'ce_time',
  'ce_subject',
  'ce_correlationid',
  'ce_traceparent',
  'ce_constructor',
  'CE_ID',
  '__proto__',
  'constructor',
  '',
]

function wrongHeaders(
  { headers, key }: Omit<KafkaInput, 'bytes'>,
  chance: Chance,
  number: number,
): { headers: Record<string, string>; key: string } {
  const entries = new Map(Object.entries(headers))
  for (let changes = howMany(chance); changes > 0; changes--)
    switch (chance.between(0, 4)) {
      case 0:
        entries.delete(chance.pick([...entries.keys(), 'authorization']))
        break
      case 1:
        entries.set(chance.pick(names), awkwardText(chance, number).toWellFormed())
        break
      case 2:
        entries.set(awkwardText(chance, number).toWellFormed(), textOfInput(number))
        break
      case 3:
        entries.set(
          'content-type',
          chance.pick([
            'application/xml',
            'application/cloudevents+avro',
            'application/cloudevents+json; charset=utf-16',
            'text/xml; charset=utf-7',
            'text/plain',
            'application/x+json',
            '',
          ]),
        )
        break
      default:
        for (let n = 0; n < chance.pick([2, 60]); n++) entries.set(`x-${n}`, 'h'.repeat(chance.pick([1, 1_200])))
    }
  return { headers: Object.fromEntries(entries), key: chance.happens(0.2) ? awkwardText(chance, number).toWellFormed() : key }
}
