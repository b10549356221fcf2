import type { SharedUnit } from '@holdfast/schemas'
import { useTranslate } from '../locales/index.ts'
import { CountryName } from './instant.tsx'

/** A specialised unit of a country, or the General Secretariat, which has no country. */
export function UnitName({ unit: { country, unit } }: { readonly unit: SharedUnit }) {
  const t = useTranslate()
  if (unit === 'generalSecretariat') return t('codes.generalSecretariat')
  return (
    <>
      <CountryName code={country} long />, {t(`codes.${unit}`)}
    </>
  )
}
