import { type BoardSearch, readBoardSearch } from './board-search.ts'

/** A board as somebody wants to come back to it. What is searched for is not in it: that may name a person, and nothing of any request is kept in a browser. */
export interface SavedView {
  readonly name: string
  readonly search: Omit<BoardSearch, 'q'>
}

/** The views of each person who works at this browser, by `SG/officer/a.tan`. */
export type StoredViews = Readonly<Record<string, readonly SavedView[]>>

export const nameLengthMax = 40
/** As many as are found in a row at a glance. */
export const viewsMax = 20

/** What was kept, however it was changed meanwhile: what can not be used is left out. */
export function readKept(text: string | null): StoredViews {
  try {
    const kept: unknown = JSON.parse(text ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    return Object.fromEntries(Object.entries(kept).map(([who, views]) => [who, Array.isArray(views) ? views.flatMap(readView) : []]))
  } catch {
    return {}
  }
}

function readView(view: unknown): SavedView[] {
  const { name, search } = (view ?? {}) as { readonly name?: unknown; readonly search?: unknown }
  return typeof name === 'string' && name !== '' && typeof search === 'object' && search !== null
    ? [{ name: name.slice(0, nameLengthMax), search: withoutSearch(readBoardSearch(search as Record<string, unknown>)) }]
    : []
}

export function withoutSearch({ q: _q, ...search }: BoardSearch): SavedView['search'] {
  return search
}

/** One more view; one of the same name is replaced where it stands. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const at = views.findIndex(({ name }) => name === view.name)
  return at < 0 ? [...views, view].slice(-viewsMax) : views.with(at, view)
}

/** Under another name. One that has it already gives way. */
export const renamed = (views: readonly SavedView[], name: string, to: string): readonly SavedView[] =>
  views.filter(view => view.name === name || view.name !== to).map(view => (view.name === name ? { ...view, name: to } : view))

export const withoutView = (views: readonly SavedView[], name: string): readonly SavedView[] => views.filter(view => view.name !== name)
