import type {
  authorisationSchema,
  ChildlessReason,
  commandBodies,
  FreezeBasis,
  InterimReason,
  RejectionCode,
  railSchema,
  releaseReasonSchema,
  returnBasisSchema,
  typologySchema,
  unrecoveredReasonSchema,
} from '@holdfast/payment-stop/language'
import type { SharedUnit, ShareExtent } from '@holdfast/schemas'

type Of<S extends { readonly options: readonly string[] }> = S['options'][number]

/** Every code that the page shows with a text. Some mean the same in several lists, with the same text. */
export type Code =
  | FreezeBasis
  | InterimReason
  | ChildlessReason
  | RejectionCode
  | Of<typeof releaseReasonSchema>
  | Of<typeof returnBasisSchema>
  | Of<typeof unrecoveredReasonSchema>
  | Of<(typeof commandBodies)['ConfirmFreeze']['shape']['instrument']>
  | Of<(typeof commandBodies)['ReportNotFound']['shape']['reason']>
  | Of<(typeof commandBodies)['DecideChallenge']['shape']['decision']>
  | Of<(typeof commandBodies)['CorrectAnswer']['shape']['corrects']>
  | Of<typeof typologySchema>
  | Of<typeof authorisationSchema>
  | Of<typeof railSchema>
  | SharedUnit['unit']
  | ShareExtent
  | 'AM04'
