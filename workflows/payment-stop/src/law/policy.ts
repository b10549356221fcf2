import { endOf, isReachable } from '@holdfast/countries'
import { accepted, refused } from '@holdfast/schemas'
import type { Policy } from '../language/index.ts'
import { loadProfiles, type Profiles } from './profiles.ts'
import { dueAtOf } from './timers.ts'
import { warningsOf } from './warnings.ts'

/** The part of a policy that the registry of members decides. */
export type RegistryPolicy = Pick<Policy, 'personsNeedProof' | 'findAnswerObstacle'>

const noRegistry: RegistryPolicy = { personsNeedProof: () => false, findAnswerObstacle: () => undefined }

/**
 * A policy from profiles. It has no clock, so the same arguments give the same answer.
 * @param registry decides on proofs and institutions. Without it, the keys of a country vouch for its persons and institutions.
 */
export function createPolicy(profiles: Profiles, registry: RegistryPolicy = noRegistry): Policy {
  const latestExpiry: Policy['latestExpiry'] = (country, basis, from) => {
    const { holds, calendar } = profiles.of(country)
    return endOf(holds[basis].longest, from, calendar)
  }
  return {
    latestExpiry,
    defaultExpiry(country, basis, from) {
      const { holds, calendar } = profiles.of(country)
      const standard = endOf(holds[basis].standard, from, calendar)
      // The two periods can have different units, and a profile file can set either. The shorter one is safe.
      return new Date(Math.min(standard.getTime(), latestExpiry(country, basis, from).getTime()))
    },
    latestExtension(country, hold, by) {
      const { extensions, calendar } = profiles.of(country)
      const rule = extensions[hold.basis]
      if (!rule) return refused('basis')
      if (rule.by !== by) return refused('order')
      if (hold.extendedTimes >= (rule.timesMax ?? Number.POSITIVE_INFINITY)) return refused('times')
      const end = endOf(rule.step, hold.expiresAt, calendar)
      if (!rule.total) return accepted(end)
      const last = endOf(rule.total, hold.from, calendar)
      if (last <= hold.expiresAt) return refused('total')
      return accepted(end < last ? end : last)
    },
    dueAt(kind, country, from, executedAt) {
      const { timers, calendar } = profiles.of(country)
      return dueAtOf(timers[kind], calendar, from, executedAt)
    },
    warningsOf: (country, from, expiresAt) => warningsOf(profiles.of(country).holdWarnings, from, expiresAt),
    hopsMax: profiles.hopsMax,
    standingPolicyFor(requestingCountry, currency) {
      const agreed = profiles.of(requestingCountry).followOnward
      const minimum = agreed?.minimums.find(each => each.currency === currency)
      return agreed && minimum && { minimum, childrenMax: agreed.childrenMax }
    },
    isReachable,
    ...registry,
  }
}

/** The default policy, without a profile file. */
export const holdPolicy = createPolicy(loadProfiles())
