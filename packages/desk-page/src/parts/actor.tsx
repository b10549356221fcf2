import { useWords } from '../words/index.ts'
import { CountryName } from './instant.tsx'

/** Who said it: `SG/officer/a.tan` as a person of a country, `holdfast/clock/ledger` as the part of the engine. */
export function ActorName({ actor }: { readonly actor: string }) {
  const { roles } = useWords()
  const [country = '', role = '', person = ''] = actor.split('/')
  const word = (roles as Readonly<Record<string, string>>)[role] ?? role
  if (country === 'holdfast') return <span>{word}</span>
  return (
    <span>
      <bdi>{person}</bdi> · {word} · <CountryName code={country} long />
    </span>
  )
}
