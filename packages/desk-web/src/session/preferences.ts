import { type Language, preferredLanguage } from '../words/index.ts'
import { createStored } from './stored.ts'

/** How a person likes the page; kept in this browser, and nothing of any request is. */
export interface Preferences {
  readonly language: Language
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'roomy' | 'dense'
  readonly singleKeys: boolean
}

const stored = createStored('holdfast-preferences', (text): Preferences => {
  const defaults = { language: preferredLanguage(navigator.languages), theme: 'system', density: 'roomy', singleKeys: true } as const
  try {
    return { ...defaults, ...(JSON.parse(text ?? '{}') as Partial<Preferences>) }
  } catch {
    return defaults
  }
})

export const usePreferences = stored.use
export const prefer = (change: Partial<Preferences>): void => stored.change(before => ({ ...before, ...change }))
