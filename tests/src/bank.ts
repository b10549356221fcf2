import { type Institution, type InstitutionOptions, startInstitution } from '@holdfast/test-kit/institution'
import { type Engine, tokenOf } from './engine.ts'

/** The institutions of Timor-Leste at a running engine, with a person each for the two words that a return needs (V17). Answers as `returnsEverything` does unless it is given a plan. */
export async function startBank(
  engine: Pick<Engine, 'streams' | 'dataDir'>,
  options: Pick<InstitutionOptions, 'plan' | 'onOrder'> = {},
): Promise<Institution> {
  const tokens = {
    first: await tokenOf(engine, ['TL', 'institution', 'first']),
    second: await tokenOf(engine, ['TL', 'institution', 'second']),
  }
  return startInstitution({ streams: engine.streams, country: 'TL', token: async person => tokens[person], ...options })
}
