import { accepted, refused } from '@holdfast/schemas'
import type { FreezeBasis, Policy, TimerKind } from '../../src/language/index.ts'

const hourMs = 3_600_000
const later = (from: Date, hours: number): Date => new Date(from.getTime() + hours * hourMs)

/** All values differ, so that a test shows which one was used. */
export const timerHours: Readonly<Record<TimerKind, number>> = {
  verify: 4,
  verifyHard: 48,
  informationReminder: 24,
  informationDecision: 72,
  acknowledge: 0.5,
  acknowledgeEscalation: 1,
  interimAnswer: 14,
  execute: 25,
  executeHard: 49,
  confirmedHoldReview: 4320,
  consentAnswer: 360,
  returnPayment: 240,
  retention: 43_824,
}
/** The time to verify a payment that is older than three days. */
export const lateVerifyHours = 23

const standardHours: Readonly<Record<FreezeBasis, number>> = {
  VOLUNTARY: 72,
  FIU_SUSPENSION: 168,
  POLICE_ORDER: 168,
  PROSECUTOR: 168,
  COURT: 168,
}
const longestHours: Readonly<Record<FreezeBasis, number>> = {
  VOLUNTARY: 96,
  FIU_SUSPENSION: 720,
  POLICE_ORDER: 720,
  PROSECUTOR: 720,
  COURT: 720,
}
/** The limits of extensions: the step, the number and the total. */
const extension = { stepHours: 240, timesMax: 2, totalHours: 600 }
const warningHours = [24, 4]

/** The countries that freeze in these tests. A query for another one is a bug. */
const freezing: ReadonlySet<string> = new Set(['TL', 'MY'])
const known = (country: string): void => {
  if (!freezing.has(country)) throw new Error(`${country} freezes nothing here`)
}

/**
 * Fixed periods in hours, without calendars. Only a court can extend holds of the FIU or the police, twice and up to 25
 * days in total.
 */
export const policy: Policy = {
  defaultExpiry(country, basis, from) {
    known(country)
    return later(from, standardHours[basis])
  },
  latestExpiry(country, basis, from) {
    known(country)
    return later(from, longestHours[basis])
  },
  latestExtension(country, { basis, from, extendedTimes, expiresAt }, by) {
    known(country)
    if (!['FIU_SUSPENSION', 'POLICE_ORDER'].includes(basis)) return refused('basis')
    if (by !== 'COURT') return refused('order')
    if (extendedTimes >= extension.timesMax) return refused('times')
    const last = later(from, extension.totalHours)
    if (last <= expiresAt) return refused('total')
    const end = later(expiresAt, extension.stepHours)
    return accepted(end < last ? end : last)
  },
  dueAt(kind, country, from, executedAt) {
    known(country)
    const isLate = from.getTime() - Date.parse(executedAt) > 72 * hourMs
    return later(from, kind === 'verify' && isLate ? lateVerifyHours : timerHours[kind])
  },
  warningsOf(country, from, expiresAt) {
    known(country)
    return warningHours.map(hours => later(expiresAt, -hours)).filter(due => due > from)
  },
  hopsMax: 3,
  isReachable: country => country !== 'XX',
  personsNeedProof: () => false,
  findAnswerObstacle: () => undefined,
  // In yen, so that money in dollars needs an officer.
  standingPolicyFor: (country, currency) =>
    country === 'SG' && currency === 'JPY' ? { minimum: { currency, value: '300' }, childrenMax: 2 } : undefined,
}
