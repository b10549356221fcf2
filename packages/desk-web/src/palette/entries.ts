import type { RequestView } from '@holdfast/schemas'

/** Something to go to. */
export interface Entry {
  readonly id: string
  readonly href: string
  readonly name: string
  /** What else tells it from others, such as its number or keys. */
  readonly detail?: string
}

const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Those in whose name each word of what was typed begins a word; all of them where nothing was. */
export function matching(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = folded(typed).split(/\s+/).filter(Boolean)
  return entries.filter(({ name, detail = '' }) => {
    const words = folded(`${name} ${detail}`).split(/[^\p{L}\p{N}]+/u)
    return wanted.every(each => words.some(word => word.startsWith(each)))
  })
}

export const requestHref = (requestId: string): string => `/requests/${requestId}`
const caseHref = ({ requestingCountry, caseReference }: Pick<RequestView, 'requestingCountry' | 'caseReference'>): string =>
  `/cases/${requestingCountry}/${encodeURIComponent(caseReference)}`

interface FoundWords {
  theCase(reference: string): string
  theRequest(reference: string): string
}

/** Requests that the engine found, and each case of them once, before them. */
export function foundEntries(requests: readonly RequestView[], { theCase, theRequest }: FoundWords): readonly Entry[] {
  const cases = new Map(requests.map(request => [caseHref(request), request]))
  return [
    ...[...cases].map(([href, { caseReference, requestingCountry }]) => ({
      id: href,
      href,
      name: theCase(caseReference),
      detail: requestingCountry,
    })),
    ...requests.map(({ requestId, caseReference, requestingCountry, beneficiaryCountry }) => ({
      id: requestId,
      href: requestHref(requestId),
      name: theRequest(caseReference),
      detail: `${requestId.slice(0, 8)} · ${requestingCountry} · ${beneficiaryCountry}`,
    })),
  ]
}
