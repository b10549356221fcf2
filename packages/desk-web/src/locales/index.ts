import { createContext, use } from 'react'
import { type Translate, translateToEnglish } from './translate.ts'

export const TranslateContext = createContext<Translate>(translateToEnglish)
export const useTranslate = (): Translate => use(TranslateContext)
export {
  type Language,
  languageNames,
  loadTranslate,
  type NamesIn,
  preferredLanguage,
  type Translate,
} from './translate.ts'
