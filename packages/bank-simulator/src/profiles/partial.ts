import { randomUUID } from 'node:crypto'
import { partsOf } from '../amount-parts.ts'
import type { Profile } from '../teller.ts'

const percentHere = 20

/** Finds a fifth of the money and holds it; the rest has moved on to another country, where the engine asks next. */
export const partial: Profile = async (teller, { onward }) => {
  const { amount } = teller.order
  if (!amount) return
  const [here, gone] = partsOf(amount, percentHere)
  await teller.say({ kind: 'interim', reason: 'S000' })
  await teller.pause()
  await teller.say({ kind: 'frozen', amount: here })
  await teller.say({ kind: 'movedOnward', amount: gone, country: onward, onward: particularsOf(teller.order.requestId, onward) })
  if (!(await teller.confirmed())) return
  const agrees = { kind: 'agrees', part: `${percentHere} %` } as const
  await teller.say(agrees)
  await teller.say(agrees, 'second')
  await teller.pause()
  await teller.say({ kind: 'returned', amount: here })
}

/** Where the money went: an account that does not exist. */
const particularsOf = (requestId: string, country: string) => ({
  rail: 'SWIFT' as const,
  uetr: randomUUID(),
  executedAt: new Date(Date.now() - 3_600_000).toISOString(),
  endToEndId: `ON-${requestId.slice(0, 8)}`,
  creditor: { name: 'An account further on', account: { other: `ON${requestId.replaceAll('-', '').slice(0, 12).toUpperCase()}` } },
  creditorAgent: { bic: `SIMU${country}2X` },
})
