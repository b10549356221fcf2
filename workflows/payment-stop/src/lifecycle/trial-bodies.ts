import { type Encryptable, type EncryptedData, shareExtents, specialUnits } from '@holdfast/schemas'
import {
  type CommandBody,
  type CommandKind,
  commandExamples,
  correctableAnswers,
  type FreezeRequest,
  freezeBasisSchema,
  type Money,
} from '../language/index.ts'
import { minorOf, moneyOf } from './amounts.ts'
import type { RequestSnapshot } from './snapshot.ts'

/**
 * Minimal valid data to try a command on a request: several samples if one may be legal and another not. A refusal of the
 * first sample is then due to the state, the role or the person.
 * @param asking the current document of the request, and its encrypted field.
 */
export function trialBodies(
  kind: CommandKind,
  { state: { context }, sequence, sharedWith }: RequestSnapshot,
  { document, encrypted }: { readonly document: FreezeRequest; readonly encrypted?: EncryptedData | undefined },
): readonly unknown[] {
  const amount = leastOf(context.document.currency)
  const reportsWith = (isOpen: (declined: boolean) => boolean) => {
    const open = context.movedOnward.filter(({ proposed }) => proposed && isOpen(proposed.declined)).map(({ report }) => report)
    return (open.length > 0 ? open : [context.movedOnward.at(-1)?.report ?? sequence]).map(report => ({ report }))
  }
  switch (kind) {
    case 'ProvideInformation':
      return [
        { note: 'An answer' },
        { request: document, ...(encrypted ? { encrypted } : {}) },
      ] satisfies (CommandBody<'ProvideInformation'> & Encryptable)[]
    case 'ReportFreeze':
      return [{ amount, basis: 'VOLUNTARY' }] satisfies CommandBody<'ReportFreeze'>[]
    case 'ReportNotFound':
      return [{ reason: 'AC04' }, { reason: 'NOOR' }] satisfies CommandBody<'ReportNotFound'>[]
    case 'ReportMovedOnward':
      return [{ amount, country: context.beneficiaryCountry }] satisfies CommandBody<'ReportMovedOnward'>[]
    case 'ReportReturn':
      return [{ amount, reference: 'A return' }] satisfies CommandBody<'ReportReturn'>[]
    case 'ExtendFreeze':
      // The law decides on which basis a hold can be extended.
      return freezeBasisSchema.options.map(basis => ({ ...commandExamples.ExtendFreeze, basis }))
    case 'FollowOnward':
      return reportsWith(() => true)
    case 'DeclineOnward':
      return reportsWith(declined => !declined).map(report => ({ ...report, reason: 'Its requester says so' }))
    case 'CorrectAnswer':
      return correctableAnswers.map(corrects => ({ ...commandExamples.CorrectAnswer, corrects }))
    case 'ShareRequest': {
      // One country may share with its own units, the other with any. An existing share is not repeated.
      const units = [context.requestingCountry, context.beneficiaryCountry].flatMap(country =>
        specialUnits.map(unit => ({ country, unit })),
      )
      return units.flatMap(unit => shareExtents.map(extent => ({ ...commandExamples.ShareRequest, with: unit, extent })))
    }
    case 'WithdrawShare':
      return (sharedWith.length > 0 ? sharedWith : [{ share: sequence }]).map(({ share }) => ({ ...commandExamples.WithdrawShare, share }))
    default:
      return [commandExamples[kind] ?? {}]
  }
}

/** The smallest amount in a currency; one unit if the currency is invalid, where no money can be frozen. */
const leastOf = (currency: string): Money =>
  minorOf({ currency, value: '1' }) === undefined ? { currency, value: '1' } : moneyOf(currency, '1')
