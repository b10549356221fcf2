/** The requesting countries, the beneficiary countries, and where money moves onward to. */
export const requester = 'SG'
export const beneficiary = 'TL'
export const onward = 'AE'
export const countries = [requester, beneficiary, onward] as const
