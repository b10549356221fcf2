import { isPseudonymous, personOf, shortPseudonym } from '@holdfast/schemas/actor-names'
import { createContext, use } from 'react'
import { useTranslate } from '../locales/index.ts'
import { CountryName } from './instant.tsx'

/** Names of actors by their pseudonym, from the shown facts (`namesOfPseudonyms`). */
export const NamesOfActors = createContext((actor: string): string => actor)

/**
 * Who said it: `SG/officer/a.tan` as a person of a country, `holdfast/clock/ledger` as the part of the engine. Some
 * digits distinguish actors that can't be named any more.
 */
export function ActorName({ actor: said }: { readonly actor: string }) {
  const t = useTranslate()
  const actor = use(NamesOfActors)(said)
  const [country = '', role = ''] = actor.split('/')
  const word = t.find(`roles.${role}`) ?? role
  if (country === 'holdfast') return <span>{word}</span>
  return (
    <span>
      <bdi>{isPseudonymous(actor) ? shortPseudonym(actor) : personOf(actor)}</bdi> · {word} · <CountryName code={country} long />
    </span>
  )
}
