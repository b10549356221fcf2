import type { PaymentStopAlert } from '@holdfast/payment-stop/language'

/** The countries of an alert, such as `SG → TL`. */
export const describeParties = ({ requestingCountry, beneficiaryCountry }: PaymentStopAlert): string =>
  `${requestingCountry} → ${beneficiaryCountry}`
