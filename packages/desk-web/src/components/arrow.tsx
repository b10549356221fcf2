import { useTranslate } from '../locales/index.ts'

/** An arrow from one country to the other, in reading direction. */
export function Arrow() {
  const t = useTranslate()
  return <span aria-hidden="true">{t.direction === 'rtl' ? '←' : '→'}</span>
}
