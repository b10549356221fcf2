import { createContext, use } from 'react'
import { en, type Words } from './en.ts'

/** Each language is a file of its own, fetched when it is wanted. A word that is missing in one of them does not compile. */
const languages = {
  en: async () => en as Words,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  ar: async () => (await import('./ar.ts')).ar,
}
export type Language = keyof typeof languages
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', es: 'Español', ar: 'العربية' }

export const loadWords = (language: Language): Promise<Words> => languages[language]()

/** The first of the browser's languages that this page has. */
export const preferredLanguage = (wanted: readonly string[]): Language =>
  wanted.map(tag => tag.slice(0, 2).toLowerCase()).find((tag): tag is Language => tag in languages) ?? 'en'

export const WordsContext = createContext<Words>(en)
export const useWords = (): Words => use(WordsContext)
export type { Words }
