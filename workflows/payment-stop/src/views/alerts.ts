import { isRefusedCommand, type LedgerFact, type RefusedCommand } from '@holdfast/schemas'
import type { PaymentStopAlert } from '../language/index.ts'
import { type AlertText, type Fact, factKindOf, isKnownFact, type RefusedStopCommand } from '../language/index.ts'
import { alertOf, alertOfRefusal } from '../lifecycle/alert.ts'

/** Without the case reference, which readers know from the request. */
type AlertOfCountry = Omit<PaymentStopAlert, 'caseReference'>

/**
 * The alerts of a fact or of a late answer that was refused, by country. A request can name one country twice, until
 * the rules have closed it.
 */
export function alertsOf(record: LedgerFact | RefusedCommand): Map<string, AlertOfCountry> {
  const alerts = new Map<string, AlertOfCountry>()
  if (!isRefusedCommand(record) && !isKnownFact(record)) return alerts
  const entry = record as Fact | RefusedStopCommand
  const { requester, beneficiary } = isRefusedCommand(entry) ? alertOfRefusal(entry) : alertOf(entry)
  const alert = (country: string, text: AlertText) =>
    alerts.set(country, {
      requestId: entry.subject,
      requestingCountry: entry.requestingcountry,
      beneficiaryCountry: entry.beneficiarycountry,
      ...(isRefusedCommand(entry)
        ? { fact: 'CommandRefused' as const, sequence: entry.aftersequence }
        : { fact: factKindOf(entry), sequence: entry.sequence }),
      phase: entry.phase,
      time: entry.time,
      ...text,
    })
  if (beneficiary) alert(entry.beneficiarycountry, beneficiary)
  if (requester) alert(entry.requestingcountry, requester)
  return alerts
}
