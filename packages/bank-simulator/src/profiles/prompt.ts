import type { Profile } from '../teller.ts'

/** Takes the order, holds all of it at once, and returns it once that is ordered. */
export const prompt: Profile = async teller => {
  const { amount } = teller.order
  if (!amount) return
  await teller.say({ kind: 'interim', reason: 'S000' })
  await teller.pause()
  await teller.say({ kind: 'frozen', amount })
  if (!(await teller.confirmed())) return
  await teller.say({ kind: 'agrees' })
  await teller.say({ kind: 'agrees' }, 'second')
  await teller.pause()
  await teller.say({ kind: 'returned', amount })
}
