/** Who asks, who is asked, and where money goes on to. */
export const requester = 'SG'
export const beneficiary = 'TL'
export const onward = 'AE'
export const countries = [requester, beneficiary, onward] as const
