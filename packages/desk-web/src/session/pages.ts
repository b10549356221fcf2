import { secretariat } from '../components/instant.tsx'
import type { Words } from '../words/index.ts'

/** The pages that one goes to by name, or by two keys. */
const pages = {
  board: { path: '/', keys: 'g b' },
  inbox: { path: '/inbox', keys: 'g i' },
  now: { path: '/now', keys: 'g n' },
} as const

/** The one that is first is where the reader begins. A unit has its board alone: what is shared with it. The General Secretariat has the figures of all, what is shared with it, and no desk whose work there would be. */
const pagesOf = { desk: ['board', 'inbox', 'now'], unit: ['board'], secretariat: ['now', 'board'] } as const

export interface PageReader {
  readonly country?: string | undefined
  readonly unit?: string | undefined
}

const kindOf = ({ country, unit }: PageReader) => (unit ? 'unit' : country === secretariat ? 'secretariat' : 'desk')

/** What there is for who reads, by the names that stand in the menu. */
export function pagesFor(reader: PageReader, words: Words) {
  const kind = kindOf(reader)
  const names = { board: kind === 'desk' ? words.board : words.sharing.withUnit, inbox: words.work.title, now: words.now.name }
  return pagesOf[kind].map(name => ({ ...pages[name], name: names[name] }))
}

export const firstPageOf = (reader: PageReader) => pages[pagesOf[kindOf(reader)][0]].path
