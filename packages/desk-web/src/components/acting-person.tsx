import type { SessionView } from '@holdfast/schemas'
import { useTranslate } from '../locales/index.ts'
import { CountryName } from './instant.tsx'

/** The signed-in person, with role or unit and country, or as operator. */
export function ActingPerson({ who }: { readonly who: SessionView }) {
  const t = useTranslate()
  return (
    <>
      {who.role === 'operator' ? (
        t('operations.role')
      ) : (
        <>
          <CountryName code={who.country} long /> · {who.unit ? t(`codes.${who.unit}`) : t(`roles.${who.role}`)}
        </>
      )}{' '}
      · <bdi>{who.person}</bdi>
    </>
  )
}
