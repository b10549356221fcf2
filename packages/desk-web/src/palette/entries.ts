import type { RequestView } from '@holdfast/schemas'
import type { Translate } from '../locales/index.ts'
import type { PageWorkflow } from '../workflow/page-workflow.ts'

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

const caseHref = ({ requestingCountry, caseReference }: Pick<RequestView, 'requestingCountry' | 'caseReference'>): string =>
  `/cases/${requestingCountry}/${encodeURIComponent(caseReference)}`

/** How a request is listed. */
export const requestEntry = (request: RequestView, countriesOf: PageWorkflow['countriesOf'], t: Translate): Omit<Entry, 'id'> => ({
  href: `/requests/${request.requestId}`,
  name: t('request.title', { reference: request.caseReference }),
  detail: [request.requestId.slice(0, 8), ...countriesOf(request)].join(' · '),
})

/** Requests that the engine found, and each case of them once, before them. */
export function foundEntries(requests: readonly RequestView[], countriesOf: PageWorkflow['countriesOf'], t: Translate): readonly Entry[] {
  const cases = new Map(requests.map(request => [caseHref(request), request]))
  return [
    ...[...cases].map(([href, { caseReference, requestingCountry }]) => ({
      id: href,
      href,
      name: t('case.title', { reference: caseReference }),
      detail: requestingCountry,
    })),
    ...requests.map(request => ({ id: request.requestId, ...requestEntry(request, countriesOf, t) })),
  ]
}
