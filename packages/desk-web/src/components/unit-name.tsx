import type { SharedUnit } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { CountryName } from './instant.tsx'

/** A specialised unit of a country, or the General Secretariat, which is of none. */
export function UnitName({ unit: { country, unit } }: { readonly unit: SharedUnit }) {
  const { codes } = useWords()
  if (unit === 'generalSecretariat') return codes.generalSecretariat
  return (
    <>
      <CountryName code={country} long />, {codes[unit]}
    </>
  )
}
