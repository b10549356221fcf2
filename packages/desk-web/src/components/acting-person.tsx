import type { SessionView } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { CountryName } from './instant.tsx'

/** Who somebody is here: a person, for what side or unit of which country, or who runs the engine. */
export function ActingPerson({ who }: { readonly who: SessionView }) {
  const words = useWords()
  return (
    <>
      {who.role === 'operator' ? (
        words.operations.role
      ) : (
        <>
          <CountryName code={who.country} long /> · {who.unit ? words.codes[who.unit] : words.roles[who.role]}
        </>
      )}{' '}
      · <bdi>{who.person}</bdi>
    </>
  )
}
