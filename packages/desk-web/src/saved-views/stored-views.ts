import { type BoardSearch, readBoardSearch } from './board-search.ts'

/** A saved board. The search text is not stored: it may name a person, and the browser keeps nothing of a request. */
export interface SavedView {
  readonly name: string
  readonly search: Omit<BoardSearch, 'q'>
}

/** The views of each person who uses this browser, by `SG/officer/a.tan`. */
export type StoredViews = Readonly<Record<string, readonly SavedView[]>>

export const nameLengthMax = 40
/** As many as fit in a row. */
export const viewsMax = 20

/** Reads stored views. Invalid ones are left out. */
export function readKept(text: string | null): StoredViews {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (typeof parsed !== 'object' || parsed === null) return {}
    return Object.fromEntries(Object.entries(parsed).map(([who, views]) => [who, Array.isArray(views) ? views.flatMap(readView) : []]))
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

/** Adds a view, or replaces one with the same name at its position. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const at = views.findIndex(({ name }) => name === view.name)
  return at < 0 ? [...views, view].slice(-viewsMax) : views.with(at, view)
}

/** Renames a view, and replaces another one with that name. */
export const renamed = (views: readonly SavedView[], name: string, to: string): readonly SavedView[] =>
  views.filter(view => view.name === name || view.name !== to).map(view => (view.name === name ? { ...view, name: to } : view))

export const withoutView = (views: readonly SavedView[], name: string): readonly SavedView[] => views.filter(view => view.name !== name)
