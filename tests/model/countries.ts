import { createPolicy, loadProfiles, type ProfileFile } from '@holdfast/payment-stop/law'

/** The requesting country of every request here. */
export const requestingCountry = 'SG'

/**
 * The beneficiary country of every request, except those that one officer approves: its behaviour follows from its
 * profile.
 */
export const trustingCountry = 'TL'
export const oneOfficerCountry = 'TH'

/**
 * The profiles of the engine under test: a country that extends holds, which few do, and one where one officer is
 * enough.
 */
export const profileFile: ProfileFile = {
  countries: {
    [trustingCountry]: {
      extensions: {
        VOLUNTARY: { step: { length: 1, unit: 'calendarDays' }, timesMax: 1, by: 'COURT', source: 'for the model' },
      },
    },
    [oneOfficerCountry]: { verification: 'oneOfficer' },
  },
}

/** The same policy as the engine's: other tests cover its arithmetic of days; here both use it. */
export const policy = createPolicy(loadProfiles(profileFile))
