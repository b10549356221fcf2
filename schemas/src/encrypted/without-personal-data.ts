import { z } from 'zod'

interface Places {
  [name: string]: Places | 'gone' | 'optional'
}

/** Fields that are encrypted since a later version. Older records have them in plaintext and are still accepted. */
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

/**
 * A strict object schema without the fields at these JSON pointers. Checks across several members ran before
 * encryption, so they are dropped.
 */
export const withoutPersonalData = (schema: z.ZodType, pointers: readonly string[]): z.ZodObject =>
  without(schema, placesOf(pointers)) as z.ZodObject

function without(schema: z.ZodType, places: Places): z.ZodType {
  if (schema instanceof z.ZodOptional) return without(schema.unwrap() as z.ZodType, places).optional()
  if (!(schema instanceof z.ZodObject)) throw new Error('encrypted fields must be members of an object')
  const shape: Record<string, z.ZodType> = {}
  for (const [name, member] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const below = places[name]
    if (below === 'gone') continue
    if (below === 'optional') shape[name] = member.optional()
    else shape[name] = below ? without(member, below) : member
  }
  return z.strictObject(shape)
}
