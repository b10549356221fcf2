import { type Audience, audienceOf, generalSecretariat, type RequestView, type Share, type ShareExtent } from '@holdfast/schemas'
import { callerOf } from '@holdfast/service-kit'

type Caller = ReturnType<typeof callerOf>

/** Who reads: the country of the caller, or the specialised unit that it is of. */
export const readerOf = (request: Parameters<typeof callerOf>[0]): Caller & { readonly audience: Audience } => {
  const caller = callerOf(request)
  return { ...caller, audience: audienceOf(caller) }
}

/** Whether an audience sees requests as one of their parties, and not because they are shared with it. */
export const isParty = (audience: Audience): boolean => audience.length === 2 && audience !== generalSecretariat

const shareOf = ({ sharedWith = [] }: Pick<RequestView, 'sharedWith'>, audience: Audience): Share | undefined =>
  sharedWith.find(share => audienceOf(share.with) === audience)

/** How much of a request that is among an audience's own it may see. */
export const extentFor = (audience: Audience, view: RequestView): ShareExtent =>
  isParty(audience) ? 'history' : (shareOf(view, audience)?.extent ?? 'standing')

/** A request as an audience may see it: who else it is shared with is for its parties, and where a unit sees how it stands, the names of who proposed something are not for it. */
export function seenBy(audience: Audience, view: RequestView): RequestView {
  if (isParty(audience)) return view
  const share = shareOf(view, audience)
  const { sharedWith: _all, ...rest } = view
  return { ...rest, ...(share ? { sharedWith: [share] } : {}), ...(share?.extent === 'history' ? {} : { proposals: [] }) }
}

/** Who sees a request beside its parties. */
export const sharedFor = ({ sharedWith }: Shared): readonly Audience[] => sharedWith.map(share => audienceOf(share.with))

/** Who sees all that its parties see. */
export const wholeFor = ({ sharedWith }: Shared): readonly Audience[] =>
  sharedWith.filter(({ extent }) => extent === 'history').map(share => audienceOf(share.with))

interface Shared {
  readonly sharedWith: readonly Share[]
}
