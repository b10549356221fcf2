import { partsOf } from '../amount-parts.ts'
import type { Profile } from '../teller.ts'

const percentHere = 60

/** Reports a hold of the whole amount, takes that answer back, and reports what is really there; returns that once an authority has confirmed the hold. */
export const mistaken: Profile = async teller => {
  const { amount } = teller.order
  if (!amount) return
  const [here] = partsOf(amount, percentHere)
  await teller.say({ kind: 'interim', reason: 'S000' })
  await teller.pause()
  await teller.say({ kind: 'frozen', amount })
  await teller.pause()
  await teller.say({ kind: 'corrected', corrects: 'frozen', reason: 'The hold was reported before the balance was known' })
  await teller.say({ kind: 'frozen', amount: here })
  await teller.say({ kind: 'noFunds' })
  if (!(await teller.confirmed())) return
  await teller.say({ kind: 'agrees' })
  await teller.say({ kind: 'agrees' }, 'second')
  await teller.pause()
  await teller.say({ kind: 'returned', amount: here })
}
