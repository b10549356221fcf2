import type { AnswerBody, Money } from '@holdfast/payment-stop/language'
import { deterministicId } from '@holdfast/schemas'
import { partsOf } from '../amount-parts.ts'
import { eventOf, type Message, resolutionOf, returnOf } from '../messages.ts'
import type { Profile, Teller } from '../teller.ts'

/**
 * Does everything wrong that a bank, or an attacker with its keys, can do wrong, and holds 60 % of the money between: that, and nothing else, is what the engine may
 * count.
 */
export const hostile: Profile = async teller => {
  const { amount } = teller.order
  if (!amount) return
  const [held, rest] = partsOf(amount, 60)
  await sendsNonsense(teller)
  await namesWhatIsNotThere(teller, held)
  const received = saying(teller, 'interim', { reason: 'S000' }, 1)
  const token = await teller.token('first')
  for (let times = 0; times < 3; times++) await send(teller, 'takes the order, again and again', received, token)
  await send(teller, 'says something else by the same token', saying(teller, 'interim', { reason: 'S000' }, 35), token)
  await send(teller, 'holds more than was asked', saying(teller, 'frozen', { amount: twice(amount), basis: 'COURT' }, 2))
  await send(
    teller,
    'holds another currency',
    saying(teller, 'frozen', { amount: { ...held, currency: other(held.currency) }, basis: 'COURT' }, 3),
  )
  const hold = saying(teller, 'frozen', { amount: held, basis: 'FIU_SUSPENSION' }, 4)
  await Promise.all(Array.from({ length: 5 }, () => send(teller, `holds ${held.currency} ${held.value}, five times at once`, hold)))
  await send(teller, 'never had the payment, after all', saying(teller, 'notFound', { reason: 'NOOR' }, 5))
  await send(teller, 'returns money without an agreed return', returnOf(teller.order, held, 6, new Date()))
  await agreesAlone(teller)
  await send(teller, 'saw more move on than there was', saying(teller, 'movedOnward', { amount: twice(rest), country: 'AE' }, 9))
  await send(teller, 'returns more than it holds', saying(teller, 'returned', { amount: twice(amount), reference: 'R-1' }, 10))
  teller.tell(`has done its worst: ${held.currency} ${held.value} are held, and nothing else counts`)
}

/** After the end of a request: money that no institution should still hold. */
export async function reportsLate(teller: Teller, amount: Money): Promise<void> {
  await send(teller, 'reports money after the end', saying(teller, 'frozen', { amount, basis: 'VOLUNTARY' }, 20))
}

/** Each with a token of its own, as one acts once, but where the token itself is what is wrong. */
const send = async (teller: Teller, what: string, message: Pick<Message, 'body' | 'mediaType'>, token?: string): Promise<void> => {
  await teller.sendRaw(what, message, token ?? (await teller.token('first')))
}

const saying = ({ order }: Teller, kind: AnswerBody['kind'], details: object, number: number) =>
  eventOf(order, { kind, details }, number, new Date())

async function sendsNonsense(teller: Teller): Promise<void> {
  const xml = 'application/xml'
  const lol = (depth: number) => `<!ENTITY l${depth} "${`&l${depth - 1};`.repeat(10)}">`
  const bomb = `<!DOCTYPE d [<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_, i) => lol(i + 1)).join('')}]><d>&l9;</d>`
  await send(teller, 'sends an entity bomb', { body: bomb, mediaType: xml })
  await send(teller, 'reads a file of the engine', {
    body: '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><d>&f;</d>',
    mediaType: xml,
  })
  await send(teller, 'sends XML a thousand deep', { body: '<a>'.repeat(1000), mediaType: xml })
  await send(teller, 'sends ten megabytes', { body: `"${'x'.repeat(10_000_000)}"`, mediaType: 'application/json' })
  await send(teller, 'sends half a document', { body: '{"specversion":', mediaType: 'application/json' })
}

async function namesWhatIsNotThere(teller: Teller, held: Money): Promise<void> {
  const { order } = teller
  const details = { amount: held, basis: 'COURT' }
  const unknownId = deterministicId('unknown', order.requestId)
  const said = (changed: object, n: number) => eventOf({ ...order, ...changed }, { kind: 'frozen', details }, n, new Date())
  await send(teller, 'answers an unknown order', said({ orderId: unknownId }, 30))
  await send(teller, 'answers for an unknown request', said({ requestId: unknownId }, 31))
  await send(teller, 'names a case of its own', resolutionOf({ ...order, requestId: unknownId }, { confirmation: 'CNCL' }, 32, new Date()))
  const token = await teller.token('first')
  const [head, payload] = token.split('.')
  await send(teller, 'signs with an unknown key', said({}, 33), `${head}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`)
  await send(teller, 'signs not at all', said({}, 34), '')
}

/** One person agrees twice, and then says another thing under the same number. */
async function agreesAlone(teller: Teller): Promise<void> {
  const agreed = resolutionOf(teller.order, { confirmation: 'CNCL' }, 7, new Date(0))
  for (let times = 0; times < 2; times++) await send(teller, 'agrees to the return, alone', agreed)
  await send(teller, 'agrees again under another number', resolutionOf(teller.order, { confirmation: 'CNCL' }, 8, new Date(0)))
  const otherwise = resolutionOf(teller.order, { confirmation: 'RJCR', reason: 'CUST' }, 7, new Date(0))
  await send(teller, 'says another thing under the same number', otherwise)
}

const twice = ({ currency, value }: Money): Money => {
  const [whole = '0', fraction] = value.split('.')
  return { currency, value: `${BigInt(whole) * 2n + 1n}${fraction === undefined ? '' : `.${fraction}`}` }
}
const other = (currency: string) => (currency === 'EUR' ? 'USD' : 'EUR')
