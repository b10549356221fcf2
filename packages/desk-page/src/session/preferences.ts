import { useSyncExternalStore } from 'react'
import { type Language, preferredLanguage } from '../words/index.ts'

/** How a person likes the page; kept in this browser, and nothing of any request is. */
export interface Preferences {
  readonly language: Language
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'roomy' | 'dense'
  readonly singleKeys: boolean
}

const key = 'holdfast-preferences'
const defaults = (): Preferences => ({
  language: preferredLanguage(navigator.languages),
  theme: 'system',
  density: 'roomy',
  singleKeys: true,
})

function read(): Preferences {
  try {
    return { ...defaults(), ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>) }
  } catch {
    return defaults()
  }
}

let current = read()
const listeners = new Set<() => void>()

export const usePreferences = (): Preferences =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  localStorage.setItem(key, JSON.stringify(current))
  for (const listener of listeners) listener()
}
