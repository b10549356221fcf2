import { partsOf } from '../amount-parts.ts'
import type { Profile } from '../teller.ts'

/** Says for long that it is not done yet, holds in two parts, and returns in two. */
export const slow: Profile = async teller => {
  const { amount } = teller.order
  if (!amount) return
  const [first, rest] = partsOf(amount, 60)
  await teller.pause()
  await teller.say({ kind: 'interim', reason: 'S000' })
  await teller.pause()
  await teller.say({ kind: 'interim', reason: 'ARPL' })
  for (const part of [first, rest]) {
    await teller.pause()
    await teller.say({ kind: 'frozen', amount: part })
  }
  await teller.say({ kind: 'interim', reason: 'RQDA' })
  if (!(await teller.confirmed())) return
  for (const person of ['first', 'second'] as const) {
    await teller.pause()
    await teller.say({ kind: 'agrees' }, person)
  }
  for (const part of [first, rest]) {
    await teller.pause()
    await teller.say({ kind: 'returned', amount: part })
  }
}
