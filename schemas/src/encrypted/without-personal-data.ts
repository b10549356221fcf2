import { z } from 'zod'

interface Places {
  [name: string]: Places | 'gone' | 'optional'
}

/** Encrypted later than the rest: records that are older than that have it in clear beside a block, and are read. */
const encryptedLater: ReadonlySet<string> = new Set([
  '/authority',
  '/request/offence/legalBasis',
  '/request/payment/creditorAgent/name',
  '/onward/creditorAgent/name',
])

function placesOf(pointers: readonly string[]): Places {
  const root: Places = {}
  for (const pointer of pointers) {
    const names = pointer.slice(1).split('/')
    let at = root
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1
      const below = at[name]
      if (isLast) at[name] = encryptedLater.has(pointer) ? 'optional' : 'gone'
      else if (typeof below !== 'object') at[name] = {}
      if (!isLast) at = at[name] as Places
    }
  }
  return root
}

/** A strict object without what is sealed of it, by JSON pointers. What was asked of several of its members together was asked before it was sealed. */
export const withoutPersonalData = (schema: z.ZodType, pointers: readonly string[]): z.ZodObject =>
  without(schema, placesOf(pointers)) as z.ZodObject

function without(schema: z.ZodType, places: Places): z.ZodType {
  if (schema instanceof z.ZodOptional) return without(schema.unwrap() as z.ZodType, places).optional()
  if (!(schema instanceof z.ZodObject)) throw new Error('words that are sealed stand in an object')
  const shape: Record<string, z.ZodType> = {}
  for (const [name, member] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const below = places[name]
    if (below === 'gone') continue
    if (below === 'optional') shape[name] = member.optional()
    else shape[name] = below ? without(member, below) : member
  }
  return z.strictObject(shape)
}
