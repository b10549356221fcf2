import type { RequestView } from '@holdfast/schemas'
import type { Translate } from '../locales/index.ts'

/** An entry of the command palette. */
export interface Entry {
  readonly id: string
  readonly href: string
  readonly name: string
  /** Distinguishes the entry, for example by number or keys. */
  readonly detail?: string
}

const comparable = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Entries in whose name each typed word starts a word; all of them without a text. */
export function matching(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = comparable(typed).split(/\s+/).filter(Boolean)
  return entries.filter(({ name, detail = '' }) => {
    const words = comparable(`${name} ${detail}`).split(/[^\p{L}\p{N}]+/u)
    return wanted.every(each => words.some(word => word.startsWith(each)))
  })
}

export const requestHref = (requestId: string): string => `/requests/${requestId}`
const caseHref = ({ requestingCountry, caseReference }: Pick<RequestView, 'requestingCountry' | 'caseReference'>): string =>
  `/cases/${requestingCountry}/${encodeURIComponent(caseReference)}`

/** Requests that the engine found, and each case of them once, before them. */
export function foundEntries(requests: readonly RequestView[], t: Translate): readonly Entry[] {
  const cases = new Map(requests.map(request => [caseHref(request), request]))
  return [
    ...[...cases].map(([href, { caseReference, requestingCountry }]) => ({
      id: href,
      href,
      name: t('case.title', { reference: caseReference }),
      detail: requestingCountry,
    })),
    ...requests.map(({ requestId, caseReference, requestingCountry, beneficiaryCountry }) => ({
      id: requestId,
      href: requestHref(requestId),
      name: t('request.title', { reference: caseReference }),
      detail: `${requestId.slice(0, 8)} · ${requestingCountry} · ${beneficiaryCountry}`,
    })),
  ]
}
