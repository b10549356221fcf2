import { secretariat } from '../components/instant.tsx'
import type { Translate } from '../locales/index.ts'

/** Pages with a name in the menu or with two keys. */
const pages = {
  board: { path: '/', keys: 'g b' },
  inbox: { path: '/inbox', keys: 'g i' },
  now: { path: '/now', keys: 'g n' },
} as const

/**
 * The first page is the start page. A unit has only its board of shared requests. The General Secretariat has the
 * figures of all countries and shared requests, but no desk work.
 */
const pagesOf = { desk: ['board', 'inbox', 'now'], unit: ['board'], secretariat: ['now', 'board'] } as const

export interface PageReader {
  readonly country?: string | undefined
  readonly unit?: string | undefined
}

const kindOf = ({ country, unit }: PageReader) => (unit ? 'unit' : country === secretariat ? 'secretariat' : 'desk')

/** The pages for this reader, by their names in the menu. */
export function pagesFor(reader: PageReader, t: Translate) {
  const kind = kindOf(reader)
  const names = { board: kind === 'desk' ? t('board') : t('sharing.withUnit'), inbox: t('work.title'), now: t('now.name') }
  return pagesOf[kind].map(name => ({ ...pages[name], name: names[name] }))
}

export const firstPageOf = (reader: PageReader) => pages[pagesOf[kindOf(reader)][0]].path
