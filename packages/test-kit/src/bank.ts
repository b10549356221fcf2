import { developmentToken } from '@holdfast/trust'
import type { Engine } from './engine.ts'
import { type Institution, type InstitutionOptions, type InstitutionPerson, startInstitution } from './institution.ts'
import { createKeptTokens } from './kept-tokens.ts'

/** How a bank behaves, and where it is. */
export interface BankPolicy extends Pick<InstitutionOptions, 'plan' | 'now' | 'remembered' | 'onOrder'> {
  /** Default: Timor-Leste. */
  readonly country?: string
  /** The name of a person of it. A return needs both persons (V17). Default: `first` and `second`. */
  readonly nameOf?: (person: InstitutionPerson) => string
}

/** The institutions of a country at a running engine. Without a policy they acknowledge, hold everything, and return it all. */
export function startBank(
  { streams, dataDir }: Pick<Engine, 'streams' | 'dataDir'>,
  { country = 'TL', nameOf = person => person, ...policy }: BankPolicy = {},
): Promise<Institution> {
  const { now } = policy
  const kept = createKeptTokens(dataDir)
  const token = (person: InstitutionPerson): Promise<string> => {
    const holder = { country, role: 'institution', person: nameOf(person) } as const
    return now ? developmentToken(dataDir, { ...holder, now: now() }) : kept(holder)
  }
  return startInstitution({ streams, country, token, ...policy })
}
