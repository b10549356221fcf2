import Holidays from 'date-holidays'

/** What `on-demand.ts` gives, for a browser: it has no `require`, and whoever bundles working days has fetched the library (1.5 MB) with them. */
export const loadLibrary = (): typeof Holidays => Holidays
