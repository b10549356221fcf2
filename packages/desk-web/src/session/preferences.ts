import { type Language, preferredLanguage } from '../locales/index.ts'
import { createStored } from './stored.ts'

/** Preferences of a person, stored in this browser; nothing of a request is. */
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
