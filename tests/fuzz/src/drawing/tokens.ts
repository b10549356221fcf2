import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { headerText } from './texts.ts'

/** Tokens signed by another engine's keys, and texts in the form of a token. */
const foreign = [
  'eyJhbGciOiJFZERTQSIsImtpZCI6InNnLWRldmVsb3BtZW50In0.eyJpc3MiOiJTRyIsInN1YiI6InAiLCJhdWQiOiJob2xkZmFzdCIsInJvbGUiOiJvZmZpY2VyIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjQxMDAwMDAwMDB9.c2lnbmVkIGJ5IG5vYm9keSBzaWduZWQgYnkgbm9ib2R5IHNpZ25lZCBieSBub2JvZHkgc2lnbmVkIGJ5IG5vYg',
  'eyJhbGciOiJub25lIn0.eyJpc3MiOiJTRyIsInN1YiI6InAiLCJhdWQiOiJob2xkZmFzdCIsInJvbGUiOiJvZmZpY2VyIn0.',
  'eyJhbGciOiJIUzI1NiIsImtpZCI6Il9fcHJvdG9fXyJ9.e30.AA',
  'bm90IGpzb24.bm90IGpzb24.AA',
  '..',
  'a.b.c.d.e',
]

/** A wrong authorization header. */
export function wrongAuthorization(token: string, chance: Chance, number: number): string {
  switch (chance.between(0, 7)) {
    case 0:
      return `Bearer ${chance.pick(foreign)}`
    case 1:
      return `Bearer ${token.slice(0, chance.between(0, token.length - 1))}`
    case 2: {
      const at = chance.between(0, token.length - 1)
      return `Bearer ${token.slice(0, at)}${chance.pick(['A', '.', '-', ' ', '='])}${token.slice(at + 1)}`
    }
    case 3:
      return `Bearer ${token}${headerText(chance, number)}`
    case 4:
      return token
    case 5:
      return `${chance.pick(['Basic', 'bearer bearer', 'DPoP', ''])} ${token}`
    case 6:
      return headerText(chance, number)
    default:
      return `Bearer ${token.split('.').toReversed().join('.')}`
  }
}
