import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Chance } from '../../simulation/src/chance/chance.ts'

/** How a bank answers an order. */
export type Manner = 'prompt' | 'slow' | 'partial' | 'contradictory' | 'repeating' | 'brief'
/** What persons do on a request, in addition to its bank. */
export type Story = 'none' | 'confirm' | 'withdraw' | 'release' | 'closeUnrecovered' | 'onward'

/** Everything that is drawn for a request before it is sent. */
export interface Plan {
  readonly number: number
  readonly key: string
  readonly document: FreezeRequest
  /** The answer to a question of the rules. */
  readonly corrected?: FreezeRequest
  readonly by: 'http' | 'kafka'
  /** How often it is sent; each time until it is accepted. */
  readonly times: number
  readonly manner: Manner
  readonly story: Story
  readonly chance: Chance
}

const parts = <T extends string>(chance: Chance, shares: Readonly<Record<T, number>>): T => {
  const names = Object.keys(shares) as T[]
  let left = chance.next() * names.reduce((sum, name) => sum + shares[name], 0)
  for (const name of names) {
    if (left < shares[name]) return name
    left -= shares[name]
  }
  return names[0] as T
}

const manners = { prompt: 35, slow: 20, partial: 15, contradictory: 15, repeating: 15 } as const
const stories = { none: 70, confirm: 8, withdraw: 6, release: 5, closeUnrecovered: 5, onward: 6 } as const

/** This many recent plans can be repeated. */
const recentMax = 50

/** Draws the plans in sequence. Each request has its own source of randomness, so that one does not shift another. */
export function createPlans(chance: Chance, hasKafka: boolean): () => Plan {
  const recent: Plan[] = []
  let number = 0
  return () => {
    number++
    const own = chance.branch(`request ${number}`)
    const plan = drawPlan(number, own, recent, hasKafka)
    recent.push(plan)
    if (recent.length > recentMax) recent.shift()
    return plan
  }
}

function drawPlan(number: number, chance: Chance, recent: readonly Plan[], hasKafka: boolean): Plan {
  const other = recent.length > 0 ? chance.pick(recent) : undefined
  const last = recent.at(-1)
  let document = buildRequestNumber(number)
  let corrected: FreezeRequest | undefined
  let key = `key-${number}`
  const what = chance.next()
  // A payment that has another request, at times right after it.
  if (other && last && what < 0.06) document = { ...document, payment: paymentOf(chance.happens(0.5) ? last : other) }
  // Another document under a used key.
  else if (other?.by === 'http' && what < 0.09) key = other.key
  // V02: check digits, about which the rules ask.
  else if (what < 0.12) {
    corrected = document
    document = {
      ...document,
      payment: { ...document.payment, creditor: { ...document.payment.creditor, account: { iban: 'TL000020123456789012345' } } },
    }
  }
  // V04: an account in another country, which two officers review.
  else if (what < 0.15)
    document = {
      ...document,
      payment: { ...document.payment, creditor: { ...document.payment.creditor, account: { iban: 'GB29NWBK60161331926819' } } },
    }
  const isReviewed = what >= 0.12 && what < 0.15
  const story = isReviewed ? 'none' : parts(chance, stories)
  return {
    number,
    key,
    document,
    ...(corrected ? { corrected } : {}),
    by: hasKafka && key === `key-${number}` && chance.happens(0.1) ? 'kafka' : 'http',
    times: chance.happens(0.25) ? chance.between(2, 3) : 1,
    manner: parts(chance, manners),
    story,
    chance,
  }
}

/** The corrected document. */
const paymentOf = ({ corrected, document }: Plan): FreezeRequest['payment'] => (corrected ?? document).payment

/** A probe: a valid request with one answer of its bank. */
export const probePlan = (number: number, chance: Chance): Plan => ({
  number,
  key: `probe-${number}`,
  document: buildRequestNumber(number),
  by: 'http',
  times: 1,
  manner: 'brief',
  story: 'none',
  chance,
})
