import type { BasicSummary, PartyAccess } from '@holdfast/core'
import { audienceOf, type Share } from '@holdfast/schemas'
import type { AccessScope } from './access-level.ts'

/** A case has at most ten generations of requests. A longer chain or a circle is not followed to its end. */
export const ancestorsMax = 10

/**
 * The known ancestors of a request, nearest first. Only those of the same country count, because any member can name
 * any request as a parent.
 */
export function ancestorsOf(
  { requestingCountry, ...standing }: BasicSummary,
  find: (requestId: string) => BasicSummary | undefined,
): BasicSummary[] {
  const ancestors: BasicSummary[] = []
  let { parent } = standing
  while (parent && ancestors.length < ancestorsMax) {
    const found = find(parent.requestId)
    if (!found || found.requestingCountry !== requestingCountry) break
    ancestors.push(found)
    parent = found.parent
  }
  return ancestors
}

/**
 * The access scope of a request, including what its case adds. A share by the requesting country also holds for onward
 * requests, unless the unit has a share of its own. An audience that any newest document of the case denies gets no
 * access. The other parties of an ancestor are none here and share
 * nothing.
 */
export function accessScopeOf(summary: BasicSummary, parties: readonly PartyAccess[], ancestors: readonly BasicSummary[]): AccessScope {
  const { requestingCountry, sharedWith } = summary
  // The case of nearly every request.
  if (sharedWith.length === 0 && ancestors.length === 0) return { parties }
  const denied = new Set([summary, ...ancestors].flatMap(({ deniedTo }) => deniedTo))
  const inherited = ancestors.flatMap(({ requestId, sharedWith }) =>
    sharedWith.filter(({ sharedBy }) => sharedBy.startsWith(`${requestingCountry}/`)).map((share): Share => ({ ...share, of: requestId })),
  )
  const shares = new Map<string, Share>()
  for (const share of [...sharedWith, ...inherited]) {
    const audience = audienceOf(share.with)
    if (!denied.has(share.with.country) && !shares.has(audience)) shares.set(audience, share)
  }
  return { parties, ...(shares.size > 0 ? { sharedWith: [...shares.values()] } : {}) }
}
