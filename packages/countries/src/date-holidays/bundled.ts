import Holidays from 'date-holidays'

/**
 * The same as `on-demand.ts` for browsers, which have no `require`. A bundle with working days contains the library
 * (1.5 MB).
 */
export const loadLibrary = (): typeof Holidays => Holidays
