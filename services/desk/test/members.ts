import { type Members, makeKey } from '@holdfast/trust'

/** A registry of these countries. */
export const membersOf = (...countries: string[]): Members =>
  new Map(
    countries.map(country => {
      const { d: _private, ...key } = makeKey('k').privateKey
      return [country, { country, name: `Police of ${country}`, keys: { keys: [key] } }]
    }),
  )
