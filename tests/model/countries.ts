import { createPolicy, loadProfiles, type ProfileFile } from '@holdfast/profiles'

/** Who sends every request here. */
export const requestingCountry = 'SG'

/** Where every request goes, but for those that one officer approves: what a country does is its profile's, not the request's. */
export const trustingCountry = 'TL'
export const oneOfficerCountry = 'TH'

/** What the engine under test is given as its profile file: a country that extends, which few do, and one where one officer is enough. */
export const profileFile: ProfileFile = {
  countries: {
    [trustingCountry]: {
      extensions: {
        VOLUNTARY: { step: { length: 1, unit: 'calendarDays' }, timesMax: 1, by: 'COURT', source: 'so that there is one to walk' },
      },
    },
    [oneOfficerCountry]: { verification: 'oneOfficer' },
  },
}

/** The same policy as the engine's: its arithmetic of days is tested elsewhere, here it is what both sides count by. */
export const policy = createPolicy(loadProfiles(profileFile))
