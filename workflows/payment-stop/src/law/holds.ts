import { calendarDays, hours, type Period, periodSchema, workingDays } from '@holdfast/countries'
import { textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { type FreezeBasis, freezeBasisSchema } from '../language/index.ts'

/** The default period of a hold on one basis, and the longest that the institution may name. */
export const holdRuleSchema = z.strictObject({
  standard: periodSchema,
  longest: periodSchema,
  source: textSchema(1, 200),
})
export type HoldRule = z.output<typeof holdRuleSchema>

export const holdRulesSchema = z.partialRecord(freezeBasisSchema, holdRuleSchema)
export type HoldRules = z.output<typeof holdRulesSchema>

const exactly = (period: Period, source: string): HoldRule => ({ standard: period, longest: period, source })

const unlisted = 'no period known for this country: a week, as banks want an order by then'

/** For every country and basis that `holdsByCountry` does not have. */
export const fallbackHolds: Readonly<Record<FreezeBasis, HoldRule>> = {
  VOLUNTARY: {
    standard: hours(72),
    longest: calendarDays(7),
    source: 'practice of FBI and banks: no order is needed for days, one is expected within a week',
  },
  FIU_SUSPENSION: exactly(calendarDays(7), unlisted),
  POLICE_ORDER: exactly(calendarDays(7), unlisted),
  PROSECUTOR: exactly(calendarDays(7), unlisted),
  // A court sets the period itself. Otherwise a week leaves time to ask; half a year is the review period of confirmed
  // holds.
  COURT: { standard: calendarDays(7), longest: calendarDays(180), source: `${unlisted}; longest after the United Kingdom's six months` },
}

const europeanUnion: HoldRules = {
  // An FIU suspends a transaction for up to 10 working days and an account for up to 5. The shorter one is safe for
  // both.
  FIU_SUSPENSION: { standard: workingDays(5), longest: workingDays(10), source: 'Directive (EU) 2024/1640 Art. 24' },
}

export const europeanUnionCountries = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')

/** Hold periods by freezing country, if they are known to differ from the fallback (V20). */
export const holdsByCountry: ReadonlyMap<string, HoldRules> = new Map<string, HoldRules>([
  ...europeanUnionCountries.map(country => [country, europeanUnion] as const),
  [
    'GB',
    {
      VOLUNTARY: {
        standard: hours(72),
        longest: workingDays(4),
        source: 'Payment Services Regulations as amended 2024, FCA FG24/6: end of the 4th business day',
      },
      // No reply within the first period means consent, so the moratorium as an end requires a refusal.
      FIU_SUSPENSION: {
        standard: workingDays(7),
        longest: calendarDays(31),
        source: 'Proceeds of Crime Act 2002: 7 working days for a reply, moratorium 31 days',
      },
      COURT: {
        standard: calendarDays(31),
        longest: calendarDays(186),
        source: 'Proceeds of Crime Act 2002: extensions of 31 days, six months in all',
      },
    },
  ],
  ['CH', { FIU_SUSPENSION: exactly(workingDays(5), 'Anti-Money Laundering Act (SR 955.0) Art. 10') }],
  ['AE', { FIU_SUSPENSION: exactly(workingDays(7), 'order of the Central Bank Governor at the request of the FIU; silence lifts it') }],
  ['ZM', { FIU_SUSPENSION: exactly(calendarDays(15), 'Financial Intelligence Centre: 15 days; the holder may go to a judge after 72 h') }],
  [
    'TH',
    {
      VOLUNTARY: {
        standard: hours(72),
        longest: calendarDays(7),
        source: 'technology crime decree 2023: 72 h to complain; 7 days on own suspicion',
      },
      POLICE_ORDER: exactly(calendarDays(7), 'technology crime decree 2023: police decide within 7 days'),
    },
  ],
  [
    'PH',
    {
      VOLUNTARY: {
        standard: hours(72),
        longest: calendarDays(30),
        source: 'AFASA (RA 12010) sec. 7: temporary hold, at most 30 calendar days',
      },
      FIU_SUSPENSION: exactly(calendarDays(30), 'AFASA (RA 12010) sec. 7: at most 30 calendar days unless a court extends it'),
      POLICE_ORDER: exactly(calendarDays(30), 'AFASA (RA 12010) sec. 7: at most 30 calendar days unless a court extends it'),
      PROSECUTOR: exactly(calendarDays(30), 'AFASA (RA 12010) sec. 7: at most 30 calendar days unless a court extends it'),
    },
  ],
  ['SG', { POLICE_ORDER: exactly(calendarDays(30), 'restriction order: 30 days, extended by 30 days up to five times') }],
  [
    'MY',
    {
      POLICE_ORDER: exactly(calendarDays(365), 'AMLA sec. 44, 50: ends after 12 months without a charge'),
      PROSECUTOR: exactly(calendarDays(365), 'AMLA sec. 44, 50: ends after 12 months without a charge'),
    },
  ],
  ['BR', { VOLUNTARY: { standard: hours(72), longest: calendarDays(7), source: 'Pix MED: held 72 h, analysis within 7 days' } }],
  ['IN', { VOLUNTARY: exactly(hours(48), 'CFCFRMS (1930): a bank holds for the first 48 h') }],
])
