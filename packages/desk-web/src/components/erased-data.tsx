import { useTranslate } from '../locales/index.ts'

/** Replaces erased free text. */
export function ErasedData() {
  const t = useTranslate()
  return <span className="quiet">{t('erasedData')}</span>
}
