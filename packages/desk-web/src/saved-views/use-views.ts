import { createStored } from '../session/stored.ts'
import { useSession } from '../session/use-session.ts'
import { readKept, type SavedView } from './stored-views.ts'

const none: readonly SavedView[] = []
const stored = createStored('holdfast-views', readKept)

/** The saved views of the signed-in person, with functions to change them. */
export function useViews(): {
  readonly views: readonly SavedView[]
  change(to: (views: readonly SavedView[]) => readonly SavedView[]): void
} {
  const { data: who } = useSession()
  const views = stored.use()
  const name = who ? `${who.country}/${who.unit ?? who.role}/${who.person}` : ''
  return {
    views: views[name] ?? none,
    change(to) {
      if (name !== '') stored.change(before => ({ ...before, [name]: to(before[name] ?? none) }))
    },
  }
}
