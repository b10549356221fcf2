import type { PaymentStopView } from '@holdfast/payment-stop/language'

/** The name of a request in the story: its case, and for a child request also its hop: `SG-4741/1`. */
export const nameOf = ({ caseReference, parent }: PaymentStopView): string => (parent ? `${caseReference}/${parent.hop}` : caseReference)
