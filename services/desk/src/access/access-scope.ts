import { isKeptFromAddressee, type RequestSummary, viewOfSummary } from '@holdfast/lifecycle'
import { audienceOf, type RequestView, type Share } from '@holdfast/schemas'
import type { AccessScope } from './access-level.ts'

/** A case goes over ten requests at most; a chain that says more, or goes round, is not followed to its end. */
export const ancestorsMax = 10

/** The requests whose money this one follows, the nearest first, as far as they are known and of the same country: anybody can name any request as the parent of his own. */
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
 * Who sees a request, with what its case adds: a share that the requesting country made of an earlier request holds for what follows its money, unless the unit has one of its own here, and whom any of their newest documents denies is shown
 * none of it. The beneficiary country of an earlier one has no part in this one, and shares nothing of it.
 */
export function accessScopeOf(standing: RequestSummary, ancestors: readonly RequestSummary[]): AccessScope {
  const { requestingCountry, beneficiaryCountry, sharedWith } = standing
  const kept = isKeptFromAddressee(standing) ? { keptFromAddressee: true as const } : {}
  // As nearly every request is.
  if (sharedWith.length === 0 && ancestors.length === 0) return { requestingCountry, beneficiaryCountry, ...kept }
  const denied = new Set([standing, ...ancestors].flatMap(({ deniedTo }) => deniedTo))
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

/** A request as its parties see it, with who sees it beside them. */
export const viewWithAccess = (standing: RequestSummary, { sharedWith = [] }: AccessScope): RequestView =>
  viewOfSummary({ ...standing, sharedWith })
