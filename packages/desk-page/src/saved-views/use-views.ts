import { useSyncExternalStore } from 'react'
import { useSession } from '../session/use-session.ts'
import { readKept, type SavedView } from './kept-views.ts'

const key = 'holdfast-views'
const none: readonly SavedView[] = []

let current = readKept(localStorage.getItem(key))
const listeners = new Set<() => void>()
const tell = (): void => {
  for (const listener of listeners) listener()
}
// Of another tab.
addEventListener('storage', event => {
  if (event.key !== key) return
  current = readKept(event.newValue)
  tell()
})

/** The saved views of who is signed in, and how to change them. */
export function useViews(): {
  readonly views: readonly SavedView[]
  change(to: (views: readonly SavedView[]) => readonly SavedView[]): void
} {
  const { data: who } = useSession()
  const kept = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
  const name = who ? `${who.country}/${who.unit ?? who.role}/${who.person}` : ''
  return {
    views: kept[name] ?? none,
    change(to) {
      if (name === '') return
      current = { ...current, [name]: to(current[name] ?? none) }
      localStorage.setItem(key, JSON.stringify(current))
      tell()
    },
  }
}
