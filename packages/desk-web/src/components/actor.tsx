import { isPseudonymous, personOf, shortPseudonym } from '@holdfast/schemas/actor-names'
import { createContext, use } from 'react'
import { useWords } from '../words/index.ts'
import { wordIn } from './codes.tsx'
import { CountryName } from './instant.tsx'

/** How an actor is called by whose mark a person is named: what the facts that are shown say (`namesOfPseudonyms`). */
export const NamesOfActors = createContext((actor: string): string => actor)

/** Who said it: `SG/officer/a.tan` as a person of a country, `holdfast/clock/ledger` as the part of the engine. Who can't be named any more is told from others by some digits. */
export function ActorName({ actor: said }: { readonly actor: string }) {
  const { roles } = useWords()
  const actor = use(NamesOfActors)(said)
  const [country = '', role = ''] = actor.split('/')
  const word = wordIn(roles, role)
  if (country === 'holdfast') return <span>{word}</span>
  return (
    <span>
      <bdi>{isPseudonymous(actor) ? shortPseudonym(actor) : personOf(actor)}</bdi> · {word} · <CountryName code={country} long />
    </span>
  )
}
