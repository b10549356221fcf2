import type { Reported } from '@holdfast/core'
import type { Assessment } from '../rules/assess.ts'

/** The command by which validation reports its verdict on a request. */
export function reportOf({ verdict, findings, rejection, officers }: Assessment, standingRequestId: string): Reported {
  switch (verdict) {
    case 'reject':
      return { verdict, command: 'Reject', data: { code: rejection?.code ?? 'OUT_OF_SCOPE', findings } }
    case 'duplicate':
      return { verdict, command: 'MarkDuplicate', data: { standingRequestId, findings } }
    case 'ask':
      return { verdict, command: 'AskInformation', data: { findings } }
    case 'review':
      return { verdict, command: 'SendToReview', data: { findings, ...(officers && { officers }) } }
    case 'pass':
      return { verdict, command: 'PassAssessment', data: { findings } }
  }
}
