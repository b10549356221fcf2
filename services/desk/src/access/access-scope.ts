import { isKeptFromAddressee, type RequestSummary, viewOfSummary } from '@holdfast/payment-stop/lifecycle'
import { audienceOf, type RequestView, type Share } from '@holdfast/schemas'
import type { AccessScope } from './access-level.ts'

/** A case has at most ten generations of requests. A longer chain or a circle is not followed to its end. */
export const ancestorsMax = 10

/**
 * The known ancestors of a request, nearest first. Only those of the same country count, because any member can name
 * any request as a parent.
 */
export function ancestorsOf(
  { requestingCountry, ...standing }: RequestSummary,
  find: (requestId: string) => RequestSummary | undefined,
): RequestSummary[] {
  const ancestors: RequestSummary[] = []
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
 * access. The beneficiary country of an ancestor is no party here and shares nothing.
 */
export function accessScopeOf(summary: RequestSummary, ancestors: readonly RequestSummary[]): AccessScope {
  const { requestingCountry, beneficiaryCountry, sharedWith } = summary
  const kept = isKeptFromAddressee(summary) ? { keptFromAddressee: true as const } : {}
  // The case of nearly every request.
  if (sharedWith.length === 0 && ancestors.length === 0) return { requestingCountry, beneficiaryCountry, ...kept }
  const denied = new Set([summary, ...ancestors].flatMap(({ deniedTo }) => deniedTo))
  const inherited = ancestors.flatMap(({ requestId, sharedWith }) =>
    sharedWith.filter(({ sharedBy }) => sharedBy.startsWith(`${requestingCountry}/`)).map((share): Share => ({ ...share, of: requestId })),
  )
  const shares = new Map<string, Share>()
  for (const share of [...sharedWith, ...inherited]) {
    const audience = audienceOf(share.with)
    if (!denied.has(share.with.country) && !shares.has(audience)) shares.set(audience, share)
  }
  return {
    requestingCountry,
    beneficiaryCountry,
    ...kept,
    ...(shares.size > 0 ? { sharedWith: [...shares.values()] } : {}),
  }
}

/** A request as its parties see it, with all other audiences. */
export const viewWithAccess = (summary: RequestSummary, { sharedWith = [] }: AccessScope): RequestView =>
  viewOfSummary({ ...summary, sharedWith })
