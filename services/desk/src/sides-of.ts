import type { Audience, Fact, Share } from '@holdfast/schemas'
import { wholeFor } from './sharing/audience.ts'

/** Who sees a fact: the countries with a part in it, which are two but for a request of a country to itself, until the rules have closed it; and who the whole request is shared with. */
export const sidesOf = (
  fact: Pick<Fact, 'requestingcountry' | 'beneficiarycountry'>,
  standing: { readonly sharedWith: readonly Share[] },
): Set<Audience> => new Set([fact.requestingcountry, fact.beneficiarycountry, ...wholeFor(standing)])
