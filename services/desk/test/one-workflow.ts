import { paymentStopDesk } from '../src/payment-stops/payment-stop-desk.ts'

/** A desk of payment stops only. */
export const paymentStopsOnly = { all: [paymentStopDesk], at: () => paymentStopDesk }
