import type { Agent, PartyOrAgent } from './parties.ts'

/** Characters 5 and 6 of a BIC. */
export const bicCountry = (bic: string | undefined): string | undefined => bic?.slice(4, 6)

const agentCountry = ({ bic, address }: Agent): string | undefined => bicCountry(bic) ?? address?.country

/** The country of a party or bank, if it states one. */
export const partyCountry = (either: PartyOrAgent | undefined): string | undefined => {
  if (!either) return undefined
  if ('agent' in either) return agentCountry(either.agent)
  const { country, organisation, address } = either.party
  return country ?? bicCountry(organisation?.anyBic) ?? address?.country
}
