import { useTranslate } from '../locales/index.ts'

/** Replaces erased personal data. */
export function Erased() {
  const t = useTranslate()
  return <span className="mark quiet">{t('work.field.erased')}</span>
}
